import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import forge from 'node-forge'
import { describe, expect, test } from 'vitest'
import { checkClientCertificate } from '../../src/model/index.js'
import { pkcs12ToPem } from '../../src/store/index.js'
import { apple, elliptic } from '../model/credentials.js'

const read = (name: string) => readFileSync(join(import.meta.dirname, 'fixtures', name))
const invalid = (pattern: RegExp) => ({
  code: 'PUSH_ERR_APNS_CREDENTIAL_INVALID',
  message: expect.stringMatching(pattern),
})

/** A .p12 with two keys: the contents of two files with one key each. */
function twoKeys(): Buffer {
  const files = [1, 2].map(() => {
    const key = forge.pki.privateKeyFromPem(apple.privateKey)
    const certificate = forge.pki.certificateFromPem(apple.certificate)
    return forge.pkcs12.toPkcs12Asn1(key, [certificate], 'secret', { useMac: false, algorithm: 'aes256' })
  })
  const contents = files.map((file) => {
    const authSafe = file.value[1] as forge.asn1.Asn1
    return ((authSafe.value[1] as forge.asn1.Asn1).value as forge.asn1.Asn1[])[0]!
  })
  const parts = contents.map(
    (octets) => forge.asn1.fromDer(octets.value as string).value as forge.asn1.Asn1[],
  )
  const { Class, Type } = forge.asn1
  const both = forge.asn1.create(Class.UNIVERSAL, Type.SEQUENCE, true, parts.flat())
  contents[0]!.value = forge.asn1.toDer(both).getBytes()
  return Buffer.from(forge.asn1.toDer(files[0]!).getBytes(), 'binary')
}

describe('.p12 files', () => {
  test.each(['keychain-rc2.p12', 'openssl3-aes.p12'])('%s becomes PEM that can be used', async (name) => {
    const pem = await pkcs12ToPem(read(name), 'secret')
    expect(pem.certificate).toBe(apple.certificate)
    expect(pem.privateKey).toMatch(/^-----BEGIN PRIVATE KEY-----/)
    expect(checkClientCertificate(pem, Date.UTC(2030, 0, 1))).toEqual(pem)
  })

  test('elliptic keys too; the certificate of the key comes first', async () => {
    const pem = await pkcs12ToPem(read('elliptic-with-chain.p12'), 'secret')
    expect(pem.certificate).toBe(elliptic.certificate + apple.certificate)
    expect(checkClientCertificate(pem, Date.UTC(2030, 0, 1))).toEqual(pem)
  })

  test('an empty passphrase is none', async () => {
    expect((await pkcs12ToPem(read('empty-passphrase.p12'))).certificate).toBe(apple.certificate)
    expect((await pkcs12ToPem(read('empty-passphrase.p12'), '')).certificate).toBe(apple.certificate)
  })

  test.each(['keychain-rc2.p12', 'openssl3-aes.p12'])('%s: a wrong passphrase, or none', async (name) => {
    const wrong = { code: 'PUSH_ERR_APNS_PASSPHRASE_WRONG', field: 'passphrase' }
    await expect(pkcs12ToPem(read(name), 'wrong')).rejects.toMatchObject({
      ...wrong,
      message: 'passphrase: it does not open the .p12 file',
    })
    await expect(pkcs12ToPem(read(name))).rejects.toMatchObject({
      ...wrong,
      message: expect.stringMatching(/no passphrase was given/),
    })
  })

  test('exactly one key and its certificate are needed', async () => {
    await expect(pkcs12ToPem(read('no-key.p12'), 'secret')).rejects.toMatchObject(
      invalid(/^p12: it holds 0 private keys/),
    )
    await expect(pkcs12ToPem(twoKeys(), 'secret')).rejects.toMatchObject(invalid(/it holds 2 private keys/))
    await expect(pkcs12ToPem(read('no-certificate.p12'), 'secret')).rejects.toMatchObject(
      invalid(/no certificate that belongs to its private key/),
    )
  })

  test('anything else is not such a file', async () => {
    for (const bytes of [Buffer.from('hello'), Buffer.alloc(0), read('keychain-rc2.p12').subarray(0, 900)]) {
      await expect(pkcs12ToPem(bytes, 'secret')).rejects.toMatchObject(invalid(/it is not a PKCS#12 file/))
    }
    await expect(pkcs12ToPem(Buffer.from(apple.certificate), 'secret')).rejects.toMatchObject(
      invalid(/not a PKCS#12/),
    )
  })
})
