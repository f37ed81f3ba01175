import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  element,
  integer,
  octetString,
  oid,
  readElements,
  time,
} from '../../src/simulator/certificates/der.js'

test.each([
  [0, '0400'],
  [127, '047f'],
  [128, '048180'],
  [255, '0481ff'],
  [256, '04820100'],
  [65_536, '0483010000'],
])('the length %i is written in the shortest form', (length, head) => {
  expect(octetString(Buffer.alloc(length)).toString('hex')).toBe(head + '00'.repeat(length))
})

test('what is written is read again', () => {
  const anyElement = fc.record({
    tag: fc.integer({ min: 1, max: 254 }),
    content: fc.uint8Array({ maxLength: 700 }),
  })
  fc.assert(
    fc.property(fc.array(anyElement), (elements) => {
      const bytes = Buffer.concat(elements.map(({ tag, content }) => element(tag, content)))
      const read = readElements(bytes).map(({ tag, content }) => ({ tag, content: Uint8Array.from(content) }))
      expect(read).toEqual(elements.map(({ tag, content }) => ({ tag, content: Uint8Array.from(content) })))
    }),
  )
})

test('damaged input ends in a RangeError and in nothing else', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
      try {
        readElements(Buffer.from(bytes))
      } catch (error) {
        expect(error).toBeInstanceOf(RangeError)
      }
    }),
  )
})

test.each([
  ['1.2.840.10045.4.3.2', '06082a8648ce3d040302'],
  ['2.5.29.17', '0603551d11'],
  ['0.9.2342.19200300.100.1.1', '060a0992268993f22c640101'],
  ['1.2.840.113635.100.6.3.6', '060a2a864886f76364060306'],
])('object identifier %s', (dotted, hex) => {
  expect(oid(dotted).toString('hex')).toBe(hex)
})

test('an integer with its highest bit set stays positive', () => {
  expect(integer(Buffer.of(0x7f)).toString('hex')).toBe('02017f')
  expect(integer(Buffer.of(0x80)).toString('hex')).toBe('02020080')
})

test('"UTCTime through 2049, GeneralizedTime from 2050" (RFC 5280, section 4.1.2.5)', () => {
  expect(time(new Date('2049-12-31T23:59:59Z')).subarray(2).toString()).toBe('491231235959Z')
  expect(time(new Date('2050-01-01T00:00:00Z')).subarray(2).toString()).toBe('20500101000000Z')
})
