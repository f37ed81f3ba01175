import { connect } from 'node:http2'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { FrameParser } from '../../../src/apns/wire/frame-parser.js'
import {
  CONNECTION_PREFACE,
  frameFlags,
  frameTypes,
  settingsAckFrame,
  settingsFrame,
} from '../../../src/apns/wire/frames.js'
import { type HeaderField, HpackDecoder } from '../../../src/apns/wire/hpack-decoder.js'
import { huffmanCodeBits } from '../../../src/apns/wire/hpack-tables.js'
import { decodeHuffman } from '../../../src/apns/wire/huffman.js'
import { ProtocolError } from '../../../src/apns/wire/protocol-error.js'

const cleanups: (() => void)[] = []
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup()
})

function decoded(hex: string): string {
  const bytes = Buffer.from(hex, 'hex')
  return decodeHuffman(bytes, 0, bytes.length)
}

/** Lets node:http2 encode requests with these header fields and decodes what comes out of its socket. */
async function throughNodesEncoder(requests: readonly Record<string, string>[]): Promise<HeaderField[][]> {
  const blocks: HeaderField[][] = []
  let resolve = () => {}
  let reject: (error: unknown) => void = () => {}
  const done = new Promise<void>((...settle) => {
    ;[resolve, reject] = settle
  })
  const decoder = new HpackDecoder()
  const server = createServer((socket: Socket) => {
    let preface = CONNECTION_PREFACE.length
    const parser = new FrameParser({
      onFrame: (type, flags, _streamId, bytes, start, end) => {
        if (type !== frameTypes.HEADERS) return
        // Five bytes of priority may stand before the block (RFC 9113 section 6.2).
        const from = (flags & frameFlags.PRIORITY) === 0 ? start : start + 5
        blocks.push(decoder.decode(bytes, from, end))
        if (blocks.length === requests.length) resolve()
      },
    })
    socket.write(settingsFrame([]))
    socket.write(settingsAckFrame())
    socket.on('error', () => {})
    socket.on('data', (chunk: Buffer) => {
      const skipped = Math.min(preface, chunk.length)
      preface -= skipped
      try {
        parser.feed(chunk.subarray(skipped))
      } catch (error) {
        reject(error)
      }
    })
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const session = connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  cleanups.push(() => {
    session.destroy()
    server.close()
  })
  session.on('error', reject)
  for (const headers of requests)
    session.request({ ':path': '/', ...headers }, { endStream: true }).on('error', () => {})
  await done
  return blocks
}

test('every byte value that nghttp2 encodes comes back', async () => {
  // Between many characters of 5 bits, so that Huffman coding is shorter and nghttp2 chooses it.
  const surrounded = (byte: number) => `aeiost${'a'.repeat(30)}${String.fromCharCode(byte)}${'e'.repeat(30)}`
  const values = Array.from({ length: 256 }, (_, byte) => byte)
    .filter((byte) => byte === 0x09 || (byte >= 0x20 && byte !== 0x7f))
    .map(surrounded)
  // A few requests with many fields each: one block must stay under a frame.
  const requests: Record<string, string>[] = []
  for (let at = 0; at < values.length; at += 32) {
    requests.push(Object.fromEntries(values.slice(at, at + 32).map((value, n) => [`x-${at + n}`, value])))
  }
  const blocks = await throughNodesEncoder(requests)
  const received = blocks.flat().filter(([name]) => name.startsWith('x-'))
  expect(received.map(([, value]) => value)).toEqual(values)
})

test('the dynamic table of nghttp2’s encoder and of our decoder agree over many blocks', async () => {
  const requests = Array.from({ length: 60 }, (_, n) => ({
    'x-repeated': `value ${n % 7}`,
    [`x-name-${n % 5}`]: 'v'.repeat(n * 3),
    'x-different': String(n * 7919),
  }))
  const blocks = await throughNodesEncoder(requests)
  expect(
    blocks.map((fields) => Object.fromEntries(fields.filter(([name]) => name.startsWith('x-')))),
  ).toEqual(requests)
})

/** The canonical code, made here once more from the lengths: codes of one length count up, a longer one shifts. */
function encode(symbols: readonly number[]): Buffer {
  const order = huffmanCodeBits.map((bits, symbol) => ({ bits, symbol }))
  order.sort((a, b) => a.bits - b.bits || a.symbol - b.symbol)
  const codes = new Map<number, string>()
  let code = 0
  let length = order[0]!.bits
  for (const { bits, symbol } of order) {
    code <<= bits - length
    length = bits
    codes.set(symbol, code.toString(2).padStart(bits, '0'))
    code++
  }
  const bits = symbols.map((symbol) => codes.get(symbol)).join('')
  const padded = bits.padEnd(Math.ceil(bits.length / 8) * 8, '1')
  return Buffer.from((padded.match(/.{8}/g) ?? []).map((octet) => Number.parseInt(octet, 2)))
}

test.each([
  // Source: the table of RFC 7541 appendix B.
  [0x00, 'ffc7'],
  [0x01, 'ffffb1'],
  [0x09, 'ffffea'],
  [0x0a, 'fffffff3'],
  [0x16, 'fffffffb'],
  [0x7f, 'ffffffcf'],
  [0xff, 'fffffbbf'],
])('byte %i', (byte, hex) => {
  expect(decoded(hex)).toBe(String.fromCharCode(byte))
  expect(encode([byte]).toString('hex')).toBe(hex)
})

test('all 256 byte values in one string, at every bit position', () => {
  const all = Array.from({ length: 256 }, (_, byte) => byte)
  for (let shift = 0; shift < 8; shift++) {
    // '0' has 5 bits, so that each one moves the rest by 5.
    const symbols = [...Array<number>(shift).fill(0x30), ...all]
    const bytes = encode(symbols)
    expect(decodeHuffman(bytes, 0, bytes.length)).toBe(String.fromCharCode(...symbols))
  }
})

test('the code is complete: whatever the bits, a symbol begins with them (Kraft’s sum is 1)', () => {
  const unused = huffmanCodeBits.reduce((rest, bits) => rest - 2 ** (30 - bits), 2 ** 30)
  expect(unused).toBe(0)
})

test('an empty string is nothing', () => {
  expect(decoded('')).toBe('')
})

test('padding: up to 7 ones are right, a zero among them and 8 ones are not', () => {
  // '0' is 00000, '&' is 11111000.
  expect(decoded('07')).toBe('0')
  expect(decoded('f8')).toBe('&')
  expect(() => decoded('06')).toThrow(/padding that is not all ones/)
  expect(() => decoded('f8ff')).toThrow(/more than 7 bits of padding/)
  expect(() => decoded('ff')).toThrow(/more than 7 bits of padding/)
  expect(() => decoded('07ff')).toThrow(ProtocolError)
})

test('the end-of-string symbol must not be there', () => {
  // EOS: 30 ones.
  expect(() => decoded('ffffffff')).toThrow(/end-of-string symbol/)
  expect(() => decoded(encode([0x30, 256]).toString('hex'))).toThrow(/end-of-string symbol/)
})

test('29 ones are too much padding, not the end-of-string symbol', () => {
  expect(() => decoded('ffffff')).toThrow(/more than 7 bits of padding/)
})
