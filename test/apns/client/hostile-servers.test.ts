import { describe, expect, test } from 'vitest'
import {
  frameFlags,
  frameTypes,
  pingFrame,
  settingIds,
  settingsFrame,
} from '../../../src/apns/wire/frames.js'
import { errorCodes } from '../../../src/apns/wire/protocol-error.js'
import { tokenOf } from './device-tokens.js'
import { dataFrame, errorCodeOf, frame, headersFrame, type PeerConnection, startRawPeer } from './raw-peer.js'

const push = { topic: 'com.example.app', payload: { aps: { alert: 'Hi' } }, token: tokenOf(1) }
const nothing = new Uint8Array(0)

/** What the peer does when the request is there, and what it hears for it. */
const misdeeds: readonly (readonly [
  name: string,
  code: number,
  deed: (connection: PeerConnection) => void,
])[] = [
  ['a frame on an idle stream', errorCodes.PROTOCOL_ERROR, (c) => c.accept(99)],
  ['a frame on a stream of even number', errorCodes.PROTOCOL_ERROR, (c) => c.accept(2)],
  ['HEADERS on stream 0', errorCodes.PROTOCOL_ERROR, (c) => c.accept(0)],
  ['DATA on an idle stream', errorCodes.PROTOCOL_ERROR, (c) => c.write(dataFrame(99, 'x'))],
  [
    'DATA before the head of the answer',
    errorCodes.PROTOCOL_ERROR,
    (c) => c.write(dataFrame(1, 'x', { endStream: true })),
  ],
  ['RST_STREAM on an idle stream', errorCodes.PROTOCOL_ERROR, (c) => c.reset(99, 0)],
  [
    'RST_STREAM of 3 bytes',
    errorCodes.FRAME_SIZE_ERROR,
    (c) => c.write(frame(frameTypes.RST_STREAM, 0, 1, Buffer.alloc(3))),
  ],
  ['WINDOW_UPDATE on an idle stream', errorCodes.PROTOCOL_ERROR, (c) => c.openWindow(99, 1)],
  ['WINDOW_UPDATE of 0', errorCodes.PROTOCOL_ERROR, (c) => c.openWindow(0, 0)],
  ['a window over 2^31-1', errorCodes.FLOW_CONTROL_ERROR, (c) => c.openWindow(0, 0x7fff_ffff)],
  [
    'WINDOW_UPDATE of 5 bytes',
    errorCodes.FRAME_SIZE_ERROR,
    (c) => c.write(frame(frameTypes.WINDOW_UPDATE, 0, 0, Buffer.alloc(5))),
  ],
  [
    'PUSH_PROMISE',
    errorCodes.PROTOCOL_ERROR,
    (c) => c.write(frame(frameTypes.PUSH_PROMISE, 4, 1, Buffer.from([0, 0, 0, 2, 0x82]))),
  ],
  [
    'SETTINGS that switch on PUSH_PROMISE',
    errorCodes.PROTOCOL_ERROR,
    (c) => c.settings([settingIds.ENABLE_PUSH, 1]),
  ],
  [
    'SETTINGS on a stream',
    errorCodes.PROTOCOL_ERROR,
    (c) => c.write(frame(frameTypes.SETTINGS, 0, 1, nothing)),
  ],
  [
    'SETTINGS of 5 bytes',
    errorCodes.FRAME_SIZE_ERROR,
    (c) => c.write(frame(frameTypes.SETTINGS, 0, 0, Buffer.alloc(5))),
  ],
  [
    'a SETTINGS acknowledgement with a payload',
    errorCodes.FRAME_SIZE_ERROR,
    (c) => c.write(frame(frameTypes.SETTINGS, 1, 0, Buffer.alloc(6))),
  ],
  [
    'an initial window of 2^31',
    errorCodes.FLOW_CONTROL_ERROR,
    (c) => c.settings([settingIds.INITIAL_WINDOW_SIZE, 0x8000_0000]),
  ],
  [
    'a frame size of 16383',
    errorCodes.PROTOCOL_ERROR,
    (c) => c.settings([settingIds.MAX_FRAME_SIZE, 16_383]),
  ],
  [
    'a frame size of 2^24',
    errorCodes.PROTOCOL_ERROR,
    (c) => c.settings([settingIds.MAX_FRAME_SIZE, 0x100_0000]),
  ],
  [
    'PING on a stream',
    errorCodes.PROTOCOL_ERROR,
    (c) => c.write(frame(frameTypes.PING, 0, 1, Buffer.alloc(8))),
  ],
  [
    'PING of 7 bytes',
    errorCodes.FRAME_SIZE_ERROR,
    (c) => c.write(frame(frameTypes.PING, 0, 0, Buffer.alloc(7))),
  ],
  [
    'GOAWAY on a stream',
    errorCodes.PROTOCOL_ERROR,
    (c) => c.write(frame(frameTypes.GOAWAY, 0, 1, Buffer.alloc(8))),
  ],
  [
    'GOAWAY of 7 bytes',
    errorCodes.FRAME_SIZE_ERROR,
    (c) => c.write(frame(frameTypes.GOAWAY, 0, 0, Buffer.alloc(7))),
  ],
  [
    'a frame of 16385 bytes',
    errorCodes.FRAME_SIZE_ERROR,
    (c) => c.write(frame(frameTypes.DATA, 0, 1, Buffer.alloc(16_385))),
  ],
  [
    'CONTINUATION without HEADERS',
    errorCodes.PROTOCOL_ERROR,
    (c) => c.write(frame(frameTypes.CONTINUATION, 4, 1, Buffer.from([0x88]))),
  ],
  [
    'a header block that another frame interrupts',
    errorCodes.PROTOCOL_ERROR,
    (c) =>
      c.write(
        headersFrame(1, [[':status', '200']], { endHeaders: false }),
        pingFrame(Buffer.alloc(8), false),
      ),
  ],
  [
    'a header block that goes on on another stream',
    errorCodes.PROTOCOL_ERROR,
    (c) =>
      c.write(
        headersFrame(1, [[':status', '200']], { endHeaders: false }),
        frame(frameTypes.CONTINUATION, 4, 3, nothing),
      ),
  ],
  [
    'an answer without a status',
    errorCodes.PROTOCOL_ERROR,
    (c) => c.write(headersFrame(1, [['apns-id', 'x']], { endStream: true })),
  ],
  [
    'a status that is no number',
    errorCodes.PROTOCOL_ERROR,
    (c) => c.write(headersFrame(1, [[':status', 'ok']], { endStream: true })),
  ],
  [
    'a second head of an answer',
    errorCodes.PROTOCOL_ERROR,
    (c) => c.write(headersFrame(1, [[':status', '400']]), headersFrame(1, [[':status', '400']])),
  ],
  [
    'a header block of nonsense',
    errorCodes.COMPRESSION_ERROR,
    (c) => c.write(frame(frameTypes.HEADERS, 5, 1, Buffer.from([0xff, 0xff, 0xff, 0xff, 0xff, 0xff]))),
  ],
  [
    'more padding than there is',
    errorCodes.PROTOCOL_ERROR,
    (c) => c.write(frame(frameTypes.HEADERS, frameFlags.PADDED | 5, 1, Buffer.from([2, 0x88]))),
  ],
  [
    'padding without its length',
    errorCodes.PROTOCOL_ERROR,
    (c) => c.write(frame(frameTypes.HEADERS, frameFlags.PADDED | 5, 1, nothing)),
  ],
  [
    'garbage',
    errorCodes.FRAME_SIZE_ERROR,
    (c) => c.write(Buffer.from('Lorem ipsum dolor sit amet, consectetur')),
  ],
]

