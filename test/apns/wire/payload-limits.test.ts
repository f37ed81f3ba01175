import { describe, expect, test } from 'vitest'
import { checkMessage } from '../../../src/apns/wire/check-message.js'
import type { ApnsMessage, JsonObject } from '../../../src/apns/wire/message.js'
import { maxPayloadBytesFor } from '../../../src/apns/wire/push-types.js'

/** A payload of exactly so many bytes. */
function payloadOf(bytes: number, filler = 'x'): JsonObject {
  const frame = Buffer.byteLength(JSON.stringify({ aps: { alert: '' } }))
  const room = bytes - frame
  return {
    aps: {
      alert:
        filler.repeat(Math.floor(room / Buffer.byteLength(filler))) +
        'x'.repeat(room % Buffer.byteLength(filler)),
    },
  }
}

describe.each([
  ['alert', 4096],
  ['background', 4096],
  ['liveactivity', 4096],
  ['complication', 4096],
  ['a-type-of-the-future', 4096],
  ['voip', 5120],
])('%s pushes have at most %i bytes', (pushType, limit) => {
  test('as it is told', () => {
    expect(maxPayloadBytesFor(pushType)).toBe(limit)
  })

  test.each([
    ['as an object', (payload: JsonObject) => payload],
    ['as a text', (payload: JsonObject) => JSON.stringify(payload)],
    ['as bytes', (payload: JsonObject) => Buffer.from(JSON.stringify(payload))],
    ['as a Uint8Array', (payload: JsonObject) => new TextEncoder().encode(JSON.stringify(payload))],
  ])('%s', (_name, given) => {
    const message = (bytes: number): ApnsMessage => ({ payload: given(payloadOf(bytes)), pushType })
    expect(checkMessage(message(limit)).payload).toHaveLength(limit)
    expect(() => checkMessage(message(limit + 1))).toThrow(
      expect.objectContaining({
        code: 'PUSH_ERR_PAYLOAD_TOO_LARGE',
        field: 'payload',
        message: expect.stringContaining(
          `${limit + 1} bytes are too long; ${pushType} pushes have at most ${limit}`,
        ),
      }),
    )
  })
})

test('bytes count, not characters', () => {
  expect(checkMessage({ payload: payloadOf(4096, '😀') }).payload).toHaveLength(4096)
  expect(() => checkMessage({ payload: payloadOf(4097, '😀') })).toThrow(/4097 bytes/)
})

test('what was given encoded goes out as it was given', () => {
  const text = '{ "aps" : { "alert" : "h\\u00e9" } }'
  expect(checkMessage({ payload: text }).payload.toString()).toBe(text)
  expect(checkMessage({ payload: Buffer.from(text) }).payload.toString()).toBe(text)
})

test('the bytes are copied: changing them afterwards changes nothing', () => {
  const bytes = Buffer.from('{"aps":{}}')
  const { payload } = checkMessage({ payload: bytes })
  bytes.fill(0)
  expect(payload.toString()).toBe('{"aps":{}}')
})

describe('what is no JSON object is refused', () => {
  const circular: Record<string, unknown> = {}
  circular['self'] = circular
  test.each([
    ['text that is no JSON', '{"aps":'],
    ['nothing', ''],
    ['a text with a byte order mark', '\ufeff{}'],
    ['a list, as a text', '[]'],
    ['null, as a text', 'null'],
    ['a number, as a text', '1'],
    ['bytes that are no UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])],
    ['no bytes', new Uint8Array(0)],
    ['a list', []],
    ['null', null],
    ['undefined', undefined],
    ['a number', 3],
    ['an object that refers to itself', circular],
    ['an object with a BigInt', { badge: 1n }],
    ['a date, which JSON writes as a text', new Date(0)],
    ['an object that JSON writes as nothing', { toJSON: () => undefined }],
  ])('%s', (_name, payload) => {
    expect(() => checkMessage({ payload: payload as JsonObject })).toThrow(
      expect.objectContaining({ code: 'PUSH_ERR_PAYLOAD_INVALID', field: 'payload' }),
    )
  })
})
