import { describe, expect, test } from 'vitest'
import { frameFlags, frameTypes, pingFrame, settingIds } from '../../../src/apns/wire/frames.js'
import { tokenOf, tokensOf } from './device-tokens.js'
import { type PeerConnection, type PeerRequest, startRawPeer } from './raw-peer.js'
import { clientFor, startScene } from './simulator-scene.js'
import { collect, counts } from './sums.js'

const message = { topic: 'com.example.app', payload: { aps: { alert: 'Hi' } } }
const hour = 3_600_000

/**
 * Calls `onWave` with all requests that the client sends without an answer. After each request comes a PING; when the client has
 * answered the last one and sent nothing more before, it is waiting.
 */
function inWaves(connection: PeerConnection, onWave: (wave: PeerRequest[]) => void): void {
  let wave: PeerRequest[] = []
  let pings = 0
  connection.onRequest = (request) => {
    wave.push(request)
    pings++
    connection.write(pingFrame(new Uint8Array(8), false))
  }
  connection.onFrame = ({ type, flags }) => {
    if (type !== frameTypes.PING || (flags & frameFlags.ACK) === 0 || --pings > 0) return
    const complete = wave
    wave = []
    onWave(complete)
  }
}

describe('503', () => {
  test('halves what is in flight; each accepted push gives a quarter of a stream back', async () => {
    const waves: number[] = []
    const peer = await startRawPeer((connection) => {
      connection.settings([settingIds.MAX_CONCURRENT_STREAMS, 100])
      inWaves(connection, ([first, ...others]) => {
        waves.push(others.length + 1)
        if (waves.length === 1) connection.reject(first!.streamId, 503, 'ServiceUnavailable')
        else connection.accept(first!.streamId)
        for (const { streamId } of others) connection.accept(streamId)
      })
    })
    const sum = await collect(peer.client().sendMany(message, tokensOf(1000)))
    expect(counts(sum)).toEqual({ accepted: 999, rejected: 1, unknown: 0, unsent: 0 })
    expect(waves[0]).toBe(100)
    // 50, and a quarter of the 99 that were accepted at the same time: 74.75.
    expect(waves[1]).toBe(74)
    expect(waves[2]).toBe(93)
    expect(waves[3]).toBe(100)
  })

  test('many at once count once, and never stop the sending', async () => {
    const waves: number[] = []
    const peer = await startRawPeer((connection) => {
      connection.settings([settingIds.MAX_CONCURRENT_STREAMS, 64])
      inWaves(connection, (wave) => {
        waves.push(wave.length)
        for (const { streamId } of wave) connection.reject(streamId, 503, 'ServiceUnavailable')
      })
    })
    const sum = await collect(peer.client().sendMany(message, tokensOf(64 + 32 + 16 + 8 + 4 + 2 + 1 + 1)))
    expect(sum.rejected).toHaveLength(128)
    expect(waves).toEqual([64, 32, 16, 8, 4, 2, 1, 1])
  })

  test('Shutdown: the push goes over another connection', async () => {
    const peer = await startRawPeer((connection) => {
      connection.settings()
      if (connection.number === 1)
        connection.onRequest = ({ streamId }) => connection.reject(streamId, 503, 'Shutdown')
    })
    const sum = await collect(peer.client({ connectAttempts: 5 }).sendMany(message, tokensOf(20)))
    expect(counts(sum)).toEqual({ accepted: 20, rejected: 0, unknown: 0, unsent: 0 })
    expect(peer.connections).toHaveLength(2)
  })

  test('Shutdown on every connection: an end all the same', async () => {
    const peer = await startRawPeer((connection) => {
      connection.settings()
      connection.onRequest = ({ streamId }) => connection.reject(streamId, 503, 'Shutdown')
    })
    const sum = await collect(peer.client({ connectAttempts: 5 }).sendMany(message, tokensOf(3)))
    expect(sum.accepted + sum.unknown.length).toBe(0)
    expect(sum.rejected.length + sum.unsent.length).toBe(3)
    for (const { reason } of sum.rejected) expect(reason).toBe('Shutdown')
    expect(peer.connections.length).toBeLessThan(10)
  })
})

describe('Retry-After', () => {
  test('nothing is sent before', async () => {
    let refusedAt = 0
    let nextAt = 0
    const peer = await startRawPeer((connection) => {
      connection.settings([settingIds.MAX_CONCURRENT_STREAMS, 1])
      connection.onRequest = ({ streamId }) => {
        if (refusedAt === 0) {
          refusedAt = performance.now()
          connection.reject(streamId, 503, 'ServiceUnavailable', [['retry-after', '1']])
        } else {
          nextAt ||= performance.now()
          connection.accept(streamId)
        }
      }
    })
    const sum = await collect(peer.client().sendMany(message, tokensOf(5)))
    expect(counts(sum)).toEqual({ accepted: 4, rejected: 1, unknown: 0, unsent: 0 })
    expect(sum.rejected[0]).toMatchObject({ reason: 'ServiceUnavailable', retryAfterMs: 1000 })
    expect(nextAt - refusedAt).toBeGreaterThanOrEqual(1000)
  })

  test.each([
    ['in seconds', () => '3600'],
    ['as a date', () => new Date(Date.now() + hour).toUTCString()],
  ])('of an hour, %s: what waits ends as unsent and says how long', async (_, value) => {
    const peer = await startRawPeer((connection) => {
      connection.settings([settingIds.MAX_CONCURRENT_STREAMS, 1])
      connection.onRequest = ({ streamId }) =>
        connection.reject(streamId, 503, 'ServiceUnavailable', [['retry-after', value()]])
    })
    const client = peer.client()
    const sum = await collect(client.sendMany(message, tokensOf(5)))
    expect(counts(sum)).toEqual({ accepted: 0, rejected: 1, unknown: 0, unsent: 4 })
    const cause = expect.objectContaining({
      code: 'PUSH_ERR_APNS_RETRY_LATER',
      message: expect.stringMatching(/3[56]\d\d s/),
    })
    for (const outcome of sum.unsent) expect(outcome.cause).toEqual(cause)
    expect(await client.send({ ...message, token: tokenOf(9) })).toMatchObject({ kind: 'unsent', cause })
    expect(peer.requests).toHaveLength(1)
  })
})