describe('a server that breaks the rules is left, and the push is unknown', () => {
  test.each(misdeeds)('%s', async (_name, code, deed) => {
    const peer = await startRawPeer((connection) => {
      connection.settings()
      connection.onRequest = () => deed(connection)
    })
    const outcome = await peer.client().send(push)
    expect(outcome).toMatchObject({
      kind: 'unknown',
      cause: { code: 'PUSH_ERR_APNS_PROTOCOL', cause: { name: 'ProtocolError', errorCode: code } },
    })
  })
})

test('the server is told which rule it was', async () => {
  const peer = await startRawPeer((connection) => {
    connection.settings()
    connection.onRequest = () => connection.settings([settingIds.ENABLE_PUSH, 1])
  })
  await peer.client().send(push)
  const goAways = () => peer.connections[0]!.frames.filter(({ type }) => type === frameTypes.GOAWAY)
  await expect.poll(goAways).toHaveLength(1)
  expect(errorCodeOf(goAways()[0]!)).toBe(errorCodes.PROTOCOL_ERROR)
})

describe('floods end with ENHANCE_YOUR_CALM', () => {
  const many = (one: Uint8Array, count = 3000) => Buffer.concat(Array<Uint8Array>(count).fill(one))
  test.each([
    ['SETTINGS', many(settingsFrame([]))],
    ['acknowledgements of SETTINGS', many(frame(frameTypes.SETTINGS, 1, 0, nothing))],
    ['PING', many(pingFrame(Buffer.alloc(8), false))],
    ['PRIORITY', many(frame(frameTypes.PRIORITY, 0, 1, Buffer.alloc(5)))],
    ['frames of an unknown type', many(frame(0xbe, 0, 1, nothing))],
    [
      'RST_STREAM of a stream that has ended',
      Buffer.concat([
        headersFrame(1, [[':status', '200']], { endStream: true }),
        many(frame(frameTypes.RST_STREAM, 0, 1, Buffer.alloc(4))),
      ]),
    ],
    ['empty DATA', Buffer.concat([headersFrame(1, [[':status', '400']]), many(dataFrame(1, ''))])],
    ['interim answers', many(headersFrame(1, [[':status', '103']]))],
    [
      'CONTINUATION',
      Buffer.concat([
        headersFrame(1, [[':status', '400']], { endHeaders: false }),
        many(frame(frameTypes.CONTINUATION, 0, 1, nothing)),
      ]),
    ],
    [
      'a header block that never ends',
      Buffer.concat([
        headersFrame(1, [[':status', '400']], { endHeaders: false }),
        many(frame(frameTypes.CONTINUATION, 0, 1, Buffer.alloc(8000)), 5),
      ]),
    ],
  ])('%s', async (_name, flood) => {
    const peer = await startRawPeer((connection) => {
      connection.settings()
      connection.onRequest = () => connection.write(flood)
    })
    await peer.client().send(push)
    const goAways = () => peer.connections[0]!.frames.filter(({ type }) => type === frameTypes.GOAWAY)
    await expect.poll(goAways).toHaveLength(1)
    expect(errorCodeOf(goAways()[0]!)).toBe(errorCodes.ENHANCE_YOUR_CALM)
  })
})

