import { describe, expect, test } from 'vitest'
import { tokensOf } from '../apns/client/device-tokens.js'
import { collect, counts } from '../apns/client/sums.js'
import { clientFor, expectEachOnce } from './interop-server.js'
import { startNghttpd } from './nghttpd.js'
import { startNginx } from './nginx.js'
import { startNodeServer } from './node-server.js'
import { hasProgram } from './server-process.js'

const message = { topic: 'com.example.app', payload: { aps: { alert: 'Hi' } } }

describe.skipIf(!hasProgram('nginx'))('nginx', () => {
  test.each([1, 8])('with %i streams', async (streams) => {
    const tokens = tokensOf(2000)
    const server = await startNginx(() => ({ server: `http2_max_concurrent_streams ${streams};` }))
    const client = clientFor(server, { maxConnections: 1 })
    await expect(client.connect()).resolves.toMatchObject({ maxConcurrentStreams: streams })
    const sum = await collect(client.sendMany(message, tokens))
    expect(counts(sum)).toEqual({ accepted: tokens.length, rejected: 0, unknown: 0, unsent: 0 })
    await expectEachOnce(server.requests!, tokens)
  })

  test('with one stream and four connections: 20,000 pushes over several of them', async () => {
    const tokens = tokensOf(20_000)
    const server = await startNginx(() => ({ server: 'http2_max_concurrent_streams 1;' }))
    const sum = await collect(clientFor(server, { maxConnections: 4 }).sendMany(message, tokens))
    expect(counts(sum)).toEqual({ accepted: tokens.length, rejected: 0, unknown: 0, unsent: 0 })
    const log = await expectEachOnce(server.requests!, tokens)
    const connections = new Set(log.map(({ connection }) => connection)).size
    expect(connections).toBeGreaterThan(1)
    expect(connections).toBeLessThanOrEqual(4)
  })
})

describe.skipIf(!hasProgram('nghttpd'))('nghttpd', () => {
  test.each([1, 8])('with %i streams', async (streams) => {
    const tokens = tokensOf(2000)
    const server = await startNghttpd(tokens, ['-m', String(streams)])
    const sum = await collect(clientFor(server, { maxConnections: 1 }).sendMany(message, tokens))
    expect(counts(sum)).toEqual({ accepted: tokens.length, rejected: 0, unknown: 0, unsent: 0 })
  })
})

test.each([1, 8])('node:http2 with %i streams', async (maxConcurrentStreams) => {
  const tokens = tokensOf(2000)
  const server = await startNodeServer({ settings: { maxConcurrentStreams } })
  const sum = await collect(clientFor(server, { maxConnections: 1 }).sendMany(message, tokens))
  expect(counts(sum)).toEqual({ accepted: tokens.length, rejected: 0, unknown: 0, unsent: 0 })
  await expectEachOnce(server.requests!, tokens)
})