describe('429 TooManyRequests', () => {
  test('slows that device only', async () => {
    const answers: string[] = []
    let refusedAt = 0
    let againAt = 0
    const peer = await startRawPeer((connection) => {
      connection.settings()
      connection.onRequest = ({ streamId, token }) => {
        answers.push(token)
        if (refusedAt === 0) {
          refusedAt = performance.now()
          connection.reject(streamId, 429, 'TooManyRequests', [['retry-after', '1']])
        } else {
          if (token === tokenOf(1)) againAt = performance.now()
          connection.accept(streamId)
        }
      }
    })
    const client = peer.client()
    const to = (number: number) => client.send({ ...message, token: tokenOf(number) })
    expect(await to(1)).toMatchObject({ kind: 'rejected', reason: 'TooManyRequests', retryAfterMs: 1000 })
    const again = to(1)
    for (const number of [2, 3]) expect(await to(number)).toMatchObject({ kind: 'accepted' })
    expect(await again).toMatchObject({ kind: 'accepted' })
    expect(answers).toEqual([tokenOf(1), tokenOf(2), tokenOf(3), tokenOf(1)])
    expect(againAt - refusedAt).toBeGreaterThanOrEqual(1000)
  })

  test('for an hour: further pushes to that device end as unsent', async () => {
    const peer = await startRawPeer((connection) => {
      connection.settings()
      connection.onRequest = ({ streamId, token }) =>
        token === tokenOf(1)
          ? connection.reject(streamId, 429, 'TooManyRequests', [['retry-after', '3600']])
          : connection.accept(streamId)
    })
    const client = peer.client()
    await client.send({ ...message, token: tokenOf(1) })
    const sum = await collect(client.sendMany(message, tokensOf(3)))
    expect(counts(sum)).toEqual({ accepted: 2, rejected: 0, unknown: 0, unsent: 1 })
    expect(sum.unsent[0]).toMatchObject({ token: tokenOf(1), cause: { code: 'PUSH_ERR_APNS_DEVICE_SLOWED' } })
  })

  test('an abort and a close end what is held', async () => {
    const peer = await startRawPeer((connection) => {
      connection.settings()
      connection.onRequest = ({ streamId }) =>
        connection.reject(streamId, 429, 'TooManyRequests', [['retry-after', '30']])
    })
    const client = peer.client()
    const push = { ...message, token: tokenOf(1) }
    await client.send(push)
    const abort = new AbortController()
    const aborted = client.send(push, { signal: abort.signal })
    const closed = client.send(push)
    const other = await client.send({ ...message, token: tokenOf(2) })
    expect(other.kind).toBe('rejected')
    abort.abort()
    await expect(aborted).rejects.toMatchObject({ code: 'PUSH_ERR_ABORTED' })
    await client.close()
    expect(await closed).toMatchObject({ kind: 'unsent', cause: { code: 'PUSH_ERR_CLOSED' } })
  })
})

test('TooManyProviderTokenUpdates: another connection, the same provider token', async () => {
  const { simulator } = await startScene()
  const client = clientFor(simulator, { clock: { now: () => Date.now() } })
  simulator.answer({ reason: 'TooManyProviderTokenUpdates', count: 1 })
  expect(await client.send({ ...message, token: tokenOf(1) })).toMatchObject({ kind: 'accepted' })
  const [first, second] = simulator.received()
  expect(first!.reason).toBe('TooManyProviderTokenUpdates')
  expect(second!.headers['authorization']).toBe(first!.headers['authorization'])
  expect(simulator.stats().connections.total).toBe(2)
})

test('a server that wants to be left alone for an hour gets no connection for what ends as unsent', async () => {
  const peer = await startRawPeer((connection) => {
    connection.settings()
    connection.onRequest = ({ streamId }) => {
      if (streamId === 1) connection.accept(streamId)
      else connection.reject(streamId, 503, 'Shutdown', [['retry-after', '3600']])
    }
  })
  const ended: number[] = []
  const observer = { disconnected: ({ connection }: { connection: number }) => ended.push(connection) }
  const client = peer.client({ observer, connectAttempts: 5 })
  expect(await client.send({ ...message, token: tokenOf(1) })).toMatchObject({ kind: 'accepted' })
  const later = { kind: 'unsent', cause: { code: 'PUSH_ERR_APNS_RETRY_LATER' } }
  expect(await client.send({ ...message, token: tokenOf(2) })).toMatchObject(later)
  expect(await client.send({ ...message, token: tokenOf(3) })).toMatchObject(later)
  await client.close()
  expect(ended).toEqual([1])
})
