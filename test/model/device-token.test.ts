import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { normalizeDeviceToken } from '../../src/model/index.js'

const invalid = (pattern: RegExp) =>
  expect.objectContaining({ code: 'PUSH_ERR_DEVICE_TOKEN_INVALID', message: expect.stringMatching(pattern) })

describe('device tokens', () => {
  test('"<", ">" and white space are dropped before anything else', () => {
    expect(normalizeDeviceToken('<0fd12510 cfe6b0a4\t0a89dc73\n>')).toBe('0fd12510cfe6b0a40a89dc73')
  })

  test('have 2 to 512 digits, an even number', () => {
    expect(normalizeDeviceToken('AB')).toBe('ab')
    expect(normalizeDeviceToken('a'.repeat(512))).toHaveLength(512)
    expect(() => normalizeDeviceToken('a'.repeat(514))).toThrow(invalid(/too long: 514 digits, at most 512/))
    expect(() => normalizeDeviceToken('a'.repeat(600))).toThrow(invalid(/600 digits/))
    expect(() => normalizeDeviceToken('abc')).toThrow(
      invalid(/^token: "abc" has an odd number of digits: 3;/),
    )
    expect(() => normalizeDeviceToken('<  >')).toThrow(invalid(/^token: it is empty/))
  })

  test('are hexadecimal; the message names the character and cuts the token short', () => {
    expect(() => normalizeDeviceToken('xyz0')).toThrow(invalid(/"xyz0" is not hexadecimal \("x"\)/))
    const long = `${'a'.repeat(80)}g${'b'.repeat(81)}`
    expect(() => normalizeDeviceToken(long, '--token')).toThrow(
      invalid(/^--token: "a{20}\.\.\." is not hexadecimal \("g"\)/),
    )
  })

  test.each([undefined, null, 12, ['ab'], {}])('%j is no token', (input) => {
    expect(() => normalizeDeviceToken(input)).toThrow(invalid(/is not a text/))
  })

  test('any bytes come out as their lower-case hexadecimal, however they are spaced', () => {
    const spaced = fc.record({
      bytes: fc.uint8Array({ minLength: 1, maxLength: 256 }),
      gap: fc.constantFrom('', ' ', '> <', '\n'),
      upper: fc.boolean(),
    })
    fc.assert(
      fc.property(spaced, ({ bytes, gap, upper }) => {
        const hex = Buffer.from(bytes).toString('hex')
        const groups = (upper ? hex.toUpperCase() : hex).match(/.{1,8}/g)!
        expect(normalizeDeviceToken(`<${groups.join(gap)}>`)).toBe(hex)
      }),
    )
  })

  test('whatever comes in, what comes out is a token, or our own error', () => {
    fc.assert(
      fc.property(fc.anything(), fc.string({ unit: 'binary-ascii' }), (anything, text) => {
        for (const input of [anything, text]) {
          try {
            expect(normalizeDeviceToken(input)).toMatch(/^(?:[0-9a-f]{2}){1,256}$/)
          } catch (error) {
            expect(error).toEqual(invalid(/./))
          }
        }
      }),
    )
  })
})
