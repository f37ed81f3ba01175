import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { HpackDecoder, MAX_HEADER_LIST_BYTES } from '../../../src/apns/wire/hpack-decoder.js'
import { integer } from '../../../src/apns/wire/hpack-encoder.js'
import { errorCodes, ProtocolError } from '../../../src/apns/wire/protocol-error.js'

function decode(hex: string, decoder = new HpackDecoder()) {
  const bytes = Buffer.from(hex.replace(/\s+/g, ''), 'hex')
  return decoder.decode(bytes, 0, bytes.length)
}

/** Bytes that are likelier to be a block than noise is: real prefixes with random rests. */
const likelyBlock = fc
  .array(
    fc.oneof(
      fc.constantFrom(0x82, 0x88, 0xbe, 0xbf, 0x20, 0x3f, 0x40, 0x00, 0x10, 0x41, 0x0f, 0x7f, 0xff, 0x80),
      fc.integer({ min: 0, max: 255 }),
    ),
    { maxLength: 80 },
  )
  .map((bytes) => Uint8Array.from(bytes))

test('random bytes never throw anything but ProtocolError, block after block', () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(likelyBlock, fc.uint8Array({ maxLength: 80 })), { minLength: 1, maxLength: 6 }),
      fc.integer({ min: 0, max: 4096 }),
      (blocks, tableBytes) => {
        const decoder = new HpackDecoder()
        decoder.setAllowedTableBytes(tableBytes)
        try {
          for (const block of blocks) {
            for (const [name, value] of decoder.decode(block, 0, block.length)) {
              expect(typeof name).toBe('string')
              expect(typeof value).toBe('string')
            }
          }
        } catch (error) {
          expect(error).toBeInstanceOf(ProtocolError)
        }
      },
    ),
    { numRuns: 500 },
  )
})

test('nothing outside the block is read', () => {
  // The string says 5 bytes; 2 are in the block, the rest lies behind it.
  const bytes = Buffer.from('000161 0561 6161 6161'.replace(/ /g, ''), 'hex')
  expect(() => new HpackDecoder().decode(bytes, 0, 6)).toThrow(/a string is cut off/)
  expect(new HpackDecoder().decode(bytes, 0, bytes.length)).toEqual([['a', 'aaaaa']])
})

describe('malformed blocks are COMPRESSION_ERRORs', () => {
  test.each([
    ['index 0', '80', /index 0 is in no table/],
    ['an index behind both tables', 'be', /index 62 is in no table/],
    ['a name from behind both tables', '7e0161', /index 62 is in no table/],
    ['an integer that is cut off', '7f', /an integer is cut off/],
    ['an integer that goes on for ever', 'ff 80808080808080808080 00', /an integer is too long/],
    ['a literal without a name', '00', /a string is missing/],
    ['a literal without a value', '00 0161', /a string is missing/],
    ['a name that is cut off', '00 0561', /a string is cut off/],
    ['a size update behind a field', '82 20', /a table size update stands behind a field/],
    ['a size update over the default', '3fe21f', /a table size of 4097, 4096 are allowed/],
  ])('%s', (_name, hex, message) => {
    const error = expectThrown(() => decode(hex))
    expect(error).toBeInstanceOf(ProtocolError)
    expect(error.errorCode).toBe(errorCodes.COMPRESSION_ERROR)
    expect(error.message).toMatch(message)
  })
})

test('size updates at the beginning of a block, down and up again, empty the table', () => {
  const decoder = new HpackDecoder()
  decode('40 0161 0162', decoder)
  expect(decode('be', decoder)).toEqual([['a', 'b']])
  // "the smallest maximum table size that occurs in that interval" comes first (RFC 7541 section 4.2).
  expect(decode('20 3fe11f 82', decoder)).toEqual([[':method', 'GET']])
  expect(decoder.maxTableBytes).toBe(4096)
  expect(() => decode('be', decoder)).toThrow(/index 62 is in no table/)
})

test('an entry larger than the table empties it and is not kept', () => {
  const decoder = new HpackDecoder()
  decoder.setAllowedTableBytes(34)
  decode('40 0161 0162', decoder)
  expect(decode('be', decoder)).toEqual([['a', 'b']])
  expect(decode('40 0161 026263', decoder)).toEqual([['a', 'bc']])
  expect(() => decode('be', decoder)).toThrow(/index 62 is in no table/)
})

test('a name from the entry that its own insertion evicts is still right', () => {
  const decoder = new HpackDecoder()
  decoder.setAllowedTableBytes(34)
  decode('40 0161 0162', decoder)
  // 0x7e: name of entry 62, with indexing.
  expect(decode('7e 0163', decoder)).toEqual([['a', 'c']])
  expect(decode('be', decoder)).toEqual([['a', 'c']])
})

describe('more fields than anyone needs are refused', () => {
  /** One entry of 4000 bytes in the table, then references to it: "HPACK bomb". */
  function bomb(references: number): Buffer {
    const block = [0x40, 0x01, 0x61]
    integer(block, 0, 7, 4000)
    for (let n = 0; n < 4000; n++) block.push(0x62)
    for (let n = 0; n < references; n++) block.push(0xbe)
    return Buffer.from(block)
  }

  test.each([
    // An entry counts 4033 bytes, so four fit into 16384 and five do not.
    [3, true],
    [4, false],
  ])('%i references to an entry of 4033 bytes after the entry itself', (references, allowed) => {
    const bytes = bomb(references)
    const decodeIt = () => new HpackDecoder().decode(bytes, 0, bytes.length)
    if (allowed) expect(decodeIt()).toHaveLength(references + 1)
    else {
      const error = expectThrown(decodeIt)
      expect(error.errorCode).toBe(errorCodes.ENHANCE_YOUR_CALM)
      expect(error.message).toContain(String(MAX_HEADER_LIST_BYTES))
    }
  })
})

function expectThrown(action: () => unknown): ProtocolError {
  try {
    action()
  } catch (error) {
    return error as ProtocolError
  }
  throw new Error('nothing was thrown')
}
