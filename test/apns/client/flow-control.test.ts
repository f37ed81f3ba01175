import { describe, expect, test, vi } from 'vitest'
import { frameTypes, settingIds } from '../../../src/apns/wire/frames.js'
import { errorCodes } from '../../../src/apns/wire/protocol-error.js'
import { tokenOf, tokensOf } from './device-tokens.js'
import { type PeerConnection, startRawPeer } from './raw-peer.js'
import { collect, counts } from './sums.js'

const payload = { aps: { alert: 'x'.repeat(300) } }
const message = { topic: 'com.example.app', payload }
const bytes = JSON.stringify(payload).length

function dataFrames(connection: PeerConnection) {
  return connection.frames.filter(({ type }) => type === frameTypes.DATA)
}

test('windows of 10 bytes, opened step by step', async () => {
  const peer = await startRawPeer((connection) => {
    connection.settings([settingIds.INITIAL_WINDOW_SIZE, 10])
    connection.onFrame = ({ type, streamId, payload: data }) => {
      if (type !== frameTypes.DATA) return
      expect(data.length).toBeLessThanOrEqual(10)
      connection.openWindow(streamId, 10)
    }
  })
  const sum = await collect(peer.client().sendMany(message, tokensOf(3)))
  expect(counts(sum)).toEqual({ accepted: 3, rejected: 0, unknown: 0, unsent: 0 })
  expect(peer.requests.map(({ body }) => body)).toEqual(Array(3).fill(JSON.stringify(payload)))
  expect(dataFrames(peer.connections[0]!)).toHaveLength(3 * Math.ceil(bytes / 10))
})

test('a window of 0 that SETTINGS open later: the body waits, and goes out whole', async () => {
  const peer = await startRawPeer((connection) => {
    connection.settings([settingIds.INITIAL_WINDOW_SIZE, 0])
    connection.onFrame = ({ type }) => {
      if (type === frameTypes.HEADERS) connection.settings([settingIds.INITIAL_WINDOW_SIZE, 1000])
    }
  })
  await expect(peer.client().send({ ...message, token: tokenOf(1) })).resolves.toMatchObject({
    kind: 'accepted',
  })
  expect(peer.requests[0]!.body).toBe(JSON.stringify(payload))
})

test('a window that SETTINGS make negative must be opened by that much more', async () => {
  const peer = await startRawPeer((connection) => {
    connection.settings([settingIds.INITIAL_WINDOW_SIZE, 100])
    connection.onFrame = ({ type, streamId }) => {
      if (type !== frameTypes.DATA || dataFrames(connection).length !== 1) return
      // 100 of the bytes are here: the window is 0, then -90, then 10.
      connection.settings([settingIds.INITIAL_WINDOW_SIZE, 10])
      connection.openWindow(streamId, 100)
      connection.onFrame = ({ type: next, streamId: id, payload: data }) => {
        if (next !== frameTypes.DATA) return
        expect(data.length).toBe(Math.min(10, bytes - 100 - 10 * (dataFrames(connection).length - 2)))
        connection.openWindow(id, 10)
      }
    }
  })
  await expect(peer.client().send({ ...message, token: tokenOf(1) })).resolves.toMatchObject({
    kind: 'accepted',
  })
  expect(peer.requests[0]!.body).toBe(JSON.stringify(payload))
})

test('the window of the connection is kept to: 65535 bytes, then what is opened', async () => {
  const room = 65_535
  let received = 0
  let opened = 0
  const peer = await startRawPeer((connection) => {
    connection.settings([settingIds.MAX_CONCURRENT_STREAMS, 1000])
    connection.onFrame = ({ type, payload: data }) => {
      if (type !== frameTypes.DATA) return
      received += data.length
      expect(received).toBeLessThanOrEqual(room + opened)
      if (received === room + opened) {
        opened += 1000
        connection.openWindow(0, 1000)
      }
    }
  })
  const sum = await collect(peer.client().sendMany(message, tokensOf(250)))
  expect(counts(sum)).toEqual({ accepted: 250, rejected: 0, unknown: 0, unsent: 0 })
  expect(received).toBe(250 * bytes)
  expect(opened).toBeGreaterThan(0)
})

