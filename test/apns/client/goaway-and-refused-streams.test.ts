import { expect, test } from 'vitest'
import { settingIds } from '../../../src/apns/wire/frames.js'
import { errorCodes } from '../../../src/apns/wire/protocol-error.js'
import { tokenOf, tokensOf } from './device-tokens.js'
import { type PeerRequest, startRawPeer } from './raw-peer.js'
import { collect, counts } from './sums.js'

const message = { topic: 'com.example.app', payload: { aps: { alert: 'Hi' } } }

test('GOAWAY: streams above its last id are sent again on a new connection, the others get their answers', async () => {
  const peer = await startRawPeer((connection) => {
    connection.settings()
    if (connection.number > 1) return
    connection.onRequest = () => {
      if (connection.requests.length < 10) return
      // Stream ids 1 to 19; the first six are processed.
      connection.goAway(11)
      for (const { streamId } of connection.requests.slice(0, 6)) connection.accept(streamId)
    }
  })
  const sum = await collect(peer.client().sendMany(message, tokensOf(10)))
  expect(counts(sum)).toEqual({ accepted: 10, rejected: 0, unknown: 0, unsent: 0 })
  expect(peer.connections).toHaveLength(2)
  expect(peer.connections[0]!.requests).toHaveLength(10)
  expect(peer.connections[1]!.requests.map(({ token }) => token).sort()).toEqual(tokensOf(10).slice(6))
})

test('GOAWAY in two steps: nothing new is sent after the first, and what was sent is answered', async () => {
  const peer = await startRawPeer((connection) => {
    connection.settings([settingIds.MAX_CONCURRENT_STREAMS, 4])
    if (connection.number > 1) return
    connection.onRequest = () => {
      if (connection.requests.length < 4) return
      connection.goAway(0x7fff_ffff)
      connection.goAway(7)
      for (const { streamId } of connection.requests) connection.accept(streamId)
    }
  })
  const sum = await collect(peer.client().sendMany(message, tokensOf(20)))
  expect(counts(sum)).toEqual({ accepted: 20, rejected: 0, unknown: 0, unsent: 0 })
  expect(peer.connections.map(({ requests }) => requests.length)).toEqual([4, 16])
})

test('GOAWAY in answer to everything: each push ends as unsent, with Apple’s reason', async () => {
  const peer = await startRawPeer((connection) => {
    connection.settings()
    connection.onRequest = () => connection.goAway(0, errorCodes.NO_ERROR, '{"reason":"Shutdown"}')
  })
  const outcome = await peer.client({ connectAttempts: 2 }).send({ ...message, token: tokenOf(1) })
  expect(outcome).toMatchObject({
    kind: 'unsent',
    cause: { code: 'PUSH_ERR_APNS_CONNECTION_LOST', message: expect.stringContaining('Shutdown') },
  })
  expect(peer.connections).toHaveLength(2)
})

test('GOAWAY in place of SETTINGS: unsent, and connect says why', async () => {
  const peer = await startRawPeer((connection) =>
    connection.goAway(0, errorCodes.NO_ERROR, '{"reason":"BadCertificate"}'),
  )
  const cause = { code: 'PUSH_ERR_APNS_CONNECTION_LOST', message: expect.stringContaining('BadCertificate') }
  const client = peer.client()
  await expect(client.connect()).rejects.toMatchObject(cause)
  await expect(client.send({ ...message, token: tokenOf(1) })).resolves.toMatchObject({
    kind: 'unsent',
    cause,
  })
})

test('a stream that was refused is sent again, on the same connection', async () => {
  const peer = await startRawPeer((connection) => {
    connection.settings()
    const refused = new Set<string>()
    connection.onRequest = ({ streamId, token }) => {
      if (refused.has(token)) connection.accept(streamId)
      else connection.reset(streamId, errorCodes.REFUSED_STREAM)
      refused.add(token)
    }
  })
  const sum = await collect(peer.client().sendMany(message, tokensOf(30)))
  expect(counts(sum)).toEqual({ accepted: 30, rejected: 0, unknown: 0, unsent: 0 })
  expect(peer.connections).toHaveLength(1)
  expect(peer.requests).toHaveLength(60)
})

test('a server that refuses for ever: unsent after five attempts', async () => {
  const peer = await startRawPeer((connection) => {
    connection.settings()
    connection.onRequest = ({ streamId }) => connection.reset(streamId, errorCodes.REFUSED_STREAM)
  })
  const sum = await collect(peer.client().sendMany(message, tokensOf(3)))
  expect(counts(sum)).toEqual({ accepted: 0, rejected: 0, unknown: 0, unsent: 3 })
  expect(sum.unsent[0]).toMatchObject({
    cause: { code: 'PUSH_ERR_APNS_CONNECTION_LOST', message: expect.stringContaining('REFUSED_STREAM') },
  })
  expect(peer.requests).toHaveLength(3 * 5)
})

test('the same id goes out with every attempt', async () => {
  const seen: PeerRequest[] = []
  const peer = await startRawPeer((connection) => {
    connection.settings()
    connection.onRequest = (request) => {
      seen.push(request)
      if (seen.length === 1) connection.reset(request.streamId, errorCodes.REFUSED_STREAM)
      else connection.accept(request.streamId)
    }
  })
  const page = { tokens: [tokenOf(1)], numbers: [77] }
  await collect(peer.client().sendMany(message, [page], { apnsIdPrefix: 'f81d4fae-7dec-41d0-a765' }))
  expect(seen.map(({ headers }) => headers['apns-id'])).toEqual(
    Array(2).fill('f81d4fae-7dec-41d0-a765-00000000004d'),
  )
})

test('a stream that is refused while the client closes ends as unsent, and close does not wait for it', async () => {
  const peer = await startRawPeer((connection) => {
    connection.settings()
    connection.onRequest = ({ streamId }) => {
      closing = client.close().then(() => connection.socket.destroyed)
      setImmediate(() => connection.reset(streamId, errorCodes.REFUSED_STREAM))
    }
  })
  let closing: Promise<unknown> | undefined
  const client = peer.client()
  await expect(client.send({ ...message, token: tokenOf(1) })).resolves.toMatchObject({ kind: 'unsent' })
  await closing
})
