import { describe, expect, test } from 'vitest'
import { certificatesOnly, checkClientCertificate } from '../../src/model/index.js'
import { apple, elliptic, formsOf, oldCipherKey } from './credentials.js'

const now = Date.UTC(2030, 0, 1)
const error = (code: string, field: string, pattern: RegExp) =>
  expect.objectContaining({ code, field, message: expect.stringMatching(pattern) })
const invalid = (field: string, pattern: RegExp) => error('PUSH_ERR_APNS_CREDENTIAL_INVALID', field, pattern)

describe.each([
  ['RSA', apple],
  ['elliptic', elliptic],
])('a certificate with an %s key', (_, { certificate, privateKey }) => {
  const { plain, encrypted } = formsOf(privateKey, 'open sesame')

  test('the key may stand in a file of its own or inside the certificate, in either form', () => {
    for (const key of [privateKey, ...plain]) {
      expect(checkClientCertificate({ certificate, privateKey: key }, now).privateKey).toBe(key)
      expect(checkClientCertificate({ certificate: `${key}\n${certificate}` }, now)).not.toHaveProperty(
        'privateKey',
      )
    }
  })

  test.each(encrypted.map((key) => [key.split('\n').slice(0, 3).join(' ').slice(0, 80), key]))(
    '%s',
    (_label, key) => {
      const input = { certificate, privateKey: key }
      expect(checkClientCertificate({ ...input, passphrase: 'open sesame' }, now)).toHaveProperty(
        'passphrase',
      )
      expect(() => checkClientCertificate({ ...input, passphrase: 'wrong' }, now)).toThrow(
        error(
          'PUSH_ERR_APNS_PASSPHRASE_WRONG',
          'passphrase',
          /^passphrase: it does not open the private key$/,
        ),
      )
      for (const none of [{}, { passphrase: '' }]) {
        expect(() => checkClientCertificate({ ...input, ...none }, now)).toThrow(
          invalid('passphrase', /the private key is encrypted, and no passphrase was given/),
        )
      }
    },
  )
})

test('every wrong passphrase is called that, whatever OpenSSL makes of it', () => {
  const [, legacy] = formsOf(elliptic.privateKey, 'open sesame').encrypted
  for (let i = 0; i < 1000; i++) {
    expect(() =>
      checkClientCertificate({ ...elliptic, privateKey: legacy!, passphrase: `wrong ${i}` }, now),
    ).toThrow(expect.objectContaining({ code: 'PUSH_ERR_APNS_PASSPHRASE_WRONG' }))
  }
})

describe('a certificate', () => {
  test('must belong to the key', () => {
    const { certificate } = apple
    expect(() => checkClientCertificate({ certificate, privateKey: elliptic.privateKey }, now)).toThrow(
      invalid('privateKey', /does not belong to the certificate/),
    )
  })

  test('must not have expired; the message says when it did', () => {
    const end = Date.UTC(2126, 0, 1)
    expect(() => checkClientCertificate(apple, end)).not.toThrow()
    expect(() => checkClientCertificate(apple, Date.UTC(2127, 0, 1))).toThrow(
      error('PUSH_ERR_APNS_CERTIFICATE_EXPIRED', 'certificate', /it expired on 2126-\d\d-\d\d;/),
    )
  })

  test('must be one', () => {
    const check =
      (certificate: string, privateKey = apple.privateKey) =>
      () =>
        checkClientCertificate({ certificate, privateKey }, now)
    expect(check('hello')).toThrow(invalid('certificate', /^certificate: it is not PEM;/))
    expect(check(apple.privateKey)).toThrow(invalid('certificate', /it holds (RSA )?PRIVATE KEY only;/))
    expect(check(apple.certificate.replace(/\n.{40}/, '\n'))).toThrow(
      invalid('certificate', /can not be read/),
    )
  })

  test('needs a key that can be read', () => {
    const { certificate } = apple
    expect(() => checkClientCertificate({ certificate }, now)).toThrow(invalid('privateKey', /it is missing/))
    expect(() => checkClientCertificate({ certificate, privateKey: certificate }, now)).toThrow(
      invalid('privateKey', /not a private key in PEM form/),
    )
    const damaged = apple.privateKey.replace(/\n.{40}/, '\nAAAA')
    expect(() => checkClientCertificate({ certificate, privateKey: damaged }, now)).toThrow(
      invalid('privateKey', /can not be read/),
    )
  })

  test('with a key in an old cipher is told from a wrong passphrase', () => {
    const input = { ...apple, privateKey: oldCipherKey, passphrase: 'abc' }
    expect(() => checkClientCertificate(input, now)).toThrow(
      invalid('privateKey', /old cipher .* openssl pkcs8/),
    )
  })

  test('is shown without its key', () => {
    expect(certificatesOnly(`Bag Attributes\n${apple.privateKey}${apple.certificate}`)).toBe(
      apple.certificate,
    )
  })
})
