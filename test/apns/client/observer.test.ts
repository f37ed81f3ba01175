import { expect, test } from 'vitest'
import type { ApnsObserver } from '../../../src/apns/index.js'
import { settingIds } from '../../../src/apns/wire/frames.js'
import { errorCodes } from '../../../src/apns/wire/protocol-error.js'
import { tokenOf, tokensOf } from './device-tokens.js'
import { startRawPeer } from './raw-peer.js'
import { collect } from './sums.js'

const message = { topic: 'com.example.app', payload: { aps: { alert: 'Hi' } } }

/** Keeps everything it is told. */
function recorder() {
  const events: Record<keyof ApnsObserver, unknown[][]> = {
    connected: [],
    disconnected: [],
    streamsChanged: [],
    answered: [],
    replayed: [],
    ended: [],
  }
  const record =
    (name: keyof ApnsObserver) =>
    (...values: unknown[]) => {
      events[name].push(values)
    }
  const observer: Required<ApnsObserver> = {
    connected: record('connected'),
    disconnected: record('disconnected'),
    streamsChanged: record('streamsChanged'),
    answered: record('answered'),
    replayed: record('replayed'),
    ended: record('ended'),
  }
  return { events, observer }
}

test('an observer hears of connections, answers, replays and ends', async () => {
  const { events, observer } = recorder()
  const peer = await startRawPeer((connection) => {
    connection.settings([settingIds.MAX_CONCURRENT_STREAMS, 10])
    connection.onRequest = ({ streamId, token }) => {
      if (token === tokenOf(0) && connection.number === 1) connection.goAway(0)
      else if (token === tokenOf(1)) connection.reject(streamId, 410, 'Unregistered')
      else if (token === tokenOf(2)) connection.reset(streamId, errorCodes.INTERNAL_ERROR)
      else if (connection.number > 1) connection.accept(streamId)
      if (token === tokenOf(3)) connection.settings([settingIds.MAX_CONCURRENT_STREAMS, 20])
    }
  })
  const client = peer.client({ observer, connectAttempts: 5 })
  await collect(client.sendMany(message, [...tokensOf(5), 'no token']))
  await client.close()
  const where = { hostname: 'localhost', port: peer.port }
  expect(events.connected).toMatchObject([
    [
      {
        connection: 1,
        ...where,
        tlsVersion: 'TLSv1.3',
        maxConcurrentStreams: 10,
        connectMs: expect.any(Number),
      },
    ],
    [{ connection: 2, ...where }],
  ])
  expect(events.disconnected).toMatchObject([
    [{ connection: 1, ...where, cause: { code: 'PUSH_ERR_APNS_CONNECTION_LOST' } }],
    [{ connection: 2, answered: 4, cause: undefined, ageMs: expect.any(Number) }],
  ])
  expect(events.streamsChanged.at(-1)).toMatchObject([{ connection: 2, maxConcurrentStreams: 20 }])
  expect(events.replayed.length).toBeGreaterThan(0)
  const answers = events.answered.map(([status, reason]) => [status, reason])
  expect(answers.filter(([status]) => status === 200)).toHaveLength(3)
  expect(answers).toContainEqual([410, 'Unregistered'])
  for (const [, , latencyMs] of events.answered) expect(latencyMs).toBeGreaterThanOrEqual(0)
  expect(events.ended.map(([kind]) => kind).sort()).toEqual([
    'accepted',
    'accepted',
    'accepted',
    'rejected',
    'unknown',
    'unsent',
  ])
})

test('an observer of which half is there, and one that throws: the pushes go on, and the log has one line', async () => {
  const lines: string[] = []
  const ignore = () => {}
  const logger = {
    debug: ignore,
    info: ignore,
    warn: ignore,
    error: (_fields: object, line: string) => lines.push(line),
  }
  const peer = await startRawPeer((connection) => connection.settings())
  const observer = {
    answered: () => {
      throw new Error('the observer is broken')
    },
  }
  const sum = await collect(peer.client({ observer, logger }).sendMany(message, tokensOf(50)))
  expect(sum.accepted).toBe(50)
  expect(lines).toEqual(['The observer threw in answered; this is reported once'])
})

test('an observer that aborts all when the first push is lost: each ends once, and the client lives', async () => {
  const controller = new AbortController()
  const ended: string[] = []
  const peer = await startRawPeer((connection) => {
    connection.settings()
    connection.onRequest = ({ streamId }) => {
      if (connection.number > 1) connection.accept(streamId)
      else if (connection.requests.length === 5) connection.socket.destroy()
    }
  })
  const observer: ApnsObserver = {
    ended: (kind) => {
      ended.push(kind)
      controller.abort()
    },
  }
  const client = peer.client({ observer, connectAttempts: 5 })
  const { signal } = controller
  const sends = tokensOf(5).map((token) => client.send({ ...message, token }, { signal }))
  for (const settled of await Promise.allSettled(sends)) {
    expect(settled).toMatchObject({ status: 'rejected', reason: { code: 'PUSH_ERR_ABORTED' } })
  }
  expect(ended).toEqual(new Array(5).fill('unknown'))
  expect(await client.send({ ...message, token: tokenOf(6) })).toMatchObject({ kind: 'accepted' })
})

test('an observer that sends a push when others can not be sent: that one ends too', async () => {
  let isSecond = false
  let second: Promise<unknown> | undefined
  const peer = await startRawPeer((connection) => {
    // The first of three is taken; then there is no server any more.
    connection.settings([settingIds.MAX_CONCURRENT_STREAMS, 1])
    connection.onRequest = () => connection.socket.destroy()
  })
  const observer: ApnsObserver = {
    ended: (kind) => {
      if (kind !== 'unsent' || isSecond) return
      isSecond = true
      second = client.send({ ...message, token: tokenOf(9) })
    },
  }
  const client = peer.client({ observer })
  const outcomes = await Promise.all(tokensOf(3).map((token) => client.send({ ...message, token })))
  expect(outcomes.map(({ kind }) => kind)).toEqual(['unknown', 'unsent', 'unsent'])
  expect(await second).toMatchObject({ kind: 'unsent' })
})

test('a send that is aborted before it has left ends too', async () => {
  const { events, observer } = recorder()
  const controller = new AbortController()
  const peer = await startRawPeer((connection) => {
    connection.settings([settingIds.MAX_CONCURRENT_STREAMS, 1])
    connection.onRequest = ({ streamId }) => {
      // The second one waits, because only one may be in flight.
      controller.abort()
      connection.accept(streamId)
    }
  })
  const client = peer.client({ observer })
  const first = client.send({ ...message, token: tokenOf(1) })
  const second = client.send({ ...message, token: tokenOf(2) }, { signal: controller.signal })
  await expect(second).rejects.toMatchObject({ code: 'PUSH_ERR_ABORTED' })
  expect(events.ended).toMatchObject([['unsent', { code: 'PUSH_ERR_ABORTED' }]])
  expect(await first).toMatchObject({ kind: 'accepted' })
  expect(await client.send({ ...message, token: tokenOf(3) })).toMatchObject({ kind: 'accepted' })
  expect(events.ended.map(([kind]) => kind)).toEqual(['unsent', 'accepted', 'accepted'])
})
