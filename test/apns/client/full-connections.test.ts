import { setImmediate as nextTurn } from 'node:timers/promises'
import { expect, onTestFinished, test, vi } from 'vitest'
import { settingIds } from '../../../src/apns/wire/frames.js'
import { tokenOf, tokensOf } from './device-tokens.js'
import { type PeerRequest, startRawPeer } from './raw-peer.js'
import { collect } from './sums.js'

const message = { topic: 'com.example.app', payload: { aps: { alert: 'Hi' } } }

test('as long as all connections are full, they wait for answers and do not keep the event loop busy', async () => {
  const withheld: PeerRequest[] = []
  let isAnswering = false
  const peer = await startRawPeer((connection) => {
    connection.settings([settingIds.MAX_CONCURRENT_STREAMS, 2])
    connection.onRequest = (request) => {
      if (isAnswering) connection.accept(request.streamId)
      else withheld.push(request)
    }
  })
  const sum = collect(peer.client({ maxConnections: 2 }).sendMany(message, tokensOf(10)))
  await vi.waitFor(() => expect(withheld).toHaveLength(4), 20_000)
  const scheduled = vi.spyOn(globalThis, 'setImmediate')
  onTestFinished(() => scheduled.mockRestore())
  const turns = 1000
  for (let turn = 0; turn < turns; turn++) await nextTurn()
  // The clock of the client ticks now and then; that is all.
  expect(scheduled.mock.calls.length).toBeLessThan(turns / 2)
  isAnswering = true
  for (const { connection, streamId } of withheld) connection.accept(streamId)
  expect((await sum).accepted).toBe(10)
})

test('what one connection could not send goes over another that has room', async () => {
  const peer = await startRawPeer((connection) => {
    connection.settings([settingIds.MAX_CONCURRENT_STREAMS, connection.number === 1 ? 1 : 10])
    connection.onRequest = ({ streamId }) => {
      // The first connection keeps its push until all others went over the second one, and gives it back then.
      if (connection.number === 1) return
      connection.accept(streamId)
      if (connection.requests.length === 9) peer.connections[0]?.goAway(0)
    }
  })
  const client = peer.client({ maxConnections: 2, connectAttempts: 5 })
  expect((await collect(client.sendMany(message, tokensOf(10)))).accepted).toBe(10)
  expect(peer.connections.map(({ requests }) => requests.length)).toEqual([1, 10])
  expect(peer.connections[1]?.requests.at(-1)?.token).toBe(tokenOf(0))
})
