import { createSecureContext } from 'node:tls'
import { expect, onTestFinished, test } from 'vitest'
import { ConnectionPool } from '../../../src/apns/client/connection-pool.js'
import { MessageEncoder } from '../../../src/apns/client/message-encoder.js'
import type { Outcome } from '../../../src/apns/client/outcome.js'
import { PushQueue } from '../../../src/apns/client/push-queue.js'
import { SendJob } from '../../../src/apns/client/send-job.js'
import { SocketOpener } from '../../../src/apns/client/socket-opener.js'
import { StreamTable } from '../../../src/apns/client/stream-table.js'
import { settingIds } from '../../../src/apns/wire/frames.js'
import { PushError, silentLogger } from '../../../src/base/index.js'
import { tokenOf } from './device-tokens.js'
import { type PeerConnection, type RawPeer, startRawPeer } from './raw-peer.js'
import { sessionOptions } from './session-options.js'

const LAST_STREAM_ID = 0x7fff_ffff
const message = new MessageEncoder().encode({ topic: 'com.example.app', payload: { aps: { alert: 'Hi' } } })

/** Sends pushes over connections whose first stream id leaves room for so many; resolves with their outcomes. */
function sendAll(peer: RawPeer, pushes: number, room: number): Promise<Outcome[]> {
  const queue = new PushQueue()
  const { port, ca } = peer
  const pool = new ConnectionPool({
    hostname: 'localhost',
    port,
    maxConnections: 1,
    connectAttempts: 2,
    connectTimeoutMs: 30_000,
    requestTimeoutMs: 30_000,
    idleTimeoutMs: 30_000,
    logger: silentLogger,
    opener: new SocketOpener({
      hostname: 'localhost',
      port,
      secureContext: createSecureContext({ ca }),
      proxy: undefined,
      lookup: undefined,
    }),
    session: sessionOptions({ queue, firstStreamId: LAST_STREAM_ID - 2 * (room - 1) }),
  })
  onTestFinished(() => pool.close(new PushError('PUSH_ERR_CLOSED', 'the test is over'), 0))
  const outcomes = Array.from({ length: pushes }, (_, number) => {
    return new Promise<Outcome>((resolve) => {
      queue.addSend(new SendJob(message, { token: tokenOf(number) }, false, undefined, resolve))
    })
  })
  pool.wake()
  return Promise.all(outcomes)
}

const streamIds = ({ requests }: PeerConnection) => requests.map(({ streamId }) => streamId)

test('when stream ids run out, the next connection takes over, and the last streams get their answers', async () => {
  const peer = await startRawPeer((connection) => {
    connection.settings([settingIds.MAX_CONCURRENT_STREAMS, 10])
    // The last two are answered when the next connection is at work.
    connection.onRequest = ({ streamId }) => {
      const isLast = connection.number === 1 && streamId > LAST_STREAM_ID - 4
      if (!isLast) connection.accept(streamId)
      const [first] = peer.connections
      if (connection.number === 2) for (const id of streamIds(first!).slice(-2)) first!.accept(id)
    }
  })
  const outcomes = await sendAll(peer, 40, 25)
  expect(outcomes.map(({ kind }) => kind)).toEqual(Array(40).fill('accepted'))
  const [first, second] = peer.connections
  expect(streamIds(first!)).toEqual(Array.from({ length: 25 }, (_, n) => LAST_STREAM_ID - 2 * (24 - n)))
  expect(second!.requests).toHaveLength(15)
  expect(peer.connections).toHaveLength(2)
  expect(new Set(peer.requests.map(({ token }) => token)).size).toBe(40)
})

test('with room for one push on each connection, all of them are sent', async () => {
  const peer = await startRawPeer((connection) => connection.settings())
  const outcomes = await sendAll(peer, 3, 1)
  expect(outcomes.map(({ kind }) => kind)).toEqual(Array(3).fill('accepted'))
  expect(peer.connections.map(streamIds)).toEqual(Array(3).fill([LAST_STREAM_ID]))
})

test('a stream that ended long ago is not taken for the one in its place', () => {
  const streams = new StreamTable()
  const push = { job: {} as never, token: 'a1', index: 0, number: 0, attempts: 0, unanswered: 0 }
  const [first] = [streams.add(push, 0)]
  streams.remove(first!)
  // The ring has 4096 places.
  for (let added = 0; added < 4095; added++) streams.remove(streams.add(push, 0))
  expect(streams.add(push, 0)).toBe(first)
  expect(streams.slotOf(1)).toBe(-1)
  expect(streams.slotOf(8193)).toBe(first)
  expect(streams.slotOf(0)).toBe(-1)
})

test('a stream that takes long is skipped when the ring comes round, and stays the oldest', () => {
  const streams = new StreamTable()
  const push = { job: {} as never, token: 'a1', index: 0, number: 0, attempts: 0, unanswered: 0 }
  const slow = streams.add(push, 5)
  for (let added = 0; added < 4095; added++) streams.remove(streams.add(push, 10))
  const next = streams.add(push, 10)
  expect(streams.streamIds[next]).toBe(8195)
  expect(streams.slots()).toEqual([slow, next])
  expect(streams.olderThan(5)).toBe(-1)
  expect(streams.olderThan(6)).toBe(slow)
  streams.remove(slow)
  expect(streams.olderThan(6)).toBe(-1)
  expect(streams.olderThan(11)).toBe(next)
})