test('an answer before the body is out: the answer counts, and the rest of the body is called off', async () => {
  const peer = await startRawPeer((connection) => {
    connection.settings([settingIds.INITIAL_WINDOW_SIZE, 10])
    connection.onFrame = ({ type, streamId }) => {
      if (type === frameTypes.HEADERS) connection.reject(streamId, 413, 'PayloadTooLarge')
    }
  })
  const sum = await collect(peer.client().sendMany(message, tokensOf(3)))
  expect(counts(sum)).toEqual({ accepted: 0, rejected: 3, unknown: 0, unsent: 0 })
  const resets = () => peer.connections[0]!.frames.filter(({ type }) => type === frameTypes.RST_STREAM)
  await expect.poll(() => resets().map(({ streamId }) => streamId)).toEqual([1, 3, 5])
})

describe('a server that never lets the request out: unsent', () => {
  test('because the windows of streams stay shut', async () => {
    const peer = await startRawPeer((connection) => connection.settings([settingIds.INITIAL_WINDOW_SIZE, 10]))
    const outcome = await peer.client({ requestTimeoutMs: 20 }).send({ ...message, token: tokenOf(1) })
    expect(outcome).toMatchObject({ kind: 'unsent', cause: { code: 'PUSH_ERR_APNS_TIMEOUT' } })
    expect(peer.requests).toEqual([])
  })

  test('because it admits no streams', async () => {
    const peer = await startRawPeer((connection) =>
      connection.settings([settingIds.MAX_CONCURRENT_STREAMS, 0]),
    )
    const outcome = await peer.client({ requestTimeoutMs: 50 }).send({ ...message, token: tokenOf(1) })
    expect(outcome).toMatchObject({ kind: 'unsent', cause: { code: 'PUSH_ERR_APNS_TIMEOUT' } })
    expect(peer.requests).toEqual([])
  })
})

test('a window of the connection that stays shut: the next connection takes over', async () => {
  const peer = await startRawPeer((connection) => connection.settings())
  const sum = await collect(peer.client({ requestTimeoutMs: 1000 }).sendMany(message, tokensOf(400)))
  expect(counts(sum)).toEqual({ accepted: 400, rejected: 0, unknown: 0, unsent: 0 })
  const full = Math.floor(65_535 / bytes)
  expect(peer.connections.map(({ requests }) => requests.length)).toEqual([full, 400 - full])
})

test('a window of the connection that is used up: another connection is opened beside it', async () => {
  const peer = await startRawPeer((connection) => connection.settings())
  const client = peer.client({ maxConnections: 2 })
  const full = Math.floor(65_535 / bytes)
  const sending = collect(client.sendMany(message, tokensOf(full + 100)))
  await vi.waitFor(() => expect(peer.requests.length).toBeGreaterThanOrEqual(full + 99), 20_000)
  expect(peer.connections).toHaveLength(2)
  for (const connection of peer.connections) connection.openWindow(0, 65_535)
  expect(counts(await sending)).toEqual({ accepted: full + 100, rejected: 0, unknown: 0, unsent: 0 })
})

test('a body that was cut off by the end of the connection has not been processed: it goes out again', async () => {
  const peer = await startRawPeer((connection) => {
    if (connection.number > 1) return connection.settings()
    connection.settings([settingIds.INITIAL_WINDOW_SIZE, 10])
    connection.onFrame = ({ type }) => {
      if (type === frameTypes.DATA) connection.socket.destroy()
    }
  })
  const outcome = await peer.client({ connectAttempts: 2 }).send({ ...message, token: tokenOf(1) })
  expect(outcome).toMatchObject({ kind: 'accepted' })
})

test('and so does one that RST_STREAM ends before it is out', async () => {
  const peer = await startRawPeer((connection) => {
    connection.settings([settingIds.INITIAL_WINDOW_SIZE, 10])
    connection.onFrame = ({ type, streamId }) => {
      if (type !== frameTypes.DATA || streamId > 1) return
      connection.reset(streamId, errorCodes.INTERNAL_ERROR)
      connection.settings([settingIds.INITIAL_WINDOW_SIZE, 1000])
    }
  })
  const outcome = await peer.client().send({ ...message, token: tokenOf(1) })
  expect(outcome).toMatchObject({ kind: 'accepted' })
  expect(peer.requests).toHaveLength(1)
})
