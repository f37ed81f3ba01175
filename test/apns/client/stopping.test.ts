import { describe, expect, onTestFinished, test } from 'vitest'
import { frameTypes, settingIds } from '../../../src/apns/wire/frames.js'
import { tokenOf, tokensOf } from './device-tokens.js'
import { startRawPeer } from './raw-peer.js'
import { clientFor, startScene } from './simulator-scene.js'
import { add, collect, counts, emptySum, indexes, total } from './sums.js'

const message = { topic: 'com.example.app', payload: { aps: { alert: 'Hi' } } }

/** Tokens without end, and how many were taken. */
function endless() {
  const source = {
    taken: 0,
    returned: false,
    *tokens() {
      try {
        for (;;) yield tokenOf(source.taken++)
      } finally {
        source.returned = true
      }
    },
  }
  return source
}

describe('an abort of send', () => {
  test('before it began: nothing leaves', async () => {
    const { client, simulator } = await startScene()
    const sending = client.send({ ...message, token: tokenOf(1) }, { signal: AbortSignal.abort() })
    await expect(sending).rejects.toMatchObject({ code: 'PUSH_ERR_ABORTED' })
    expect(simulator.stats().connections.total).toBe(0)
  })

  test('while it waits for a connection: it never leaves', async () => {
    const { client, simulator } = await startScene()
    const abort = new AbortController()
    const sending = client.send({ ...message, token: tokenOf(1) }, { signal: abort.signal })
    abort.abort()
    await expect(sending).rejects.toMatchObject({ code: 'PUSH_ERR_ABORTED' })
    await expect(client.send({ ...message, token: tokenOf(2) })).resolves.toMatchObject({ kind: 'accepted' })
    expect(simulator.received().map(({ token }) => token)).toEqual([tokenOf(2)])
  })

  test('while it waits for the answer: rejected, and the connection goes on', async () => {
    const abort = new AbortController()
    const peer = await startRawPeer((connection) => {
      connection.settings()
      connection.onRequest = ({ streamId }) => {
        if (streamId === 1) abort.abort()
        else connection.accept(streamId)
      }
    })
    const client = peer.client()
    const sending = client.send({ ...message, token: tokenOf(1) }, { signal: abort.signal })
    await expect(sending).rejects.toMatchObject({ code: 'PUSH_ERR_ABORTED' })
    await expect(client.send({ ...message, token: tokenOf(2) })).resolves.toMatchObject({ kind: 'accepted' })
    expect(peer.connections).toHaveLength(1)
  })

  test('while it waits to be sent again: it is not', async () => {
    const abort = new AbortController()
    const peer = await startRawPeer((connection) => {
      if (connection.number > 1) return connection.settings()
      connection.settings()
      connection.onRequest = () => connection.goAway(0)
      // The client hangs up when it has put the push back; its next attempt is due a moment later.
      connection.socket.on('close', () => abort.abort())
    })
    const client = peer.client({ connectAttempts: 3 })
    const sending = client.send({ ...message, token: tokenOf(1) }, { signal: abort.signal })
    await expect(sending).rejects.toMatchObject({ code: 'PUSH_ERR_ABORTED' })
    await expect(client.send({ ...message, token: tokenOf(2) })).resolves.toMatchObject({ kind: 'accepted' })
    expect(peer.requests.map(({ token }) => token)).toEqual([tokenOf(1), tokenOf(2)])
  })

  test('after the answer: nothing', async () => {
    const { client } = await startScene()
    const abort = new AbortController()
    const outcome = await client.send({ ...message, token: tokenOf(1) }, { signal: abort.signal })
    abort.abort()
    expect(outcome.kind).toBe('accepted')
  })
})

test('pushes by the hundred may share a signal: each is aborted, and Node warns of no leak', async () => {
  const warnings: Error[] = []
  const onWarning = (warning: Error) => warnings.push(warning)
  process.on('warning', onWarning)
  onTestFinished(() => void process.off('warning', onWarning))
  const peer = await startRawPeer((connection) => {
    connection.settings([settingIds.MAX_CONCURRENT_STREAMS, 50])
    connection.onRequest = () => {
      if (connection.requests.length === 50) controller.abort()
    }
  })
  const controller = new AbortController()
  const { signal } = controller
  const client = peer.client()
  const sends = tokensOf(300).map((token) => client.send({ ...message, token }, { signal }))
  for (const { status } of await Promise.allSettled(sends)) expect(status).toBe('rejected')
  expect(peer.requests).toHaveLength(50)
  expect(warnings).toEqual([])
})

