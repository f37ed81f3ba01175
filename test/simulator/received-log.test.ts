import { once } from 'node:events'
import { expect, test } from 'vitest'
import { pair, providerToken, type Sender, senderForTest, token, topic } from './http2-sender.js'

const other = 'c'.repeat(64)

test('a received push is remembered with headers, payload and what it was answered', async () => {
  const now = Date.now()
  const { simulator, sender } = await pair({ clock: { now: () => now } })
  const collapseId = Buffer.from('é1').toString('latin1')
  await sender.push({
    headers: { 'apns-collapse-id': collapseId, 'x-own': '1' },
    body: '{"aps":{"alert":"Grüße"}}',
  })
  await sender.push({ token: 'B'.repeat(64), headers: { 'apns-priority': '7' }, body: 'no JSON' })
  const [first, second, ...others] = simulator.received()
  expect(others).toEqual([])
  expect(first).toMatchObject({
    number: 1,
    receivedAt: now,
    connection: 1,
    method: 'POST',
    path: `/3/device/${token}`,
    token,
    headers: { 'apns-topic': topic, 'apns-push-type': 'alert', 'apns-collapse-id': 'é1', 'x-own': '1' },
    body: '{"aps":{"alert":"Grüße"}}',
    payload: { aps: { alert: 'Grüße' } },
    status: 200,
  })
  expect(first?.headers).not.toHaveProperty(':path')
  expect(first?.rawHeaders).toContain(collapseId)
  expect(first).not.toHaveProperty('reason')
  expect(second).toMatchObject({ number: 2, token, body: 'no JSON', status: 400, reason: 'BadPriority' })
  expect(second).not.toHaveProperty('payload')
})

test('the log can be asked for one device and for the newest', async () => {
  const { simulator, sender } = await pair()
  for (const to of [token, other, token, other]) await sender.push({ token: to })
  const numbers = (...args: Parameters<typeof simulator.received>) =>
    simulator.received(...args).map(({ number }) => number)
  expect(numbers()).toEqual([1, 2, 3, 4])
  expect(numbers(other.toUpperCase())).toEqual([2, 4])
  expect(numbers(other, 1)).toEqual([4])
  expect(numbers(undefined, 3)).toEqual([2, 3, 4])
  expect(numbers(undefined, 0)).toEqual([])
  expect(numbers('dd')).toEqual([])
})

test.each([
  [3, [1, 2, 3]],
  [4, [2, 3, 4]],
  [7, [5, 6, 7]],
])('of %i pushes only the newest three are remembered, and all are counted', async (pushes, numbers) => {
  const { simulator, sender } = await pair({ receivedLimit: 3 })
  for (let count = 0; count < pushes; count++) await sender.push()
  expect(simulator.received().map(({ number }) => number)).toEqual(numbers)
  expect(simulator.stats()).toMatchObject({ received: pushes, accepted: pushes })
})

test.each([
  [0, 0],
  [Number.POSITIVE_INFINITY, 2],
])('receivedLimit %d', async (receivedLimit, remembered) => {
  const { simulator, sender } = await pair({ receivedLimit })
  await sender.push()
  await sender.push()
  expect(simulator.received()).toHaveLength(remembered)
  expect(simulator.stats().received).toBe(2)
})

test('counters tell what happened; reset starts them anew and leaves connections alone', async () => {
  const { simulator, sender } = await pair()
  simulator.markBad(other)
  await sender.push()
  await sender.push({ token: other })
  await sender.push({ token: other })
  await sender.push({ headers: { 'apns-topic': undefined } })
  const second = await senderForTest(simulator)
  await second.close()
  await expect.poll(() => simulator.stats().connections.open).toBe(1)
  expect(simulator.stats()).toEqual({
    received: 4,
    accepted: 1,
    rejected: 3,
    unanswered: 0,
    incomplete: 0,
    reasons: { BadDeviceToken: 2, MissingTopic: 1 },
    faults: {},
    connections: { total: 2, open: 1 },
    streams: { total: 4, open: 0, peak: 1 },
    tokenVerifications: 1,
  })
  simulator.reset()
  expect(simulator.received()).toEqual([])
  expect(simulator.stats()).toEqual({
    received: 0,
    accepted: 0,
    rejected: 0,
    unanswered: 0,
    incomplete: 0,
    reasons: {},
    faults: {},
    connections: { total: 1, open: 1 },
    streams: { total: 0, open: 0, peak: 0 },
    tokenVerifications: 0,
  })
  expect(await sender.push({ token: other })).toMatchObject({ status: 200 })
})

/** Opens a stream; `node:http2` ends it before it resets it, so only a lost connection leaves it incomplete. */
function openStream(sender: Sender, authorization: string) {
  const headers = { ':method': 'POST', ':path': `/3/device/${token}`, 'apns-topic': topic, authorization }
  const stream = sender.session.request(headers, { endStream: false })
  stream.on('error', () => {})
  return stream
}

test('a stream that ends before its request is complete is no received push', async () => {
  const { simulator, sender } = await pair()
  openStream(sender, '').write('{')
  await expect.poll(() => simulator.stats().streams.open).toBe(1)
  await sender.close()
  await expect
    .poll(() => simulator.stats())
    .toMatchObject({ incomplete: 1, received: 0, streams: { open: 0 } })
})

test('a push that was accepted stays accepted when its answer is lost', async () => {
  const { simulator, sender } = await pair()
  simulator.markSlow(token, 2_000_000_000)
  const stream = openStream(sender, `bearer ${providerToken(simulator.key)}`)
  stream.end('{}')
  await expect.poll(() => simulator.stats().accepted).toBe(1)
  stream.close(8)
  await expect
    .poll(() => simulator.stats())
    .toMatchObject({ unanswered: 1, accepted: 1, streams: { open: 0 } })
})

test('nobody waits for what never comes: a destroyed connection is counted out', async () => {
  const { simulator, sender } = await pair()
  const closed = once(sender.session, 'close')
  sender.session.destroy()
  await closed
  await expect.poll(() => simulator.stats().connections).toEqual({ total: 1, open: 0 })
})
