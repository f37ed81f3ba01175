import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { settingIds, settingsFrame } from '../../../src/apns/wire/frames.js'
import { readSettings } from '../../../src/apns/wire/peer-settings.js'
import { errorCodes, ProtocolError } from '../../../src/apns/wire/protocol-error.js'

type Setting = readonly [id: number, value: number]

/** Reads the payload of a SETTINGS frame with these values, from the middle of a buffer. */
function read(...settings: Setting[]) {
  const frame = settingsFrame(settings)
  return readSettings(Buffer.concat([frame, Buffer.alloc(6, 0xff)]), 9, frame.length)
}

function errorOf(...settings: Setting[]): unknown {
  try {
    read(...settings)
  } catch (error) {
    return error
  }
  return undefined
}

const { HEADER_TABLE_SIZE, ENABLE_PUSH, MAX_CONCURRENT_STREAMS } = settingIds
const { INITIAL_WINDOW_SIZE, MAX_FRAME_SIZE, MAX_HEADER_LIST_SIZE } = settingIds

test('what is not said is absent', () => {
  expect(read()).toEqual({})
  expect(read([ENABLE_PUSH, 0], [MAX_FRAME_SIZE, 16_384], [MAX_HEADER_LIST_SIZE, 0])).toEqual({})
})

test('a value that is said twice: the last one counts, but the encoder has to hear of every table size', () => {
  expect(
    read(
      [HEADER_TABLE_SIZE, 0],
      [MAX_CONCURRENT_STREAMS, 1],
      [INITIAL_WINDOW_SIZE, 1],
      [HEADER_TABLE_SIZE, 4096],
      [MAX_CONCURRENT_STREAMS, 2],
      [INITIAL_WINDOW_SIZE, 2],
    ),
  ).toEqual({ headerTableBytes: [0, 4096], maxConcurrentStreams: 2, initialWindowBytes: 2 })
})

describe('both sides of each limit (RFC 9113 section 6.5.2)', () => {
  const { FLOW_CONTROL_ERROR, PROTOCOL_ERROR } = errorCodes
  test.each([
    ['a window of 2^31-1', INITIAL_WINDOW_SIZE, 0x7fff_ffff, undefined],
    ['a window of 2^31', INITIAL_WINDOW_SIZE, 0x8000_0000, FLOW_CONTROL_ERROR],
    ['a window of 2^32-1', INITIAL_WINDOW_SIZE, 0xffff_ffff, FLOW_CONTROL_ERROR],
    ['frames of 16383 bytes', MAX_FRAME_SIZE, 16_383, PROTOCOL_ERROR],
    ['frames of 16384 bytes', MAX_FRAME_SIZE, 16_384, undefined],
    ['frames of 2^24-1 bytes', MAX_FRAME_SIZE, 0xff_ffff, undefined],
    ['frames of 2^24 bytes', MAX_FRAME_SIZE, 0x100_0000, PROTOCOL_ERROR],
    ['push off', ENABLE_PUSH, 0, undefined],
    ['push on', ENABLE_PUSH, 1, PROTOCOL_ERROR],
    ['push 2', ENABLE_PUSH, 2, PROTOCOL_ERROR],
    ['2^32-1 streams', MAX_CONCURRENT_STREAMS, 0xffff_ffff, undefined],
    ['a table of 2^32-1 bytes', HEADER_TABLE_SIZE, 0xffff_ffff, undefined],
    ['the setting 0, which nobody knows', 0, 0xffff_ffff, undefined],
    ['the setting 65535, which nobody knows', 0xffff, 0xffff_ffff, undefined],
  ])('%s', (_name, id, value, code) => {
    const error = errorOf([id, value])
    if (code === undefined) expect(error).toBeUndefined()
    else {
      expect(error).toBeInstanceOf(ProtocolError)
      expect(error).toMatchObject({ errorCode: code })
    }
  })
})

test('any values: what is read is the last that was said, or a ProtocolError', () => {
  const value = fc.oneof(fc.integer({ min: 0, max: 70_000 }), fc.integer({ min: 0, max: 0xffff_ffff }))
  const setting = fc.tuple(fc.integer({ min: 0, max: 8 }), value)
  let refused = 0
  let taken = 0
  fc.assert(
    fc.property(fc.array(setting, { maxLength: 10 }), (settings) => {
      const said = (id: number) => settings.filter((one) => one[0] === id).map((one) => one[1])
      const isLegal =
        said(INITIAL_WINDOW_SIZE).every((bytes) => bytes < 2 ** 31) &&
        said(MAX_FRAME_SIZE).every((bytes) => bytes >= 2 ** 14 && bytes < 2 ** 24) &&
        said(ENABLE_PUSH).every((push) => push === 0)
      if (!isLegal) {
        expect(errorOf(...settings)).toBeInstanceOf(ProtocolError)
        refused++
        return
      }
      taken++
      const sizes = said(HEADER_TABLE_SIZE)
      const result = read(...settings)
      expect(result.headerTableBytes).toEqual(sizes.length > 0 ? sizes : undefined)
      expect(result.maxConcurrentStreams).toBe(said(MAX_CONCURRENT_STREAMS).at(-1))
      expect(result.initialWindowBytes).toBe(said(INITIAL_WINDOW_SIZE).at(-1))
    }),
    { numRuns: 400 },
  )
  expect(Math.min(refused, taken)).toBeGreaterThan(20)
})

test('a length that is no multiple of 6 is a FRAME_SIZE_ERROR', () => {
  for (let length = 0; length <= 13; length++) {
    const reading = () => readSettings(Buffer.alloc(13), 0, length)
    if (length % 6 === 0) expect(reading()).toEqual({})
    else expect(reading).toThrow(expect.objectContaining({ errorCode: errorCodes.FRAME_SIZE_ERROR }))
  }
})
