import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type HeaderField, HpackDecoder } from '../../../src/apns/wire/hpack-decoder.js'
import { HpackEncoder } from '../../../src/apns/wire/hpack-encoder.js'

const latin1 = fc.string({
  unit: fc.integer({ min: 0x20, max: 0xff }).map((code) => String.fromCharCode(code)),
  maxLength: 40,
})
const field = fc.record({
  // Names that repeat, so that the tables get hits; some of them are in the static table.
  name: fc.constantFrom('apns-topic', 'apns-id', ':authority', 'authorization', 'retry-after', 'x'),
  value: fc.oneof(fc.constantFrom('com.example.app', 'alert', ''), latin1),
  indexed: fc.boolean(),
})
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ fields: fc.array(field, { minLength: 1, maxLength: 8 }) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      tableBytes: fc.oneof(fc.constantFrom(0, 60, 100), fc.integer({ min: 0, max: 9000 })),
    }),
  },
)

test('what the encoder writes, the decoder reads, under any changes of the table size', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 25 }), (steps) => {
      const encoder = new HpackEncoder()
      const decoder = new HpackDecoder()
      // One that is told what is wanted must come to the same table, though it reads less.
      const choosy = new HpackDecoder()
      const wanted = new Set(['apns-id', ':authority'])
      for (const now of steps) {
        if ('tableBytes' in now) {
          encoder.setMaxTableBytes(now.tableBytes)
          // As far as the decoder is concerned, anything up to the setting is allowed; the encoder has to say what it uses.
          for (const one of [decoder, choosy]) one.setAllowedTableBytes(Math.max(now.tableBytes, 4096))
          continue
        }
        const out: number[] = []
        encoder.takeSizeUpdate(out)
        for (const { name, value, indexed } of now.fields) {
          if (indexed) encoder.indexed(out, [name, value])
          else encoder.literal(out, [name, value])
        }
        const bytes = Uint8Array.from(out)
        const expected: HeaderField[] = now.fields.map(({ name, value }) => [name, value])
        expect(decoder.decode(bytes, 0, bytes.length)).toEqual(expected)
        const chosen = expected.filter(([name]) => wanted.has(name))
        expect(choosy.decode(bytes, 0, bytes.length, wanted)).toEqual(chosen)
      }
    }),
    { numRuns: 300 },
  )
})

function encode(encoder: HpackEncoder, fields: readonly HeaderField[]): number[] {
  const out: number[] = []
  encoder.takeSizeUpdate(out)
  for (const one of fields) encoder.indexed(out, one)
  return out
}

test('a field that repeats is one byte from the second time on', () => {
  const encoder = new HpackEncoder()
  expect(encode(encoder, [['apns-topic', 'com.example.app']]).length).toBeGreaterThan(20)
  expect(encode(encoder, [['apns-topic', 'com.example.app']])).toEqual([0xbe])
})

test('the epoch changes with every insertion and every change of the size, and with nothing else', () => {
  const encoder = new HpackEncoder()
  const before = encoder.epoch
  encode(encoder, [['a', 'b']])
  const inserted = encoder.epoch
  expect(inserted).toBeGreaterThan(before)
  encode(encoder, [['a', 'b']])
  encoder.literal([], ['c', 'd'])
  expect(encoder.epoch).toBe(inserted)
  encoder.setMaxTableBytes(4096)
  expect(encoder.epoch).toBe(inserted)
  encoder.setMaxTableBytes(4095)
  expect(encoder.epoch).toBeGreaterThan(inserted)
})

test('a size that goes down and up between two blocks is said twice, the smallest first', () => {
  const encoder = new HpackEncoder()
  encoder.setMaxTableBytes(0)
  encoder.setMaxTableBytes(100)
  const out: number[] = []
  encoder.takeSizeUpdate(out)
  // 0, then 100 = 31 + 69.
  expect(out).toEqual([0x20, 0x3f, 69])
  const next: number[] = []
  encoder.takeSizeUpdate(next)
  expect(next).toEqual([])
})

test('a table of 0 bytes: every field is a literal, and nothing is remembered', () => {
  const encoder = new HpackEncoder()
  encoder.setMaxTableBytes(0)
  encode(encoder, [['a', 'b']])
  const epoch = encoder.epoch
  expect(encode(encoder, [['a', 'b']])).toEqual([0x00, 1, 0x61, 1, 0x62])
  expect(encoder.epoch).toBe(epoch)
})