describe('an abort of sendMany is no exception', () => {
  test('in the middle: the sums agree with the tokens that were taken', async () => {
    const { client, simulator } = await startScene({ receivedLimit: 0 })
    const abort = new AbortController()
    const source = endless()
    const sum = emptySum()
    for await (const batch of client.sendMany(message, source.tokens(), { signal: abort.signal })) {
      add(sum, batch)
      if (sum.accepted > 500) abort.abort()
    }
    expect(total(sum)).toBe(source.taken)
    expect(sum.settled).toBe(source.taken)
    expect(source.returned).toBe(true)
    // Everything that was in flight had the time to be answered.
    expect(counts(sum)).toMatchObject({ rejected: 0, unknown: 0 })
    expect(simulator.stats().accepted).toBe(sum.accepted)
  })

  test('the rest of a page that was begun ends as unsent', async () => {
    const { client, simulator } = await startScene({ maxConcurrentStreams: 10, responseDelayMs: 5 })
    const abort = new AbortController()
    const batches = client.sendMany(message, [tokensOf(5000), tokensOf(10)], { signal: abort.signal })
    const sum = emptySum()
    for await (const batch of batches) {
      add(sum, batch)
      abort.abort()
    }
    expect(total(sum)).toBe(5000)
    expect(sum.accepted).toBe(simulator.stats().accepted)
    expect(sum.unsent[0]!.cause.code).toBe('PUSH_ERR_ABORTED')
  })

  test('what is not answered in the time given is unknown', async () => {
    const abort = new AbortController()
    const peer = await startRawPeer((connection) => {
      connection.settings([3, 8])
      connection.onRequest = ({ streamId }) => {
        if (streamId === 1) connection.accept(streamId)
        if (connection.requests.length === 9) abort.abort()
      }
    })
    const options = { signal: abort.signal, drainTimeoutMs: 30 }
    const sum = await collect(peer.client().sendMany(message, [tokensOf(20)], options))
    expect(counts(sum)).toEqual({ accepted: 1, rejected: 0, unknown: 8, unsent: 11 })
    expect(sum.unknown[0]!.cause.code).toBe('PUSH_ERR_ABORTED')
    expect(sum.settled).toBe(20)
  })

  test('before it began: nothing is taken', async () => {
    const { client } = await startScene()
    const source = endless()
    const sum = await collect(client.sendMany(message, source.tokens(), { signal: AbortSignal.abort() }))
    expect([total(sum), source.taken]).toEqual([0, 0])
  })

  test('when all tokens are taken and a stream is refused: it is not sent again', async () => {
    const abort = new AbortController()
    const peer = await startRawPeer((connection) => {
      connection.settings()
      connection.onRequest = () => {
        if (connection.requests.length < 3) return
        abort.abort()
        for (const { streamId } of connection.requests) connection.reset(streamId, 7)
      }
    })
    const sum = await collect(peer.client().sendMany(message, tokensOf(3), { signal: abort.signal }))
    expect(counts(sum)).toEqual({ accepted: 0, rejected: 0, unknown: 0, unsent: 3 })
    expect(peer.requests).toHaveLength(3)
  })

  test('while an asynchronous source keeps us waiting', async () => {
    const { client } = await startScene()
    const abort = new AbortController()
    async function* source() {
      yield tokenOf(0)
      abort.abort()
      await new Promise(() => {})
    }
    const sum = await collect(client.sendMany(message, source(), { signal: abort.signal }))
    expect(total(sum)).toBe(1)
  })
})

describe('leaving the loop early', () => {
  test('ends the source and the sending; the client goes on', async () => {
    const { client, simulator } = await startScene({ receivedLimit: 0 })
    const source = endless()
    for await (const batch of client.sendMany(message, source.tokens())) {
      if (total(batch) > 0) break
    }
    expect(source.returned).toBe(true)
    const { taken } = source
    await expect(client.send({ ...message, token: tokenOf(1) })).resolves.toMatchObject({ kind: 'accepted' })
    expect(source.taken).toBe(taken)
    expect(simulator.stats().connections.total).toBe(1)
  })

  test('with thousands in flight: the connection and the other pushes live', async () => {
    const peer = await startRawPeer((connection) => {
      connection.settings()
      connection.onRequest = ({ streamId, body }) => {
        if (body.includes('other') || streamId === 1) connection.accept(streamId)
      }
    })
    const client = peer.client({ maxConcurrentStreams: 2000 })
    const batches = client.sendMany(message, tokensOf(5000))
    await batches.next()
    await expect.poll(() => peer.requests.length).toBe(2001)
    await batches.return()
    const other = { ...message, payload: { aps: { alert: 'other' } } }
    await expect(client.send({ ...other, token: tokenOf(1) })).resolves.toMatchObject({ kind: 'accepted' })
    expect(peer.connections).toHaveLength(1)
  })

  test('when all tokens are taken: what can be taken back is not sent later', async () => {
    const peer = await startRawPeer((connection) => {
      connection.settings()
      connection.onRequest = ({ streamId }) => {
        // The body of the next push waits for its window.
        connection.settings([settingIds.INITIAL_WINDOW_SIZE, streamId === 1 ? 10 : 1000])
        connection.accept(streamId)
      }
      connection.onFrame = ({ type }) => {
        if (type === frameTypes.RST_STREAM) connection.settings([settingIds.INITIAL_WINDOW_SIZE, 1000])
      }
    })
    const client = peer.client({ maxConcurrentStreams: 1 })
    const batches = client.sendMany(message, tokensOf(2))
    await batches.next()
    const data = () => peer.connections[0]!.frames.filter(({ type }) => type === frameTypes.DATA)
    await expect.poll(data).toHaveLength(2)
    await batches.return()
    await expect(client.send({ ...message, token: tokenOf(5) })).resolves.toMatchObject({ kind: 'accepted' })
    expect(peer.requests.map(({ token }) => token)).toEqual([tokenOf(0), tokenOf(5)])
  })
})

