import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { contentRange, expectLength, goAwayContent } from '../../../src/apns/wire/frame-content.js'
import { FrameParser } from '../../../src/apns/wire/frame-parser.js'
import {
  frameFlags,
  frameTypes,
  goAwayFrame,
  pingFrame,
  readUint32,
  rstStreamFrame,
  settingsAckFrame,
  settingsFrame,
  windowUpdateFrame,
  writeFrameHeader,
} from '../../../src/apns/wire/frames.js'
import { errorCodeName, errorCodes, ProtocolError } from '../../../src/apns/wire/protocol-error.js'

interface Frame {
  type: number
  flags: number
  streamId: number
  payload: Buffer
}

/** The one frame that the bytes are, however they are cut. */
function parsed(bytes: Uint8Array, chunkBytes = bytes.length): Frame {
  const frames: Frame[] = []
  const parser = new FrameParser({
    onFrame: (type, flags, streamId, payload, start, end) =>
      frames.push({ type, flags, streamId, payload: Buffer.from(payload.subarray(start, end)) }),
  })
  for (let at = 0; at < bytes.length; at += chunkBytes) parser.feed(bytes.slice(at, at + chunkBytes))
  expect(frames).toHaveLength(1)
  return frames[0]!
}

function thrownBy(action: () => unknown): unknown {
  try {
    action()
  } catch (error) {
    return error
  }
  return undefined
}

const chunkBytes = fc.integer({ min: 1, max: 60 })
const streamId = fc.integer({ min: 1, max: 0x7fff_ffff })
const uint32 = fc.integer({ min: 0, max: 0xffff_ffff })
const bytes = fc.uint8Array({ maxLength: 300 })

describe('what is written for a frame is what is read from it', () => {
  test('SETTINGS', () => {
    const setting = fc.tuple(fc.integer({ min: 0, max: 0xffff }), uint32)
    fc.assert(
      fc.property(fc.array(setting, { maxLength: 20 }), chunkBytes, (settings, size) => {
        const { type, flags, streamId, payload } = parsed(settingsFrame(settings), size)
        expect({ type, flags, streamId }).toEqual({ type: frameTypes.SETTINGS, flags: 0, streamId: 0 })
        const read = settings.map((_, at) => [payload.readUInt16BE(at * 6), payload.readUInt32BE(at * 6 + 2)])
        expect(read).toEqual(settings)
        expect(payload).toHaveLength(settings.length * 6)
      }),
    )
  })

  test('the acknowledgement of SETTINGS', () => {
    expect(parsed(settingsAckFrame())).toEqual({
      type: frameTypes.SETTINGS,
      flags: frameFlags.ACK,
      streamId: 0,
      payload: Buffer.alloc(0),
    })
  })

  test('PING', () => {
    const eight = fc.uint8Array({ minLength: 8, maxLength: 8 })
    fc.assert(
      fc.property(eight, fc.boolean(), chunkBytes, (payload, ack, size) => {
        const flags = ack ? frameFlags.ACK : 0
        expect(parsed(pingFrame(payload, ack), size)).toEqual({
          type: frameTypes.PING,
          flags,
          streamId: 0,
          payload: Buffer.from(payload),
        })
      }),
    )
  })

  test('WINDOW_UPDATE and RST_STREAM', () => {
    const writers = [
      [frameTypes.WINDOW_UPDATE, windowUpdateFrame],
      [frameTypes.RST_STREAM, rstStreamFrame],
    ] as const
    fc.assert(
      fc.property(
        fc.constantFrom(...writers),
        streamId,
        uint32,
        chunkBytes,
        ([type, write], id, value, size) => {
          const frame = parsed(write(id, value), size)
          expect({ ...frame, payload: readUint32(frame.payload, 0) }).toEqual({
            type,
            flags: 0,
            streamId: id,
            payload: value,
          })
        },
      ),
    )
  })

  test('GOAWAY', () => {
    fc.assert(
      fc.property(uint32, chunkBytes, (errorCode, size) => {
        const { payload, ...head } = parsed(goAwayFrame(errorCode), size)
        expect(head).toEqual({ type: frameTypes.GOAWAY, flags: 0, streamId: 0 })
        expect(goAwayContent(payload, 0, payload.length)).toEqual({ lastStreamId: 0, errorCode, data: '' })
      }),
    )
  })

  test('the last stream id and the data of a GOAWAY: the reserved bit is ignored', () => {
    const payload = Buffer.from('xx\x80\x00\x00\x07\x00\x00\x00\x02{"reason":"Shutdown"}xx', 'latin1')
    expect(goAwayContent(payload, 2, payload.length - 2)).toEqual({
      lastStreamId: 7,
      errorCode: 2,
      data: '{"reason":"Shutdown"}',
    })
  })

  test('HEADERS and DATA, with and without padding and the fields of a priority', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(frameTypes.HEADERS, frameTypes.DATA),
        streamId,
        bytes,
        fc.option(fc.integer({ min: 0, max: 255 })),
        fc.boolean(),
        chunkBytes,
        (type, id, content, padding, withPriority, size) => {
          const priority = withPriority && type === frameTypes.HEADERS
          const payload = Buffer.concat([
            padding === null ? Buffer.alloc(0) : Buffer.of(padding),
            priority ? Buffer.from([0, 0, 0, 0, 16]) : Buffer.alloc(0),
            content,
            Buffer.alloc(padding ?? 0),
          ])
          const flags = (padding === null ? 0 : frameFlags.PADDED) | (priority ? frameFlags.PRIORITY : 0)
          const whole = Buffer.alloc(9 + payload.length)
          whole.set(payload, writeFrameHeader(whole, 0, payload.length, type, flags, id))
          const frame = parsed(whole, size)
          expect(frame).toEqual({ type, flags, streamId: id, payload })
          const { from, to } = contentRange(type, flags, frame.payload, 0, frame.payload.length)
          expect(frame.payload.subarray(from, to)).toEqual(Buffer.from(content))
        },
      ),
    )
  })
})

