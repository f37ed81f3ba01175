import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Sealer } from '../../src/store/sealing.js'

const place = 'services:credential:1'
const unsealed = (pattern: RegExp) =>
  expect.objectContaining({ code: 'PUSH_ERR_SECRET_UNSEAL', message: expect.stringMatching(pattern) })

describe('sealed secrets', () => {
  const sealer = new Sealer(randomBytes(32))

  test('any text comes back, and never looks the same twice', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string(), (text, where) => {
        const sealed = sealer.seal(text, where)
        expect(sealer.unseal(sealed, where)).toBe(text)
        expect(sealer.seal(text, where)).not.toBe(sealed)
        expect(sealed).toMatch(/^v1\.[0-9a-f]{8}\.[A-Za-z0-9+/]+=*$/)
      }),
    )
  })

  test('no bit can be changed', () => {
    const [version, keyId, data] = sealer.seal('a secret', place).split('.')
    const bytes = Buffer.from(data!, 'base64')
    fc.assert(
      fc.property(fc.nat(bytes.length * 8 - 1), (bit) => {
        const changed = Buffer.from(bytes)
        changed[bit >> 3]! ^= 1 << (bit & 7)
        const sealed = `${version}.${keyId}.${changed.toString('base64')}`
        expect(() => sealer.unseal(sealed, place)).toThrow(unsealed(/has been changed/))
      }),
    )
  })

  test('what was sealed for one row does not open in another', () => {
    const sealed = sealer.seal('a secret', place)
    expect(() => sealer.unseal(sealed, 'services:credential:2')).toThrow(
      unsealed(/at services:credential:2 can not be/),
    )
  })

  test('another key is told by its id', () => {
    const sealed = sealer.seal('a secret', place)
    expect(() => new Sealer(randomBytes(32)).unseal(sealed, place)).toThrow(
      unsealed(
        /sealed with the key [0-9a-f]{8}, and the key in use is [0-9a-f]{8}; bring back .*: the secret\.key beside it, or --secret-key or IOS_NOTIFICATIONS_SECRET_KEY$/,
      ),
    )
  })

  test('anything else is refused with our own error', () => {
    const keyId = sealer.seal('', place).split('.')[1]
    for (const text of ['', 'v1', `v2.${keyId}.AAAA`, `v1.${keyId}`, `v1.${keyId}.AAAA`, `v1.${keyId}.`]) {
      expect(() => sealer.unseal(text, place)).toThrow(unsealed(/./))
    }
    fc.assert(
      fc.property(fc.string(), fc.base64String(), (text, data) => {
        for (const sealed of [text, `v1.${keyId}.${data}`]) {
          expect(() => sealer.unseal(sealed, place)).toThrow(unsealed(/./))
        }
      }),
    )
  })
})
