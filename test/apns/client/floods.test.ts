import { describe, expect, test } from 'vitest'
import {
  frameTypes,
  goAwayFrame,
  pingFrame,
  settingIds,
  settingsFrame,
} from '../../../src/apns/wire/frames.js'
import { errorCodes } from '../../../src/apns/wire/protocol-error.js'
import { tokenOf, tokensOf } from './device-tokens.js'
import { dataFrame, errorCodeOf, frame, headersFrame, startRawPeer } from './raw-peer.js'
import { collect, counts } from './sums.js'

const message = { topic: 'com.example.app', payload: { aps: { alert: 'Hi' } } }
const push = { ...message, token: tokenOf(1) }
const nothing = new Uint8Array(0)

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
    ['GOAWAY', many(goAwayFrame(0))],
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

describe('floods on a connection with nothing to do: it is left, and the next push opens another', () => {
  const many = (one: Uint8Array) => Buffer.concat(Array<Uint8Array>(20_000).fill(one))
  test.each([
    ['SETTINGS', many(settingsFrame([]))],
    ['PING', many(pingFrame(Buffer.alloc(8), false))],
    ['frames of an unknown type', many(frame(0xbe, 0, 0, nothing))],
  ])('%s', async (_name, flood) => {
    const peer = await startRawPeer((connection) => connection.settings())
    const client = peer.client()
    await expect(client.send(push)).resolves.toMatchObject({ kind: 'accepted' })
    const [first] = peer.connections
    first!.write(flood)
    const goAways = () => first!.frames.filter(({ type }) => type === frameTypes.GOAWAY)
    await expect.poll(() => goAways().map(errorCodeOf)).toEqual([errorCodes.ENHANCE_YOUR_CALM])
    await expect(client.send(push)).resolves.toMatchObject({ kind: 'accepted' })
    expect(peer.connections).toHaveLength(2)
  })
})

test('a server that asks for answers and reads nothing is left, as soon as they find no room', async () => {
  const peer = await startRawPeer((connection) => {
    connection.settings([settingIds.MAX_CONCURRENT_STREAMS, 2000])
    connection.openWindow(0, 0x7000_0000)
    if (connection.number > 1) return
    connection.onRequest = () => {
      if (connection.requests.length > 1) return
      connection.socket.pause()
      // Until the buffers of both sockets are full, and requests wait in ours; each PING wants 17 bytes more.
      const timer = setInterval(() => {
        connection.write(...Array.from({ length: 60 }, () => pingFrame(Buffer.alloc(8), false)))
        if (connection.socket.destroyed) clearInterval(timer)
      }, 20)
      connection.socket.on('close', () => clearInterval(timer))
    }
  })
  const large = { topic: 'com.example.app', payload: { aps: { alert: 'x'.repeat(4000) } } }
  const client = peer.client({ maxConcurrentStreams: 2000, connectAttempts: 3 })
  const sum = await collect(client.sendMany(large, tokensOf(4000)))
  const { accepted, unknown, unsent, rejected } = counts(sum)
  expect(accepted + unknown).toBe(4000)
  expect([unsent, rejected]).toEqual([0, 0])
  expect(sum.unknown[0]).toMatchObject({
    cause: { code: 'PUSH_ERR_APNS_PROTOCOL', cause: { errorCode: errorCodes.ENHANCE_YOUR_CALM } },
  })
})

test('a server that resets every stream as soon as it comes: each push is unknown once, on the same connection', async () => {
  const peer = await startRawPeer((connection) => {
    connection.settings([settingIds.MAX_CONCURRENT_STREAMS, 100])
    connection.onFrame = ({ type, streamId }) => {
      if (type === frameTypes.HEADERS) connection.reset(streamId, errorCodes.CANCEL)
    }
    connection.onRequest = () => {}
  })
  const sum = await collect(peer.client().sendMany(message, tokensOf(2000)))
  expect(counts(sum)).toEqual({ accepted: 0, rejected: 0, unknown: 2000, unsent: 0 })
  expect(peer.connections).toHaveLength(1)
})