describe('a server that is none of HTTP/2: nothing leaves', () => {
  test.each([
    ['an answer in HTTP/1.1', Buffer.from('HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n')],
    ['garbage', Buffer.alloc(100, 0xff)],
    ['HEADERS before SETTINGS', headersFrame(1, [[':status', '200']], { endStream: true })],
  ])('%s', async (_name, bytes) => {
    const peer = await startRawPeer((connection) => connection.write(bytes))
    await expect(peer.client().send(push)).resolves.toMatchObject({
      kind: 'unsent',
      cause: { code: 'PUSH_ERR_APNS_PROTOCOL' },
    })
  })

  test('no agreement on h2 in the TLS handshake', async () => {
    const peer = await startRawPeer(() => {}, ['http/1.1'])
    await expect(peer.client().send(push)).resolves.toMatchObject({
      kind: 'unsent',
      cause: { code: 'PUSH_ERR_APNS_TLS' },
    })
  })

  test('silence after the TLS handshake', async () => {
    const peer = await startRawPeer(() => {})
    await expect(peer.client({ connectTimeoutMs: 50 }).send(push)).resolves.toMatchObject({
      kind: 'unsent',
      cause: { code: 'PUSH_ERR_APNS_CONNECT', message: expect.stringContaining('no answer in 50 ms') },
    })
  })

  test('hanging up after the TLS handshake', async () => {
    const peer = await startRawPeer((connection) => connection.socket.destroy())
    await expect(peer.client().send(push)).resolves.toMatchObject({
      kind: 'unsent',
      cause: { code: 'PUSH_ERR_APNS_CONNECT' },
    })
  })
})

test('a client that was left in the lurch goes on with the next connection', async () => {
  const peer = await startRawPeer((connection) => {
    connection.settings()
    if (connection.number === 1) connection.onRequest = () => connection.write(Buffer.alloc(20, 0xff))
  })
  const client = peer.client({ connectAttempts: 3 })
  await expect(client.send(push)).resolves.toMatchObject({ kind: 'unknown' })
  await expect(client.send(push)).resolves.toMatchObject({ kind: 'accepted' })
})
