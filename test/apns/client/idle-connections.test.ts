import { expect, test, vi } from 'vitest'
import { frameFlags, frameTypes } from '../../../src/apns/wire/frames.js'
import { tokenOf } from './device-tokens.js'
import { type PeerConnection, startRawPeer } from './raw-peer.js'
import { passTime } from './time-passes.js'

const push = { topic: 'com.example.app', payload: { aps: { alert: 'Hi' } }, token: tokenOf(1) }

const pings = ({ frames }: PeerConnection) =>
  frames.filter(({ type, flags }) => type === frameTypes.PING && (flags & frameFlags.ACK) === 0).length

test('after a minute of silence, a sign of life is waited for before a push is sent', async () => {
  const order: string[] = []
  const peer = await startRawPeer((connection) => {
    connection.settings()
    connection.onFrame = ({ type }) => {
      if (type === frameTypes.PING) order.push('ping')
      if (type === frameTypes.HEADERS) order.push('push')
    }
    // Stays silent; the connection is as good as dead.
  })
  const client = peer.client({ connectAttempts: 3 })
  expect(await client.send(push)).toMatchObject({ kind: 'accepted' })
  passTime(61_000)
  const second = client.send(push)
  await vi.waitFor(() => expect(order).toEqual(['push', 'ping']))
  // The PING stays unanswered: the push goes over another connection, and is not unknown.
  passTime(61_000 + 11_000)
  expect(await second).toMatchObject({ kind: 'accepted' })
  expect(peer.connections).toHaveLength(2)
  expect(pings(peer.connections[0]!)).toBe(1)
})

test('a push that comes while the PING of an idle connection is out waits too', async () => {
  const peer = await startRawPeer((connection) => connection.settings())
  const client = peer.client({ connectAttempts: 3 })
  await client.send(push)
  const [first] = peer.connections
  passTime(61 * 60_000)
  await vi.waitFor(() => expect(pings(first!)).toBe(1), 10_000)
  const second = client.send(push)
  await vi.waitFor(() => expect(pings(first!)).toBe(2), 10_000)
  passTime(61 * 60_000 + 11_000)
  expect(await second).toMatchObject({ kind: 'accepted' })
  expect(peer.connections.map(({ requests }) => requests.length)).toEqual([1, 1])
})

test('frames other than the answer to the PING are not what the push waits for', async () => {
  const peer = await startRawPeer((connection) => {
    connection.settings()
    connection.onFrame = ({ type }) => {
      if (type === frameTypes.PING) connection.settings()
    }
  })
  const client = peer.client({ connectAttempts: 3 })
  await client.send(push)
  passTime(61_000)
  const second = client.send(push)
  const [first] = peer.connections
  await vi.waitFor(() => expect(pings(first!)).toBe(1))
  // Our acknowledgement of its second SETTINGS: the client has had them.
  await vi.waitFor(() =>
    expect(
      first!.frames.filter(({ type, flags }) => type === frameTypes.SETTINGS && flags === 1),
    ).toHaveLength(2),
  )
  passTime(61_000 + 11_000)
  expect(await second).toMatchObject({ kind: 'accepted' })
  expect(peer.connections).toHaveLength(2)
})

test('a peer that gives the sign of life gets the push on the same connection', async () => {
  const peer = await startRawPeer((connection) => {
    connection.settings()
    connection.onFrame = ({ type, flags, payload }) => {
      if (type !== frameTypes.PING || (flags & frameFlags.ACK) !== 0) return
      const frame = Buffer.alloc(17)
      frame.set([0, 0, 8, frameTypes.PING, frameFlags.ACK])
      frame.set(payload, 9)
      connection.write(frame)
    }
  })
  const client = peer.client()
  await client.send(push)
  passTime(61_000)
  expect(await client.send(push)).toMatchObject({ kind: 'accepted' })
  expect(peer.connections).toHaveLength(1)
  expect(pings(peer.connections[0]!)).toBe(1)
})

test('a connection with nothing to do is closed after idleTimeoutMs, in order, and the next push opens another', async () => {
  const peer = await startRawPeer((connection) => connection.settings())
  const client = peer.client({ idleTimeoutMs: 200 })
  await client.send(push)
  const [first] = peer.connections
  await vi.waitFor(
    () => expect(first!.frames.some(({ type }) => type === frameTypes.GOAWAY)).toBe(true),
    10_000,
  )
  expect(await client.send(push)).toMatchObject({ kind: 'accepted' })
  expect(peer.connections).toHaveLength(2)
})