describe('padding and priority: what is longer than the frame is refused', () => {
  const { PADDED, PRIORITY } = frameFlags
  const { HEADERS, DATA } = frameTypes
  test.each([
    ['DATA of its padding only', DATA, PADDED, [2, 0, 0], true],
    ['DATA with one byte of padding too many', DATA, PADDED, [3, 0, 0], false],
    ['DATA without the length of its padding', DATA, PADDED, [], false],
    ['HEADERS of a priority only', HEADERS, PRIORITY, [0, 0, 0, 0, 16], true],
    ['HEADERS of half a priority', HEADERS, PRIORITY, [0, 0, 0, 0], false],
    ['HEADERS of a priority and padding', HEADERS, PADDED | PRIORITY, [1, 0, 0, 0, 0, 16, 0], true],
    [
      'HEADERS whose padding reaches into the priority',
      HEADERS,
      PADDED | PRIORITY,
      [2, 0, 0, 0, 0, 16, 0],
      false,
    ],
    ['DATA, which has no priority', DATA, PRIORITY, [1], true],
  ])('%s', (_name, type, flags, payload, allowed) => {
    const error = thrownBy(() => contentRange(type, flags, Buffer.from(payload), 0, payload.length))
    if (allowed) expect(error).toBeUndefined()
    else {
      expect(error).toBeInstanceOf(ProtocolError)
      expect(error).toMatchObject({ errorCode: errorCodes.PROTOCOL_ERROR })
    }
  })

  test('any payload: the content lies within it', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(HEADERS, DATA),
        fc.integer({ min: 0, max: 255 }),
        bytes,
        (type, flags, payload) => {
          try {
            const { from, to } = contentRange(type, flags, payload, 0, payload.length)
            expect(from).toBeGreaterThanOrEqual(0)
            expect(to).toBeGreaterThanOrEqual(from)
            expect(to).toBeLessThanOrEqual(payload.length)
          } catch (error) {
            expect(error).toBeInstanceOf(ProtocolError)
          }
        },
      ),
    )
  })
})

test('frames of a fixed length: another one is a FRAME_SIZE_ERROR', () => {
  expectLength(frameTypes.PING, 8, 8)
  for (const action of [
    () => expectLength(frameTypes.PING, 7, 8),
    () => goAwayContent(Buffer.alloc(7), 0, 7),
  ]) {
    const error = thrownBy(action)
    expect(error).toBeInstanceOf(ProtocolError)
    expect(error).toMatchObject({ errorCode: errorCodes.FRAME_SIZE_ERROR })
  }
})

test('error codes have the names of RFC 9113 section 7; unknown ones are said by number', () => {
  expect(errorCodeName(0x7)).toBe('REFUSED_STREAM')
  expect(errorCodeName(0xb)).toBe('ENHANCE_YOUR_CALM')
  expect(errorCodeName(0xd)).toBe('HTTP_1_1_REQUIRED')
  expect(errorCodeName(0xe)).toBe('error code 14')
})
