import { expect, test, vi } from 'vitest'
import { tokensOf } from './device-tokens.js'
import { startRawPeer } from './raw-peer.js'

const message = { topic: 'com.example.app', payload: { aps: { alert: 'Hi' } } }

test('a server that sends each connection away and keeps its answers gets no more than eight at a time in its place', async () => {
  const peer = await startRawPeer((connection) => {
    connection.settings()
    connection.onRequest = ({ streamId }) => {
      if (streamId === 1) connection.goAway(1)
    }
  })
  let opened = 0
  const observer = { disconnected: () => (opened ||= peer.connections.length) }
  const client = peer.client({ observer, requestTimeoutMs: 3000, connectAttempts: 100 })
  const batches = client.sendMany(message, tokensOf(50_000))
  const first = batches.next()
  await vi.waitFor(() => expect(opened).toBeGreaterThan(1), 20_000)
  await batches.return()
  await first
  expect(opened).toBeLessThanOrEqual(1 + 8)
})
