import { describe, expect, test } from 'vitest'
import { ApnsClient, type ApnsClientOptions, apnsClientDefaults } from '../../../src/apns/index.js'
import { anyKey } from './raw-peer.js'

function make(options: Record<string, unknown>): ApnsClient {
  return new ApnsClient({ hostname: 'localhost', key: anyKey, ...options } as unknown as ApnsClientOptions)
}

describe.each([
  ['port', 1, 65_535],
  ['maxConnections', 1, 64],
  ['maxConcurrentStreams', 1, 2000],
  ['requestTimeoutMs', 1, 600_000],
  ['connectTimeoutMs', 1, 600_000],
  ['connectAttempts', 1, 100],
])('%s: from %i to %i', (option, min, max) => {
  test.each([min, max])('%i is allowed', async (value) => {
    await make({ [option]: value }).close()
  })

  test.each([min - 1, max + 1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, '1', null])(
    '%j is not',
    (value) => {
      // `null` is as good as absent for JavaScript’s `??`.
      if (value === null) return
      expect(() => make({ [option]: value })).toThrow(
        expect.objectContaining({
          code: 'PUSH_ERR_INPUT_INVALID',
          field: option,
          message: `${option}: ${JSON.stringify(value)} is not allowed; use a whole number from ${min} to ${max}`,
        }),
      )
    },
  )
})

test('the defaults are allowed', async () => {
  await make({ ...apnsClientDefaults }).close()
})

describe('hostname', () => {
  test.each(['api.push.apple.com', 'localhost', '127.0.0.1', '::1', 'x'.repeat(255)])(
    '%s',
    async (hostname) => {
      await make({ hostname }).close()
    },
  )

  test.each([
    '',
    'https://api.push.apple.com',
    'api.push.apple.com/3',
    'a b',
    'ä.example',
    'x'.repeat(256),
    undefined,
    null,
    5,
  ])('%j is none', (hostname) => {
    expect(() => make({ hostname })).toThrow(
      expect.objectContaining({
        code: 'PUSH_ERR_INPUT_INVALID',
        field: 'hostname',
        message: expect.stringMatching(/^hostname: /),
      }),
    )
  })
})

describe('one of key and certificate', () => {
  test.each([
    ['neither', { key: undefined }],
    ['both', { certificate: { certificate: 'x' } }],
  ])('%s', (_name, options) => {
    expect(() => make(options)).toThrow(/^key, certificate: give exactly one of the two$/)
  })

  test.each([
    ['key.p8', { ...anyKey, p8: 'secret text' }],
    ['key.keyId', { ...anyKey, keyId: 'short' }],
    ['key.teamId', { ...anyKey, teamId: 'lowercase1' }],
  ])('%s', (field, key) => {
    expect(() => make({ key })).toThrow(
      expect.objectContaining({
        code: 'PUSH_ERR_APNS_CREDENTIAL_INVALID',
        field,
        message: expect.stringContaining(field),
      }),
    )
    expect(() => make({ key })).not.toThrow(/secret text/)
  })
})
