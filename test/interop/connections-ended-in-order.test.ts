import { describe, expect, test } from 'vitest'
import { tokensOf } from '../apns/client/device-tokens.js'
import { collect, counts } from '../apns/client/sums.js'
import { startApache } from './apache.js'
import { clientFor, expectEachOnce, type InteropServer } from './interop-server.js'
import { startNginx } from './nginx.js'
import { hasProgram } from './server-process.js'

// Servers end connections while pushes are in flight, by GOAWAY: every push is accepted, and none twice.

const message = { topic: 'com.example.app', payload: { aps: { alert: 'Hi' } } }

describe.skipIf(!hasProgram('nginx'))('nginx ends each connection after 100 requests', () => {
  test.each([
    { streams: 16, maxConnections: 1 },
    { streams: 128, maxConnections: 4 },
    { streams: 1000, maxConnections: 1 },
  ])('$streams streams, connections: $maxConnections', async ({ streams, maxConnections }) => {
    const count = 10_000
    const tokens = tokensOf(count)
    const server = await startNginx(() => ({
      server: `keepalive_requests 100; http2_max_concurrent_streams ${streams};`,
    }))
    const sum = await collect(clientFor(server, { maxConnections }).sendMany(message, tokens))
    expect(counts(sum)).toEqual({ accepted: count, rejected: 0, unknown: 0, unsent: 0 })
    const log = await expectEachOnce(server.requests!, tokens)
    expect(new Set(log.map(({ connection }) => connection)).size).toBeGreaterThanOrEqual(count / 100)
  })
})

/** Tokens; on the way the server gets the signal to replace its workers, twice: the old ones say goodbye first. */
function* reloadingTwice(server: InteropServer, signal: NodeJS.Signals, tokens: readonly string[]) {
  for (const [index, token] of tokens.entries()) {
    if (index === tokens.length / 4 || index === tokens.length / 2) server.signal!(signal)
    yield token
  }
}

test.skipIf(!hasProgram('nginx'))('nginx reads its configuration again while pushes go out', async () => {
  const tokens = tokensOf(20_000)
  const server = await startNginx()
  const sum = await collect(clientFor(server).sendMany(message, reloadingTwice(server, 'SIGHUP', tokens)))
  expect(counts(sum)).toEqual({ accepted: tokens.length, rejected: 0, unknown: 0, unsent: 0 })
  await expectEachOnce(server.requests!, tokens)
})

// Apache httpd 2.4.71 names 2^31-1 as its last stream, closes the connection a moment later, and leaves streams without an answer.
describe.skipIf(!hasProgram('apache2'))(
  'Apache httpd reads its configuration again while pushes go out',
  () => {
    const tokens = tokensOf(2000)

    test('what it drops is unknown, and nothing is sent twice', async () => {
      const server = await startApache()
      const sum = await collect(
        clientFor(server).sendMany(message, reloadingTwice(server, 'SIGUSR1', tokens)),
      )
      const { unknown } = counts(sum)
      expect(counts(sum)).toEqual({ accepted: tokens.length - unknown, rejected: 0, unknown, unsent: 0 })
      const lines = server.requests!().map(({ line }) => line)
      expect(lines.length).toBe(new Set(lines).size)
    })

    test('with onUnknown: replay, everything is accepted', async () => {
      const server = await startApache()
      const source = reloadingTwice(server, 'SIGUSR1', tokens)
      const sum = await collect(clientFor(server).sendMany(message, source, { onUnknown: 'replay' }))
      expect(counts(sum)).toEqual({ accepted: tokens.length, rejected: 0, unknown: 0, unsent: 0 })
      const logged = () => new Set(server.requests!().map(({ line }) => line)).size
      await expect.poll(logged, { timeout: 10_000 }).toBe(tokens.length)
    })
  },
)
