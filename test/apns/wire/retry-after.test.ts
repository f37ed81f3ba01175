import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseRetryAfter } from '../../../src/apns/wire/retry-after.js'

const now = Date.UTC(2026, 0, 2, 3, 4, 5)
const day = 86_400_000

test.each([
  ['0', 0],
  ['1', 1000],
  ['900', 900_000],
  ['86400', day],
  ['86401', day],
  ['9'.repeat(400), day],
])('%s seconds', (value, expected) => {
  expect(parseRetryAfter(value, now)).toBe(expected)
})

test.each([
  ['Fri, 02 Jan 2026 03:05:05 GMT', 60_000],
  ['Fri, 02 Jan 2026 03:04:05 GMT', 0],
  ['Fri, 02 Jan 2026 03:04:04 GMT', 0],
  ['Sat, 03 Jan 2026 03:04:05 GMT', day],
  ['Sat, 03 Jan 2026 03:04:06 GMT', day],
  // The two obsolete forms that a recipient has to take as well (RFC 9110 section 5.6.7).
  ['Friday, 02-Jan-26 03:05:05 GMT', 60_000],
])('the date %s', (value, expected) => {
  expect(parseRetryAfter(value, now)).toBe(expected)
})

test.each(['', '-1', '1.5', '1e3', '+5', ' ', 'soon', 'NaN'])('%j is neither', (value) => {
  expect(parseRetryAfter(value, now)).toBeUndefined()
})

test('any date that HTTP writes is read to the second, and held to between now and a day', () => {
  const inTheRange = fc.integer({ min: -day, max: 2 * day })
  fc.assert(
    fc.property(inTheRange, (ms) => {
      const date = new Date(now + ms)
      const expected = Math.min(Math.max(Math.floor((now + ms) / 1000) * 1000 - now, 0), day)
      expect(parseRetryAfter(date.toUTCString(), now)).toBe(expected)
    }),
  )
})

test('any text: undefined, or between 0 and a day', () => {
  const digits = fc.string({ unit: fc.constantFrom(...'0123456789.-+e: GMT'), maxLength: 30 })
  fc.assert(
    fc.property(fc.oneof(fc.string(), digits), (text) => {
      const ms = parseRetryAfter(text, now)
      if (ms === undefined) return
      expect(ms).toBeGreaterThanOrEqual(0)
      expect(ms).toBeLessThanOrEqual(day)
    }),
    { numRuns: 500 },
  )
})
