import { describe, expect, test } from 'vitest'
import {
  frameFlags,
  frameTypes,
  pingFrame,
  settingIds,
  settingsFrame,
  windowUpdateFrame,
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
  ['WINDOW_UPDATE of 0 on a stream', errorCodes.PROTOCOL_ERROR, (c) => c.openWindow(1, 0)],
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
    'SETTINGS with a 2 for PUSH_PROMISE',
    errorCodes.PROTOCOL_ERROR,
    (c) => c.settings([settingIds.ENABLE_PUSH, 2]),
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
    'a frame of 16385 bytes, though the server would take larger ones itself',
    errorCodes.FRAME_SIZE_ERROR,
    (c) => {
      c.settings([settingIds.MAX_FRAME_SIZE, 0xff_ffff])
      c.write(frame(frameTypes.DATA, 0, 1, Buffer.alloc(16_385)))
    },
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
    'an interim answer that ends the stream',
    errorCodes.PROTOCOL_ERROR,
    (c) => c.write(headersFrame(1, [[':status', '103']], { endStream: true })),
  ],
  [
    'a body longer than its window',
    errorCodes.FLOW_CONTROL_ERROR,
    (c) =>
      c.write(
        headersFrame(1, [[':status', '400']]),
        ...Array.from({ length: 4 }, () => dataFrame(1, 'x'.repeat(16_384))),
      ),
  ],
  [
    'more padding than there is',
    errorCodes.PROTOCOL_ERROR,
    (c) => c.write(frame(frameTypes.HEADERS, frameFlags.PADDED | 5, 1, Buffer.from([2, 0x88]))),
  ],
  [
    'more padding than there is, in DATA',
    errorCodes.PROTOCOL_ERROR,
    (c) =>
      c.write(
        headersFrame(1, [[':status', '400']]),
        frame(frameTypes.DATA, frameFlags.PADDED | 1, 1, Buffer.from([4, 0, 0, 0])),
      ),
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

describe('a header block that can not be decoded, or would be too much, is a connection error', () => {
  const block = (hex: string) => Buffer.from(hex.replace(/ /g, ''), 'hex')
  const { COMPRESSION_ERROR, ENHANCE_YOUR_CALM } = errorCodes
  // 0x82 counts 42 bytes. The byte 0x07 is five bits of "0" and three of padding; eight times "0" are five bytes.
  const manyFields = Buffer.alloc(400, 0x82)
  const zeros = Buffer.alloc(10_240)
  const entry = Buffer.concat([block('40 0161 7fa11e'), Buffer.alloc(4000, 0x62)])
  test.each([
    ['nonsense', COMPRESSION_ERROR, block('ff ff ff ff ff ff')],
    ['index 0', COMPRESSION_ERROR, block('88 80')],
    ['an index that is in no table', COMPRESSION_ERROR, block('be')],
    ['an integer that never ends', COMPRESSION_ERROR, block('ff 80 80 80 80 80 80 80 00')],
    ['an integer that is cut off', COMPRESSION_ERROR, block('88 7f 80')],
    ['a string that is cut off', COMPRESSION_ERROR, block('48 05 34 30')],
    ['Huffman coding with the end-of-string symbol', COMPRESSION_ERROR, block('48 84 ffffffff')],
    ['Huffman coding with bad padding', COMPRESSION_ERROR, block('48 81 00')],
    ['a table size over what is allowed', COMPRESSION_ERROR, block('3fe21f 88')],
    ['a table size behind a field', COMPRESSION_ERROR, block('88 20')],
    ['many small fields', ENHANCE_YOUR_CALM, Buffer.concat([block('48 03 343030'), manyFields])],
    // 10240 bytes of five-bit codes are 16384 characters: with the name, more than is allowed.
    [
      'a long string in Huffman coding',
      ENHANCE_YOUR_CALM,
      Buffer.concat([block('48 03 343030 58 ff814f'), zeros]),
    ],
    ['one large entry again and again', ENHANCE_YOUR_CALM, Buffer.concat([entry, block('be be be be')])],
  ])('%s', async (_name, code, bytes) => {
    const peer = await startRawPeer((connection) => {
      connection.settings()
      connection.onRequest = ({ streamId }) => connection.write(frame(frameTypes.HEADERS, 5, streamId, bytes))
    })
    await expect(peer.client().send(push)).resolves.toMatchObject({
      kind: 'unknown',
      cause: { code: 'PUSH_ERR_APNS_PROTOCOL', cause: { name: 'ProtocolError', errorCode: code } },
    })
  })
})

describe('windows over 2^31-1 while a body waits for them', () => {
  // In one write, so that nothing more of the body leaves in between. With 10 bytes sent, the window is 0.
  const initial = (bytes: number) => settingsFrame([[settingIds.INITIAL_WINDOW_SIZE, bytes]])
  test.each([
    ['by WINDOW_UPDATE', [windowUpdateFrame(1, 1), windowUpdateFrame(1, 0x7fff_ffff)]],
    ['by SETTINGS after WINDOW_UPDATE', [initial(0), windowUpdateFrame(1, 11), initial(0x7fff_ffff)]],
  ])('%s', async (_name, frames) => {
    const peer = await startRawPeer((connection) => {
      connection.settings([settingIds.INITIAL_WINDOW_SIZE, 10])
      connection.onFrame = ({ type }) => {
        if (type === frameTypes.DATA) connection.write(...frames)
      }
    })
    // The request was not out: it can not have been processed.
    await expect(peer.client().send(push)).resolves.toMatchObject({
      kind: 'unsent',
      cause: { cause: { errorCode: errorCodes.FLOW_CONTROL_ERROR } },
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
