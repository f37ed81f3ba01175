import { type AddressInfo, createServer } from 'node:net'
import { expect, test, vi } from 'vitest'
import { ApnsClient } from '../../../src/apns/index.js'
import { settingIds } from '../../../src/apns/wire/frames.js'
import { errorCodes } from '../../../src/apns/wire/protocol-error.js'
import { tokenOf, tokensOf } from './device-tokens.js'
import { anyKey, headersFrame, type PeerRequest, startRawPeer } from './raw-peer.js'
import { collect, counts } from './sums.js'

const message = { topic: 'com.example.app', payload: { aps: { alert: 'Hi' } } }

test('a server that answers and closes its side in one go: what had not left is sent again, not unknown', async () => {
  const peer = await startRawPeer((connection) => {
    connection.settings([settingIds.MAX_CONCURRENT_STREAMS, 50])
    if (connection.number > 1) return
    connection.onRequest = () => {
      if (connection.requests.length < 50) return
      const answers = connection.requests.map(({ streamId }) =>
        headersFrame(streamId, [[':status', '200']], { endStream: true }),
      )
      connection.socket.end(Buffer.concat(answers))
    }
  })
  const sum = await collect(peer.client({ maxConnections: 1 }).sendMany(message, tokensOf(200)))
  expect(counts(sum)).toEqual({ accepted: 200, rejected: 0, unknown: 0, unsent: 0 })
})

test('GOAWAY with a stream that takes long: the others go on over a new connection meanwhile', async () => {
  let slow: PeerRequest | undefined
  const peer = await startRawPeer((connection) => {
    connection.settings([settingIds.MAX_CONCURRENT_STREAMS, 10])
    connection.onRequest = (request) => {
      if (connection.number > 1) {
        connection.accept(request.streamId)
        if (request.token === tokenOf(99)) slow?.connection.accept(slow.streamId)
      } else if (connection.requests.length === 10) {
        slow = connection.requests[0]
        connection.goAway(slow!.streamId)
      }
    }
  })
  const sum = await collect(peer.client().sendMany(message, tokensOf(100)))
  expect(counts(sum)).toEqual({ accepted: 100, rejected: 0, unknown: 0, unsent: 0 })
})

test('a server that closes every connection in order after some hundred pushes holds nobody up', async () => {
  const peer = await startRawPeer((connection) => {
    connection.settings([settingIds.MAX_CONCURRENT_STREAMS, 100])
    connection.onRequest = ({ streamId }) => {
      connection.accept(streamId)
      if (connection.requests.length === 100) connection.goAway(streamId, errorCodes.NO_ERROR)
    }
  })
  // With a delay that doubles, the 20th connection would come after minutes.
  const sum = await collect(peer.client().sendMany(message, tokensOf(2000)))
  expect(counts(sum)).toEqual({ accepted: 2000, rejected: 0, unknown: 0, unsent: 0 })
  expect(peer.connections.length).toBeGreaterThanOrEqual(20)
})

test('a server that ends every connection in order after a tenth of what is in flight: nobody runs out of attempts', async () => {
  const peer = await startRawPeer((connection) => {
    connection.settings([settingIds.MAX_CONCURRENT_STREAMS, 1000])
    connection.onRequest = ({ streamId }) => {
      if (connection.requests.length <= 100) connection.accept(streamId)
      if (connection.requests.length === 100) connection.goAway(streamId, errorCodes.NO_ERROR)
    }
  })
  const sum = await collect(peer.client({ maxConnections: 1 }).sendMany(message, tokensOf(2000)))
  expect(counts(sum)).toEqual({ accepted: 2000, rejected: 0, unknown: 0, unsent: 0 })
})

test('a server with which TLS fails is tried once, not at every push', async () => {
  let connections = 0
  const server = createServer((socket) => {
    connections++
    socket.on('error', () => {}).end('HTTP/1.1 400 Bad Request\r\n\r\n')
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const { port } = server.address() as AddressInfo
  await using client = new ApnsClient({ hostname: 'localhost', port, key: anyKey, connectAttempts: 5 })
  for (let sent = 0; sent < 20; sent++) {
    expect(await client.send({ ...message, token: tokenOf(sent) })).toMatchObject({
      kind: 'unsent',
      cause: { code: 'PUSH_ERR_APNS_TLS' },
    })
  }
  server.close()
  expect(connections).toBe(1)
})

test('a server that refuses streams for a moment gets them again a moment later', async () => {
  const peer = await startRawPeer((connection) => {
    connection.settings([settingIds.MAX_CONCURRENT_STREAMS, 20])
    let isReady = false
    setTimeout(() => {
      isReady = true
    }, 200)
    connection.onRequest = ({ streamId }) =>
      isReady ? connection.accept(streamId) : connection.reset(streamId, errorCodes.REFUSED_STREAM)
  })
  const sum = await collect(peer.client().sendMany(message, tokensOf(100)))
  expect(counts(sum)).toEqual({ accepted: 100, rejected: 0, unknown: 0, unsent: 0 })
})

test('the clock of the machine is set forward: nobody runs out of time', async () => {
  const now = vi.spyOn(Date, 'now')
  try {
    const peer = await startRawPeer((connection) => {
      connection.settings()
      connection.onRequest = ({ streamId }) => {
        const real = performance.timeOrigin + performance.now()
        now.mockImplementation(() => real + 3_600_000)
        setTimeout(() => connection.accept(streamId), 150)
      }
    })
    const sum = await collect(peer.client().sendMany(message, tokensOf(10)))
    expect(counts(sum)).toEqual({ accepted: 10, rejected: 0, unknown: 0, unsent: 0 })
  } finally {
    now.mockRestore()
  }
})

test('the last batch says that the whole input is settled', async () => {
  const peer = await startRawPeer((connection) => connection.settings([settingIds.MAX_CONCURRENT_STREAMS, 1]))
  async function* source() {
    yield tokensOf(100)
    // The last answer is out before the source is known to have ended.
    await vi.waitFor(() => expect(peer.connections[0]?.requests.length).toBe(100))
    await new Promise((resolve) => setTimeout(resolve, 120))
  }
  expect(await collect(peer.client().sendMany(message, source()))).toMatchObject({
    accepted: 100,
    settled: 100,
  })
})