describe('a source that throws', () => {
  function* failing(count: number) {
    yield* tokensOf(count)
    throw new Error('the database is gone')
  }
  async function* failingLater(count: number) {
    yield* tokensOf(count)
    throw new Error('the database is gone')
  }

  test.each([
    ['at once', failing(0), 0],
    ['after 300 tokens', failing(300), 300],
    ['later, at once', failingLater(0), 0],
    ['later, after 300 tokens', failingLater(300), 300],
  ])('%s: thrown when all that was taken has its outcome', async (_name, source, count) => {
    const { client } = await startScene()
    const sum = emptySum()
    const reading = (async () => {
      for await (const batch of client.sendMany(message, source)) add(sum, batch)
    })()
    await expect(reading).rejects.toThrow('the database is gone')
    expect(counts(sum)).toEqual({ accepted: count, rejected: 0, unknown: 0, unsent: 0 })
  })
})

describe('close', () => {
  test('waits for the answers of what is in flight, however often it is called', async () => {
    const { client, simulator } = await startScene({ responseDelayMs: 50 })
    const sending = client.send({ ...message, token: tokenOf(1) })
    await expect.poll(() => simulator.stats().received).toBe(1)
    await Promise.all([client.close(), client.close()])
    await expect(sending).resolves.toMatchObject({ kind: 'accepted' })
    await expect.poll(() => simulator.stats().connections.open).toBe(0)
  })

  test('ends what waits as unsent, and a campaign with all its tokens', async () => {
    const { client, simulator } = await startScene({ maxConcurrentStreams: 5, responseDelayMs: 5 })
    const batches = client.sendMany(message, tokensOf(3000))
    const sum = await (async () => {
      const all = emptySum()
      let closing: Promise<void> | undefined
      for await (const batch of batches) {
        add(all, batch)
        closing ??= client.close()
      }
      await closing
      return all
    })()
    expect(total(sum)).toBe(3000)
    expect(sum.accepted).toBe(simulator.stats().accepted)
    expect(counts(sum)).toMatchObject({ rejected: 0, unknown: 0 })
    expect(sum.unsent[0]).toMatchObject({ cause: { code: 'PUSH_ERR_CLOSED' } })
    expect(indexes(sum.unsent).at(-1)).toBe(2999)
  })

  test('may be called twice at once with nothing in flight, and again; also before anything was sent', async () => {
    const { client, simulator } = await startScene()
    await client.send({ ...message, token: tokenOf(1) })
    await Promise.all([client.close(), client.close()])
    await client.close()
    await clientFor(simulator).close()
  })

  test('a closed client says so', async () => {
    const { client } = await startScene()
    const begun = client.sendMany(message, tokensOf(1))
    await client.close()
    const closed = { code: 'PUSH_ERR_CLOSED' }
    await expect(client.send({ ...message, token: tokenOf(1) })).rejects.toMatchObject(closed)
    await expect(client.connect()).rejects.toMatchObject(closed)
    expect(() => client.sendMany(message, tokensOf(1))).toThrow(expect.objectContaining(closed))
    // Called before, first asked after.
    await expect(begun.next()).rejects.toMatchObject(closed)
  })

  test('while the connection is being made: unsent', async () => {
    const { client } = await startScene()
    const sending = client.send({ ...message, token: tokenOf(1) })
    await client.close()
    await expect(sending).resolves.toMatchObject({ kind: 'unsent', cause: { code: 'PUSH_ERR_CLOSED' } })
  })
})
