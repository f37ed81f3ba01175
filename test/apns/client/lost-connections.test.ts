import { expect, test } from 'vitest'
import { frameTypes } from '../../../src/apns/wire/frames.js'
import { errorCodes } from '../../../src/apns/wire/protocol-error.js'
import { tokenOf, tokensOf } from './device-tokens.js'
import { dataFrame, errorCodeOf, headersFrame, startRawPeer } from './raw-peer.js'
import { collect, counts, indexes } from './sums.js'

const message = { topic: 'com.example.app', payload: { aps: { alert: 'Hi' } } }

test('RST_STREAM without an answer: unknown, and the others go on', async () => {
  const peer = await startRawPeer((connection) => {
    connection.settings()
    connection.onRequest = ({ streamId, token }) => {
      if (Number.parseInt(token, 16) % 2 === 0) connection.accept(streamId)
      else connection.reset(streamId, errorCodes.INTERNAL_ERROR)
    }
  })
  const sum = await collect(peer.client().sendMany(message, tokensOf(6)))
  expect(counts(sum)).toEqual({ accepted: 3, rejected: 0, unknown: 3, unsent: 0 })
  expect(indexes(sum.unknown)).toEqual([1, 3, 5])
  expect(sum.unknown[0]!.cause).toMatchObject({
    code: 'PUSH_ERR_APNS_CONNECTION_LOST',
    message: expect.stringContaining('INTERNAL_ERROR'),
  })
  expect(peer.connections).toHaveLength(1)
})

test('RST_STREAM(NO_ERROR) after a whole answer is counted once', async () => {
  const peer = await startRawPeer((connection) => {
    connection.settings()
    connection.onRequest = ({ streamId, token }) => {
      if (token === tokenOf(0)) connection.accept(streamId)
      else connection.reject(streamId, 413, 'PayloadTooLarge')
      connection.reset(streamId, errorCodes.NO_ERROR)
    }
  })
  const sum = await collect(peer.client().sendMany(message, tokensOf(2)))
  expect(counts(sum)).toEqual({ accepted: 1, rejected: 1, unknown: 0, unsent: 0 })
})

test('half an answer is none', async () => {
  const peer = await startRawPeer((connection) => {
    connection.settings()
    connection.onRequest = ({ streamId }) => {
      connection.write(headersFrame(streamId, [[':status', '400']]), dataFrame(streamId, '{"reason":"BadTo'))
      connection.reset(streamId, errorCodes.INTERNAL_ERROR)
    }
  })
  await expect(peer.client().send({ ...message, token: tokenOf(1) })).resolves.toMatchObject({
    kind: 'unknown',
  })
})

test('a connection that is cut: what was in flight is unknown, what waited goes to the next', async () => {
  const peer = await startRawPeer((connection) => {
    connection.settings([3, 5])
    if (connection.number > 1) return
    connection.onRequest = () => {
      if (connection.requests.length === 5) connection.socket.destroy()
    }
  })
  const sum = await collect(peer.client({ connectAttempts: 3 }).sendMany(message, tokensOf(12)))
  expect(counts(sum)).toEqual({ accepted: 7, rejected: 0, unknown: 5, unsent: 0 })
  expect(indexes(sum.unknown)).toEqual([0, 1, 2, 3, 4])
  expect(sum.unknown[0]!.cause.code).toBe('PUSH_ERR_APNS_CONNECTION_LOST')
  expect(sum.settled).toBe(12)
})

test('silence: unknown after the request time-out, the server is told, and a late answer changes nothing', async () => {
  const peer = await startRawPeer((connection) => {
    connection.settings()
    connection.onRequest = () => {}
    connection.onFrame = (frame) => {
      connection.pong(frame)
      if (frame.type !== frameTypes.RST_STREAM) return
      connection.accept(frame.streamId)
      connection.onRequest = (request) => connection.accept(request.streamId)
    }
  })
  const client = peer.client({ requestTimeoutMs: 500 })
  await expect(client.send({ ...message, token: tokenOf(1) })).resolves.toMatchObject({
    kind: 'unknown',
    cause: { code: 'PUSH_ERR_APNS_TIMEOUT', message: 'no answer in 500 ms' },
  })
  await expect
    .poll(() => peer.connections[0]!.frames.filter(({ type }) => type === frameTypes.RST_STREAM))
    .toHaveLength(1)
  const [reset] = peer.connections[0]!.frames.filter(({ type }) => type === frameTypes.RST_STREAM)
  expect([reset!.streamId, errorCodeOf(reset!)]).toEqual([1, errorCodes.CANCEL])
  await expect(client.send({ ...message, token: tokenOf(2) })).resolves.toMatchObject({ kind: 'accepted' })
  expect(peer.connections).toHaveLength(1)
})

test('silence: a push that leaves a moment after its connection is ready has its whole time', async () => {
  // Long enough for a busy machine to bring eight connections up within it.
  const requestTimeoutMs = 3000
  const peer = await startRawPeer((connection) => {
    connection.settings([3, 0])
    setTimeout(() => connection.settings([3, 100]), connection.number * 6)
    connection.onRequest = () => {}
    connection.onFrame = (frame) => connection.pong(frame)
  })
  const results = await Promise.all(
    Array.from({ length: 8 }, (_, number) =>
      peer.client({ requestTimeoutMs }).send({ ...message, token: tokenOf(number) }),
    ),
  )
  for (const result of results) {
    expect(result).toMatchObject({
      kind: 'unknown',
      cause: { message: `no answer in ${requestTimeoutMs} ms` },
    })
  }
})

test('hundreds of pushes that run out of time at once, while the server reads nothing', async () => {
  const peer = await startRawPeer((connection) => {
    // Windows wide open, so that what is sent fills every buffer on the way.
    connection.settings([4, 0x7fff_ffff])
    connection.openWindow(0, 0x7fff_0000)
    connection.onRequest = () => connection.socket.pause()
  })
  const payload = { aps: { alert: 'x'.repeat(4000) } }
  const client = peer.client({ requestTimeoutMs: 300, maxConcurrentStreams: 2000 })
  const sum = await collect(client.sendMany({ ...message, payload }, tokensOf(1500)))
  const { accepted, rejected, unknown, unsent } = counts(sum)
  expect(accepted + rejected).toBe(0)
  expect(unknown + unsent).toBe(1500)
  expect(unknown).toBeGreaterThan(400)
})
