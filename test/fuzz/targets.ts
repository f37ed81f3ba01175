import { deepStrictEqual, ok } from 'node:assert/strict'
import { parseBody, refusalFields, responseHead } from '../../src/apns/client/answer.js'
import { isExemptFromProxy } from '../../src/apns/client/no-proxy.js'
import { FrameParser } from '../../src/apns/wire/frame-parser.js'
import { settingsAckFrame, settingsFrame } from '../../src/apns/wire/frames.js'
import { type HeaderField, HpackDecoder, MAX_HEADER_LIST_BYTES } from '../../src/apns/wire/hpack-decoder.js'
import { ENTRY_OVERHEAD_BYTES } from '../../src/apns/wire/hpack-tables.js'
import { ProtocolError } from '../../src/apns/wire/protocol-error.js'
import { parseRetryAfter } from '../../src/apns/wire/retry-after.js'
import type { Target } from './fuzzer.js'
import { mutateBytes, mutateFrames } from './mutate.js'
import { runSession, sessionSeeds } from './session-target.js'

/** The result of an action, or the ProtocolError that it ended with; anything else that is thrown is a finding. */
function outcomeOf<T>(action: () => T): T | string {
  try {
    return action()
  } catch (error) {
    if (error instanceof ProtocolError) return `${error.errorCode} ${error.message}`
    throw error
  }
}

/** Blocks one after the other, each behind its length; the first byte says how large a table is allowed. */
function runHpack(input: Buffer): void {
  const tableBytes = [0, 100, 4096][(input[0] ?? 0) % 3]!
  const decoder = new HpackDecoder()
  const choosy = new HpackDecoder()
  for (const one of [decoder, choosy]) one.setAllowedTableBytes(tableBytes)
  for (let at = 1; at < input.length; ) {
    const start = at + 1
    const end = Math.min(start + input[at]!, input.length)
    at = end
    const fields = outcomeOf(() => decoder.decode(input, start, end))
    const chosen = outcomeOf(() => choosy.decode(input, start, end, refusalFields))
    ok(decoder.maxTableBytes <= tableBytes)
    // Without the table, values that nobody wants are not decoded, so what is wrong in them is not seen.
    if (typeof fields === 'string') return
    const bytes = fields.reduce(
      (sum, [name, value]) => sum + name.length + value.length + ENTRY_OVERHEAD_BYTES,
      0,
    )
    ok(bytes <= MAX_HEADER_LIST_BYTES, `${bytes} bytes of fields`)
    const wanted = fields.filter(([name]) => refusalFields.has(name))
    deepStrictEqual(chosen, wanted)
    ok(typeof outcomeOf(() => responseHead(wanted as HeaderField[], 0)) !== 'undefined')
  }
}

/** Frames of `input` fed in chunks of so many bytes, and how it ended. */
function framesOf(input: Buffer, chunkBytes: number): string[] {
  const frames: string[] = []
  const parser = new FrameParser({
    onFrame: (type, flags, streamId, bytes, start, end) => {
      frames.push(
        `${type} ${flags} ${streamId} ${Buffer.from(bytes.subarray(start, end)).toString('latin1')}`,
      )
    },
  })
  const end = outcomeOf(() => {
    for (let at = 0; at < input.length; at += chunkBytes) {
      const chunk = Buffer.from(input.subarray(at, at + chunkBytes))
      parser.feed(chunk)
      chunk.fill(0xee)
    }
    return 'whole'
  })
  return [...frames, end]
}

/** The first byte says how the rest is cut. */
function runFrames(input: Buffer): void {
  const rest = input.subarray(1)
  deepStrictEqual(framesOf(rest, 1 + ((input[0] ?? 0) % 40)), framesOf(rest, Math.max(1, rest.length)))
}

/** The text of an answer, of a GOAWAY, of a header field, of NO_PROXY. */
function runTexts(input: Buffer): void {
  const text = input.toString()
  const { reason, timestamp } = parseBody(text)
  ok(reason === undefined || /^[\w ]{1,100}$/.test(reason))
  ok(timestamp === undefined || Number.isFinite(timestamp))
  const retryAfterMs = parseRetryAfter(text, 1_800_000_000_000)
  ok(retryAfterMs === undefined || (retryAfterMs >= 0 && retryAfterMs <= 86_400_000))
  for (const host of ['api.push.apple.com', '10.1.2.3', 'fd00::1']) {
    ok(typeof isExemptFromProxy(host, 443, text) === 'boolean')
  }
}

const hex = (text: string) => Buffer.from(text.replace(/\s+/g, ''), 'hex')

export const targets: readonly Target[] = [
  {
    name: 'hpack',
    share: 0.2,
    seeds: [
      // Size update and fields from both tables; Huffman coding; the first two answers of RFC 7541 appendix C.6.
      hex('02 0d 20 3fe11f 82 40 0161 0162 be 7e 0163'),
      hex(`02 36 4882 6402 5885 aec3 771a 4b61 96d0 7abe 9410 54d4 44a8 2005 9504 0b81 66e0 82a6 2d1b ff6e 919d 29ad 1718
           63c7 8f0b 97c8 e9ae 82ae 43d3 08 4883 640e ffc1 c0bf`),
      hex('00 09 20 88 00 0161 0162 54 00'),
      // An entry of 180 bytes, and references to it that are just too many.
      hex(`02 b9 40 0161 7f35 ${'62'.repeat(180)} 50 ${'be'.repeat(80)}`),
      hex('01 0c 48 03 343130 0f 25 82 0bdf 10 00 00'),
    ],
    mutate: mutateBytes,
    run: runHpack,
  },
  {
    name: 'frames',
    share: 0.15,
    seeds: [Buffer.concat([Buffer.of(7), settingsFrame([[3, 100]]), settingsAckFrame()])],
    mutate: mutateFrames(1),
    run: runFrames,
  },
  { name: 'session', share: 0.6, seeds: sessionSeeds(), mutate: mutateFrames(4), run: runSession },
  {
    name: 'texts',
    share: 0.05,
    seeds: [
      '{"reason":"Unregistered","timestamp":1}',
      'Fri, 02 Jan 2026 03:05:05 GMT',
      '.apple.com,10.0.0.0/8,[fd00::]/8:443',
    ].map((text) => Buffer.from(text)),
    mutate: mutateBytes,
    run: runTexts,
  },
]
