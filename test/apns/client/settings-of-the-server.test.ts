import { describe, expect, test } from 'vitest'
import { frameTypes, settingIds } from '../../../src/apns/wire/frames.js'
import { tokensOf } from './device-tokens.js'
import { type PeerConnection, startRawPeer } from './raw-peer.js'
import { collect, counts } from './sums.js'

const message = { topic: 'com.example.app', payload: { aps: { alert: 'Hi' } } }

test('MAX_CONCURRENT_STREAMS 0, then 1, then 1000, while the pushes are under way', async () => {
  const open = new Set<number>()
  let limit = 0
  let peak = 0
  const allow = (connection: PeerConnection, streams: number) => {
    limit = streams
    connection.settings([settingIds.MAX_CONCURRENT_STREAMS, streams])
  }
  const peer = await startRawPeer((connection) => {
    allow(connection, 0)
    let greeted = false
    connection.onFrame = ({ type, flags, streamId }) => {
      // The client has taken the 0; a PING would do as well to see that it goes on living.
      if (type === frameTypes.SETTINGS && flags === 1 && !greeted) {
        greeted = true
        expect(connection.requests).toEqual([])
        allow(connection, 1)
      }
      if (type === frameTypes.HEADERS) {
        open.add(streamId)
        peak = Math.max(peak, open.size)
        expect(open.size).toBeLessThanOrEqual(limit)
      }
    }
    connection.onRequest = ({ streamId }) => {
      if (limit === 1000 && connection.requests.length < 50) return
      if (limit === 1000) {
        for (const id of [...open]) connection.accept(id)
        open.clear()
        return
      }
      open.delete(streamId)
      connection.accept(streamId)
      if (connection.requests.length === 3) allow(connection, 1000)
    }
  })
  const sum = await collect(peer.client().sendMany(message, tokensOf(50)))
  expect(counts(sum)).toEqual({ accepted: 50, rejected: 0, unknown: 0, unsent: 0 })
  expect(peak).toBeGreaterThan(40)
})

test('a limit that falls below what is open: nothing new until there is room', async () => {
  const peer = await startRawPeer((connection) => {
    connection.settings([settingIds.MAX_CONCURRENT_STREAMS, 10])
    const open: number[] = []
    let lowered = false
    connection.onRequest = ({ streamId }) => {
      open.push(streamId)
      if (!lowered && open.length === 10) {
        lowered = true
        connection.settings([settingIds.MAX_CONCURRENT_STREAMS, 2])
        for (const id of open.splice(0, 9)) connection.accept(id)
        return
      }
      if (!lowered) return
      expect(open.length).toBeLessThanOrEqual(2)
      connection.accept(open.shift()!)
      if (connection.requests.length === 30) for (const id of open.splice(0)) connection.accept(id)
    }
  })
  const sum = await collect(peer.client().sendMany(message, tokensOf(30)))
  expect(counts(sum)).toEqual({ accepted: 30, rejected: 0, unknown: 0, unsent: 0 })
})

test('the client’s own limit holds where the server allows more', async () => {
  let open = 0
  let peak = 0
  const peer = await startRawPeer((connection) => {
    connection.settings([settingIds.MAX_CONCURRENT_STREAMS, 1000])
    connection.onFrame = ({ type }) => {
      if (type === frameTypes.HEADERS) peak = Math.max(peak, ++open)
    }
    connection.onRequest = ({ streamId }) =>
      setImmediate(() => {
        open--
        connection.accept(streamId)
      })
  })
  await collect(peer.client({ maxConcurrentStreams: 7 }).sendMany(message, tokensOf(60)))
  expect(peak).toBe(7)
})

describe('SETTINGS_HEADER_TABLE_SIZE', () => {
  /** The fields of the requests, with a server whose table has these sizes one after the other; several: in one frame. */
  async function requestsWith(sizes: readonly (readonly number[])[]) {
    const tableSizes = (position: number) =>
      sizes[position % sizes.length]!.map((size) => [settingIds.HEADER_TABLE_SIZE, size] as const)
    let changes = 0
    const peer = await startRawPeer((connection) => {
      connection.settings(...tableSizes(0), [settingIds.MAX_CONCURRENT_STREAMS, 4])
      connection.onRequest = ({ streamId }) => {
        if (connection.requests.length % 3 === 0) connection.settings(...tableSizes(++changes))
        connection.accept(streamId)
      }
    })
    const page = { tokens: tokensOf(40), numbers: tokensOf(40).map((_, number) => number) }
    const options = { apnsIdPrefix: 'f81d4fae-7dec-41d0-a765' }
    const sum = await collect(peer.client().sendMany({ ...message, collapseId: 'é' }, [page], options))
    expect(counts(sum)).toEqual({ accepted: 40, rejected: 0, unknown: 0, unsent: 0 })
    return { peer, requests: peer.requests }
  }

  test.each([
    ['0: no table', [[0]]],
    ['one entry at a time', [[60]]],
    ['the usual one', [[4096]]],
    ['a large one', [[65_536]]],
    ['changes', [[4096], [0], [100], [4096], [60], [65_536]]],
    // "the smallest maximum table size that occurs in that interval" counts as well (RFC 7541 section 4.2).
    ['down and up again in one frame', [[4096], [0, 4096], [4096, 60, 4096]]],
  ])('%s', async (_name, sizes) => {
    const { peer, requests } = await requestsWith(sizes)
    for (const [number, { headers, token }] of requests.entries()) {
      expect(token).toBe(tokensOf(40)[number])
      expect(headers).toEqual({
        ':method': 'POST',
        ':scheme': 'https',
        ':authority': `localhost:${peer.port}`,
        ':path': `/3/device/${token}`,
        'apns-topic': 'com.example.app',
        'apns-push-type': 'alert',
        'apns-collapse-id': Buffer.from('é').toString('latin1'),
        'apns-id': `f81d4fae-7dec-41d0-a765-${number.toString(16).padStart(12, '0')}`,
      })
    }
  })
})
