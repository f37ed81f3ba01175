// The APNs client alone: many devices, an observer for metrics, an abort. Runs against a simulator.
import assert from 'node:assert/strict'
import { ApnsClient, dispositionOf } from 'ios-notifications/apns'
import { startSimulator } from 'ios-notifications/simulator'

await using simulator = await startSimulator()
const { hostname, port, ca, key } = simulator
const tokens = Array.from({ length: 1000 }, (_, number) => number.toString(16).padStart(64, '0'))
simulator.unregister(tokens.slice(0, 20))

const latencies: number[] = []
await using apns = new ApnsClient({
  hostname,
  port,
  ca,
  key,
  observer: { answered: (_status, _reason, latencyMs) => latencies.push(latencyMs) },
})

// Tokens may come from any iterable or async iterable, one by one or in pages; memory does not grow with their number.
async function* pages() {
  for (let first = 0; first < tokens.length; first += 200) yield tokens.slice(first, first + 200)
}

const message = { topic: 'com.example.app', payload: { aps: { alert: 'The doors open at nine' } } }
const giveUp = AbortSignal.timeout(60_000)
const sums = { accepted: 0, rejected: 0, unknown: 0, unsent: 0 }
for await (const batch of apns.sendMany(message, pages(), { signal: giveUp })) {
  sums.accepted += batch.accepted
  sums.rejected += batch.rejected.length
  sums.unknown += batch.unknown.length
  sums.unsent += batch.unsent.length
  for (const { status, reason } of batch.rejected) assert.equal(dispositionOf(status, reason), 'drop-device')
}

assert.deepEqual(sums, { accepted: 980, rejected: 20, unknown: 0, unsent: 0 })
assert.equal(latencies.length, 1000)
