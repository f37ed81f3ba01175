import { expect, test, vi } from 'vitest'
import { frameFlags, frameTypes, pingFrame, settingIds } from '../../../src/apns/wire/frames.js'
import { tokenOf, tokensOf } from './device-tokens.js'
import { type PeerConnection, startRawPeer } from './raw-peer.js'
import { collect, counts } from './sums.js'
import { passTime } from './time-passes.js'

const message = { topic: 'com.example.app', payload: { aps: { alert: 'Hi' } } }
const isLeft = ({ frames }: PeerConnection) => frames.some(({ type }) => type === frameTypes.GOAWAY)

test('as long as all connections are full, another is opened, up to the limit; they share the work; idle ones are closed but one', async () => {
  // Answers only come when there are three connections, and all of them have had pushes.
  const held: (() => void)[] = []
  const peer = await startRawPeer((connection) => {
    connection.settings([settingIds.MAX_CONCURRENT_STREAMS, 2])
    // After a minute of silence the client asks for a sign of life before it sends.
    connection.onFrame = ({ type, flags, payload }) => {
      if (type === frameTypes.PING && (flags & frameFlags.ACK) === 0)
        connection.write(pingFrame(payload, true))
    }
    connection.onRequest = ({ streamId }) => {
      held.push(() => connection.accept(streamId))
      const isSpread =
        peer.connections.length === 3 && peer.connections.every(({ requests }) => requests.length > 0)
      if (isSpread) for (const accept of held.splice(0)) accept()
    }
  })
  const client = peer.client({ maxConnections: 3 })
  expect(counts(await collect(client.sendMany(message, tokensOf(200))))).toMatchObject({ accepted: 200 })
  expect(peer.connections).toHaveLength(3)
  expect(peer.connections.filter(isLeft)).toEqual([])

  passTime(59_000)
  await client.send({ ...message, token: tokenOf(1) })
  passTime(62_000)
  await vi.waitFor(() => expect(peer.connections.filter(isLeft)).toHaveLength(2), 20_000)
  // The one that is left is used, and no other opened.
  await expect(client.send({ ...message, token: tokenOf(1) })).resolves.toMatchObject({ kind: 'accepted' })
  expect(peer.connections).toHaveLength(3)
  expect(peer.connections.filter(isLeft)).toHaveLength(2)
})

test('a connection with room is enough, whatever waits for answers', async () => {
  const peer = await startRawPeer((connection) => {
    connection.settings([settingIds.MAX_CONCURRENT_STREAMS, 100])
    let held: (() => void)[] = []
    connection.onRequest = ({ streamId }) => {
      held.push(() => connection.accept(streamId))
      if (connection.requests.length % 50 !== 0) return
      for (const accept of held) accept()
      held = []
    }
  })
  const client = peer.client({ maxConnections: 5 })
  // 50 at a time: the connection is never full.
  for (let turn = 0; turn < 5; turn++)
    expect(counts(await collect(client.sendMany(message, tokensOf(50))))).toMatchObject({ accepted: 50 })
  expect(peer.connections).toHaveLength(1)
})
