import { createPublicKey, generateKeyPairSync, type KeyObject, verify } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { checkKeyIds, mintProviderToken, readProviderKey } from '../../../src/apns/wire/provider-token.js'

function p256(): { privateKey: KeyObject; p8: string } {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  return { privateKey, p8: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() }
}

const claims = { keyId: 'ABC123DEFG', teamId: 'DEF123GHIJ', iatSeconds: 1_437_179_036 }

describe('a token', () => {
  const { privateKey, p8 } = p256()
  const [header = '', body = '', signature = '', ...rest] = mintProviderToken(
    readProviderKey(p8),
    claims,
  ).split('.')
  const json = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString())

  test('has three parts in base64url without padding', () => {
    expect(rest).toEqual([])
    for (const part of [header, body, signature]) expect(part).toMatch(/^[\w-]+$/)
  })

  test('has the fields of Apple’s example and no others', () => {
    expect(json(header)).toEqual({ alg: 'ES256', kid: 'ABC123DEFG' })
    expect(json(body)).toEqual({ iss: 'DEF123GHIJ', iat: 1_437_179_036 })
  })

  test('is signed with the 64 raw bytes of JWS, which node:crypto verifies', () => {
    const raw = Buffer.from(signature, 'base64url')
    expect(raw).toHaveLength(64)
    const key = { key: createPublicKey(privateKey), dsaEncoding: 'ieee-p1363' } as const
    expect(verify('sha256', Buffer.from(`${header}.${body}`), key, raw)).toBe(true)
    expect(verify('sha256', Buffer.from(`${header}.${body}x`), key, raw)).toBe(false)
  })
})

test('any claims: what was signed verifies, and every signature has 64 bytes, those with leading zeros too', () => {
  const { privateKey, p8 } = p256()
  const key = readProviderKey(p8)
  const verifier = { key: createPublicKey(privateKey), dsaEncoding: 'ieee-p1363' } as const
  const id = fc.stringMatching(/^[A-Z0-9]{10}$/)
  fc.assert(
    fc.property(id, id, fc.nat({ max: 253_402_300_799 }), (keyId, teamId, iatSeconds) => {
      expect(() => checkKeyIds(keyId, teamId)).not.toThrow()
      const token = mintProviderToken(key, { keyId, teamId, iatSeconds })
      const [header = '', body = '', signature = ''] = token.split('.')
      const json = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString())
      expect([json(header), json(body)]).toEqual([
        { alg: 'ES256', kid: keyId },
        { iss: teamId, iat: iatSeconds },
      ])
      const raw = Buffer.from(signature, 'base64url')
      expect(raw).toHaveLength(64)
      expect(verify('sha256', Buffer.from(`${header}.${body}`), verifier, raw)).toBe(true)
    }),
    // One in 256 has a leading zero in each half.
    { numRuns: 400 },
  )
})

describe('a key that is none of Apple’s is refused', () => {
  const pem = (key: KeyObject) => key.export({ type: 'pkcs8', format: 'pem' }).toString()
  const { privateKey } = p256()
  test.each([
    ['nothing', ''],
    ['no PEM', 'secret text'],
    ['a public key', createPublicKey(privateKey).export({ type: 'spki', format: 'pem' }).toString()],
    ['another curve', pem(generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey)],
    ['Ed25519', pem(generateKeyPairSync('ed25519').privateKey)],
    ['RSA', pem(generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey)],
    [
      'an encrypted one',
      privateKey.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' }).toString(),
    ],
  ])('%s', (_name, p8) => {
    expect(() => readProviderKey(p8)).toThrow(
      expect.objectContaining({ code: 'PUSH_ERR_APNS_CREDENTIAL_INVALID', field: 'key.p8' }),
    )
  })

  test('and never shown', () => {
    expect(() => readProviderKey('secret text')).toThrow(
      expect.not.objectContaining({ message: /secret text/ }),
    )
  })
})

describe('ids: 10 capital letters and digits', () => {
  test('ABC123DEFG, DEF123GHIJ', () => {
    expect(() => checkKeyIds('ABC123DEFG', 'DEF123GHIJ')).not.toThrow()
  })

  test.each(['ABC123DEF', 'ABC123DEFGH', 'abc123defg', 'ABC123DEF-', '', undefined, 5])(
    '%j is none',
    (id) => {
      const refused = (field: string) =>
        expect.objectContaining({ code: 'PUSH_ERR_APNS_CREDENTIAL_INVALID', field })
      expect(() => checkKeyIds(id as string, 'DEF123GHIJ')).toThrow(refused('key.keyId'))
      expect(() => checkKeyIds('ABC123DEFG', id as string)).toThrow(refused('key.teamId'))
    },
  )
})
