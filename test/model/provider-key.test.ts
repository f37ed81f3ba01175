import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { checkProviderKey } from '../../src/model/index.js'
import { apple, elliptic, formsOf, newP8 } from './credentials.js'

const key = { p8: newP8(), keyId: 'ABC123DEFG', teamId: 'DEF123GHIJ' }
const invalid = (field: string, pattern: RegExp) =>
  expect.objectContaining({
    code: 'PUSH_ERR_APNS_CREDENTIAL_INVALID',
    field,
    message: expect.stringMatching(pattern),
  })

describe('a key for token authentication', () => {
  test("Apple's form passes, also with text around it and other line ends", () => {
    expect(checkProviderKey(key)).toEqual(key)
    expect(checkProviderKey({ ...key, p8: `Key:\r\n${key.p8.replaceAll('\n', '\r\n')}\r\n` }).p8).toMatch(
      /^-----BEGIN/,
    )
  })

  test.each([
    ['a file that is no PEM', 'hello', /it is not a private key in PEM form/],
    ['an empty file', '', /it is not a private key in PEM form/],
    ['a certificate', apple.certificate, /it holds a CERTIFICATE, not a private key/],
    ['the older form of a key', elliptic.privateKey, /it holds a EC PRIVATE KEY, not a PKCS#8 PRIVATE KEY/],
    ['an encrypted key', formsOf(newP8(), 'x').encrypted[0]!, /it is encrypted; Apple's .p8 files are not/],
    ['an RSA key', formsOf(apple.privateKey, 'x').plain[1]!, /it holds a key of type rsa, not P-256/],
    ['damaged base64', key.p8.replace(/\n.{20}/, '\nAAAA'), /the private key can not be read/],
  ])('%s is refused', (_, p8, message) => {
    expect(() => checkProviderKey({ ...key, p8 })).toThrow(invalid('p8', message))
  })

  test('another curve is refused by its name', () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-384' })
    const p8 = privateKey.export({ format: 'pem', type: 'pkcs8' }) as string
    expect(() => checkProviderKey({ ...key, p8 })).toThrow(
      invalid('p8', /a key on the curve secp384r1, not P-256/),
    )
  })

  test.each(['', 'ABC123DEF', 'ABC123DEFGH', 'abc123defg', 'ABC123DEF!'])('%j is no id', (id) => {
    expect(() => checkProviderKey({ ...key, keyId: id })).toThrow(invalid('keyId', /^keyId: .*10 characters/))
    expect(() => checkProviderKey({ ...key, teamId: id })).toThrow(
      invalid('teamId', /^teamId: .*10 characters/),
    )
  })

  test('no message shows the key', () => {
    const secret = key.p8.split('\n')[1]!
    for (const p8 of [key.p8.replace('PRIVATE', 'ODD PRIVATE'), key.p8.replaceAll('-----', '---')]) {
      expect(() => checkProviderKey({ ...key, p8 })).toThrow(
        expect.objectContaining({ message: expect.not.stringContaining(secret.slice(0, 8)) }),
      )
    }
  })
})
