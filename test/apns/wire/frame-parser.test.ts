import fc from 'fast-check'
import { expect, test } from 'vitest'
import { FrameParser } from '../../../src/apns/wire/frame-parser.js'
import { MAX_FRAME_BYTES, writeFrameHeader } from '../../../src/apns/wire/frames.js'
import { errorCodes, ProtocolError } from '../../../src/apns/wire/protocol-error.js'

interface Frame {
  type: number
  flags: number
  streamId: number
  payload: string
}

function bytesOf(frame: Frame): Buffer {
  const payload = Buffer.from(frame.payload, 'hex')
  const bytes = Buffer.alloc(9 + payload.length)
  writeFrameHeader(bytes, 0, payload.length, frame.type, frame.flags, frame.streamId)
  payload.copy(bytes, 9)
  return bytes
}

function parse(chunks: readonly Uint8Array[]): Frame[] {
  const frames: Frame[] = []
  const parser = new FrameParser({
    onFrame: (type, flags, streamId, bytes, start, end) => {
      frames.push({ type, flags, streamId, payload: Buffer.from(bytes.subarray(start, end)).toString('hex') })
    },
  })
  for (const chunk of chunks) parser.feed(chunk)
  return frames
}

const anyFrame = fc.record({
  type: fc.integer({ min: 0, max: 255 }),
  flags: fc.integer({ min: 0, max: 255 }),
  streamId: fc.integer({ min: 0, max: 0x7fff_ffff }),
  payload: fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes).toString('hex')),
})

test('any cutting of a stream into chunks gives the same frames', () => {
  fc.assert(
    fc.property(
      fc.array(anyFrame, { maxLength: 12 }),
      fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 1, maxLength: 60 }),
      (frames, sizes) => {
        const stream = Buffer.concat(frames.map(bytesOf))
        const chunks: Buffer[] = []
        let offset = 0
        for (let turn = 0; offset < stream.length && turn < 1000; turn++) {
          const size = sizes[turn % sizes.length]!
          // A copy that is overwritten afterwards would show a view that was kept.
          chunks.push(Buffer.from(stream.subarray(offset, offset + size)))
          offset += size
        }
        chunks.push(Buffer.from(stream.subarray(offset)))
        expect(parse(chunks)).toEqual(frames)
      },
    ),
  )
})

test('byte by byte', () => {
  const frames = [
    { type: 0, flags: 1, streamId: 1, payload: '00'.repeat(300) },
    { type: 4, flags: 0, streamId: 0, payload: '' },
    { type: 1, flags: 5, streamId: 3, payload: '88' },
  ]
  const stream = Buffer.concat(frames.map(bytesOf))
  expect(parse([...stream].map((byte) => Buffer.of(byte)))).toEqual(frames)
})

test('a frame that is split does not hold on to the chunk it began in', () => {
  const frame = { type: 0, flags: 0, streamId: 5, payload: 'a1b2c3d4e5f6' }
  const bytes = bytesOf(frame)
  const frames: string[] = []
  const parser = new FrameParser({
    onFrame: (_type, _flags, _streamId, payload, start, end) => {
      frames.push(Buffer.from(payload.subarray(start, end)).toString('hex'))
    },
  })
  const first = Buffer.from(bytes.subarray(0, 12))
  parser.feed(first)
  first.fill(0)
  parser.feed(bytes.subarray(12))
  expect(frames).toEqual(['a1b2c3d4e5f6'])
})

test('the reserved bit of the stream id is ignored', () => {
  const bytes = bytesOf({ type: 0, flags: 0, streamId: 7, payload: '' })
  bytes[5] = 0x80
  expect(parse([bytes])[0]!.streamId).toBe(7)
})

test('16384 bytes are taken, whole and split', () => {
  const frame = { type: 0, flags: 0, streamId: 1, payload: 'ab'.repeat(MAX_FRAME_BYTES) }
  const bytes = bytesOf(frame)
  expect(parse([bytes])).toEqual([frame])
  expect(parse([bytes.subarray(0, 4), bytes.subarray(4, 10_000), bytes.subarray(10_000)])).toEqual([frame])
})

test('16385 bytes are refused as soon as the header is there, whole and split', () => {
  const header = Buffer.alloc(9)
  writeFrameHeader(header, 0, MAX_FRAME_BYTES + 1, 0, 0, 1)
  for (const chunks of [[header], [header.subarray(0, 2), header.subarray(2)]]) {
    const error = thrownBy(() => parse(chunks))
    expect(error).toBeInstanceOf(ProtocolError)
    expect(error).toMatchObject({ errorCode: errorCodes.FRAME_SIZE_ERROR })
  }
})

test('random bytes never throw anything but ProtocolError', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 5 }), (chunks) => {
      const error = thrownBy(() => parse(chunks))
      if (error !== undefined) expect(error).toBeInstanceOf(ProtocolError)
    }),
  )
})

function thrownBy(action: () => void): unknown {
  try {
    action()
    return undefined
  } catch (error) {
    return error
  }
}
