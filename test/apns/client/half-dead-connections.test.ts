import { expect, test, vi } from 'vitest'
import { frameFlags, frameTypes, pingFrame, settingIds } from '../../../src/apns/wire/frames.js'
import { tokensOf } from './device-tokens.js'
import { type PeerConnection, startRawPeer } from './raw-peer.js'
import { collect, counts } from './sums.js'
import { passTime } from './time-passes.js'

const message = { topic: 'com.example.app', payload: { aps: { alert: 'Hi' } } }
// So that it is the PING that finds out, and not the clock of the pushes.
const patient = { requestTimeoutMs: 600_000, connectAttempts: 3 }

const pings = ({ frames }: PeerConnection) =>
  frames.filter(({ type, flags }) => type === frameTypes.PING && (flags & frameFlags.ACK) === 0)

test('a peer that falls silent in the middle of a campaign: asked after 10 s, left 10 s later, and the rest goes on', async () => {
  const peer = await startRawPeer((connection) => {
    connection.settings([settingIds.MAX_CONCURRENT_STREAMS, 10])
    connection.onRequest = ({ streamId }) => {
      if (connection.number > 1 || connection.requests.length <= 30) connection.accept(streamId)
    }
  })
  const sum = collect(peer.client(patient).sendMany(message, tokensOf(100)))
  await vi.waitFor(() => expect(peer.requests).toHaveLength(40), 20_000)
  const [first] = peer.connections
  expect(pings(first!)).toHaveLength(0)
  passTime(11_000)
  await vi.waitFor(() => expect(pings(first!)).toHaveLength(1), 20_000)
  passTime(22_000)
  const { accepted, unknown, ...rest } = await sum
  expect(counts({ accepted, unknown, ...rest })).toEqual({
    accepted: 90,
    rejected: 0,
    unknown: 10,
    unsent: 0,
  })
  for (const { cause } of unknown)
    expect(cause).toMatchObject({
      code: 'PUSH_ERR_APNS_CONNECTION_LOST',
      message: expect.stringMatching(/dead/),
    })
  expect(peer.connections).toHaveLength(2)
})

test('a peer that is slow and answers the PING is waited for', async () => {
  const peer = await startRawPeer((connection) => {
    connection.settings([settingIds.MAX_CONCURRENT_STREAMS, 10])
    connection.onRequest = () => {}
    connection.onFrame = ({ type, flags, payload }) => {
      if (type === frameTypes.PING && (flags & frameFlags.ACK) === 0)
        connection.write(pingFrame(payload, true))
    }
  })
  const sum = collect(peer.client(patient).sendMany(message, tokensOf(10)))
  await vi.waitFor(() => expect(peer.requests).toHaveLength(10), 20_000)
  const [only] = peer.connections
  for (let asked = 1; asked <= 3; asked++) {
    passTime(11_000 * asked)
    await vi.waitFor(() => expect(pings(only!)).toHaveLength(asked), 20_000)
  }
  for (const { streamId } of only!.requests) only!.accept(streamId)
  expect(counts(await sum)).toEqual({ accepted: 10, rejected: 0, unknown: 0, unsent: 0 })
  expect(peer.connections).toHaveLength(1)
})
