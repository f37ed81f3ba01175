import { once } from 'node:events'
import { expect, test } from 'vitest'
import type { FaultOrder } from '../../src/simulator/index.js'
import { gone, pair, type Sender, senderForTest, simulatorForTest, token } from './http2-sender.js'

const other = 'c'.repeat(64)
const many = { initialConcurrentStreams: 100 }

/** What the next GOAWAY of a connection says. */
async function goAway(sender: Sender) {
  const [errorCode, lastStream, data] = await once(sender.session, 'goaway')
  return { errorCode, lastStream, data: data === undefined ? '' : Buffer.from(data).toString() }
}

const closed = (sender: Sender) => gone(sender.session)

test('goaway at request: no stream from this one on was processed', async () => {
  const { simulator, sender } = await pair()
  simulator.fault({ kind: 'goaway', count: 1, errorCode: 3, reason: 'Shutdown' })
  const said = goAway(sender)
  const end = closed(sender)
  await expect(sender.push()).rejects.toThrow()
  expect(await said).toEqual({ errorCode: 3, lastStream: 0, data: '{"reason":"Shutdown"}' })
  await end
  expect(simulator.stats()).toMatchObject({ received: 0, incomplete: 0, faults: { goaway: 1 } })
  expect(await (await senderForTest(simulator)).push()).toMatchObject({ status: 200 })
})

test('goaway answers what came before, ignores what comes after, and then closes the connection', async () => {
  const { simulator, sender } = await pair(many)
  const third = 'd'.repeat(64)
  simulator.markSlow(token, 100)
  simulator.fault({ kind: 'goaway', token: other })
  const said = goAway(sender)
  const end = closed(sender)
  const pushes = [token, other, third].map((each) => sender.push({ token: each }))
  const [before, at, after] = await Promise.allSettled(pushes)
  expect(await said).toEqual({ errorCode: 0, lastStream: 1, data: '' })
  expect(before).toMatchObject({ value: { status: 200 } })
  expect(at?.status).toBe('rejected')
  expect(after?.status).toBe('rejected')
  await end
  expect(simulator.received().map((push) => push.token)).toEqual([token])
  await expect.poll(() => simulator.stats().connections.open).toBe(0)
})

test('goaway at judged: this stream is the last that is processed, and is answered', async () => {
  const { simulator, sender } = await pair(many)
  simulator.fault({ kind: 'goaway', at: 'judged', skip: 1, count: 1 })
  const said = goAway(sender)
  const end = closed(sender)
  const pushes = await Promise.allSettled([sender.push(), sender.push(), sender.push()])
  expect(pushes.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected'])
  expect(await said).toMatchObject({ lastStream: 3 })
  await end
  expect(simulator.stats().accepted).toBe(2)
})

test('goaway without drain loses the answers that are due', async () => {
  const { simulator, sender } = await pair(many)
  simulator.markSlow(token, 60_000)
  simulator.fault({ kind: 'goaway', at: 'judged', token: other, drain: false })
  const said = goAway(sender)
  const results = await Promise.allSettled([sender.push(), sender.push({ token: other })])
  expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  expect(await said).toMatchObject({ lastStream: 3 })
  await expect
    .poll(() => simulator.stats())
    .toMatchObject({ accepted: 2, unanswered: 2, streams: { open: 0 } })
})

test('a request that was judged stays so: a goaway at an older stream includes it', async () => {
  const { simulator, sender } = await pair(many)
  simulator.fault({ kind: 'goaway', token })
  const older = sender.session.request({ ':method': 'POST', ':path': `/3/device/${token}` })
  older.write('{')
  expect(await sender.push({ token: other })).toMatchObject({ status: 200 })
  const said = goAway(sender)
  older.end('}')
  expect(await said).toMatchObject({ lastStream: 3 })
  const [head] = await once(older, 'response')
  expect(head[':status']).toBe(403)
})

test.each<[FaultOrder, string]>([
  [{ kind: 'refuse' }, 'NGHTTP2_REFUSED_STREAM'],
  [{ kind: 'reset' }, 'NGHTTP2_INTERNAL_ERROR'],
  [{ kind: 'reset', errorCode: 11 }, 'NGHTTP2_ENHANCE_YOUR_CALM'],
])('%j ends the stream before anything was done with it', async (order, message) => {
  const { simulator, sender } = await pair()
  simulator.fault({ ...order, count: 1 })
  await expect(sender.push()).rejects.toThrow(message)
  expect(await sender.push()).toMatchObject({ status: 200 })
  expect(simulator.stats()).toMatchObject({ received: 1, incomplete: 0, faults: { [order.kind]: 1 } })
})

test('reset at judged: the push counts, and nothing was said', async () => {
  const { simulator, sender } = await pair()
  simulator.fault({ kind: 'reset', at: 'judged', count: 1 })
  await expect(sender.push()).rejects.toThrow('NGHTTP2_INTERNAL_ERROR')
  expect(simulator.stats()).toMatchObject({ accepted: 1, unanswered: 1 })
})

test('reset at head: the head of the answer comes, its end does not', async () => {
  const { simulator, sender } = await pair()
  simulator.fault({ kind: 'reset', at: 'head', count: 1, errorCode: 2 })
  const heads: unknown[] = []
  const request = sender.session.request({ ':method': 'POST', ':path': `/3/device/${token}` })
  request.on('response', (head) => heads.push(head[':status']))
  request.end('{}')
  request.on('error', () => {})
  await gone(request)
  expect(request.rstCode).toBe(2)
  expect(heads).toEqual([403])
  expect(simulator.stats()).toMatchObject({ received: 1, unanswered: 1 })
})

test.each<[FaultOrder, number]>([
  [{ kind: 'tcp-reset' }, 0],
  [{ kind: 'tcp-reset', at: 'judged' }, 1],
  [{ kind: 'close' }, 0],
  [{ kind: 'close', at: 'judged' }, 1],
])('%j ends the connection without an answer', async (order, accepted) => {
  const { simulator, sender } = await pair()
  simulator.fault({ ...order, count: 1 })
  const end = closed(sender)
  await expect(sender.push()).rejects.toThrow()
  await end
  expect(await (await senderForTest(simulator)).push()).toMatchObject({ status: 200 })
  expect(simulator.stats()).toMatchObject({ accepted: accepted + 1, unanswered: accepted, incomplete: 0 })
  await expect.poll(() => simulator.stats().connections.open).toBe(1)
})

test('silence: nothing is answered, not even PING, and the connection stays', async () => {
  const { simulator, sender } = await pair(many)
  simulator.markSlow(token, 50)
  simulator.fault({ kind: 'silence', token: other })
  let said = false
  for (const each of [token, other, 'd'.repeat(64)])
    sender.push({ token: each }).then(
      () => (said = true),
      () => {},
    )
  await expect.poll(() => simulator.stats().faults).toEqual({ silence: 1 })
  sender.session.ping(() => (said = true))
  // Another connection is answered later than the first push would have been.
  expect(await (await senderForTest(simulator)).push()).toMatchObject({ status: 200 })
  expect(said).toBe(false)
  expect(simulator.stats()).toMatchObject({ received: 2, connections: { open: 2 } })
  await simulator.close()
  expect(simulator.stats().connections.open).toBe(0)
})

test.each([0, 1])('drip, with %j ms between the bytes: the answers come all the same', async (ms) => {
  const { simulator, sender } = await pair()
  simulator.fault({ kind: 'drip', ms, count: 1 })
  expect(await sender.push({ headers: { 'apns-priority': '7' } })).toMatchObject({ reason: 'BadPriority' })
  expect(await sender.push()).toMatchObject({ status: 200 })
  expect(simulator.stats().faults).toEqual({ drip: 1 })
})

test('streams: changes how many requests may be open', async () => {
  const { simulator, sender } = await pair({ maxConcurrentStreams: 50 })
  const limits: unknown[] = []
  sender.session.on('remoteSettings', ({ maxConcurrentStreams }) => limits.push(maxConcurrentStreams))
  simulator.fault({ kind: 'streams', streams: 0, count: 1 })
  expect(await sender.push()).toMatchObject({ status: 200 })
  for (const streams of [1, 1000, 1]) simulator.fault({ kind: 'streams', streams, at: 'now' })
  await expect.poll(() => limits).toEqual([0, 1, 1000, 1])
  expect(await sender.push()).toMatchObject({ status: 200 })
  expect(simulator.stats().faults).toEqual({ streams: 4 })
})

test('window: changes how much of a body may be sent, for a time', async () => {
  const { simulator, sender } = await pair()
  const windows: unknown[] = []
  sender.session.on('remoteSettings', ({ initialWindowSize }) => windows.push(initialWindowSize))
  simulator.fault({ kind: 'window', bytes: 0, ms: 50, at: 'now' })
  await expect.poll(() => windows[0]).toBe(0)
  expect(await sender.push()).toMatchObject({ status: 200 })
  expect(windows[1]).toBe(65_535)
  simulator.fault({ kind: 'window', bytes: 3, at: 'now' })
  await expect.poll(() => windows.at(-1)).toBe(3)
  expect(await sender.push()).toMatchObject({ status: 200 })
  expect(simulator.stats().faults).toEqual({ window: 2 })
})

test('faults are taken back by reset, and are counted anew', async () => {
  const { simulator, sender } = await pair()
  simulator.fault({ kind: 'refuse' })
  await expect(sender.push()).rejects.toThrow()
  simulator.reset()
  expect(await sender.push()).toMatchObject({ status: 200 })
  expect(simulator.stats().faults).toEqual({})
})

test.each([
  [{}, 'kind: undefined is not one of goaway, refuse'],
  [{ kind: 'flood' }, 'kind: "flood" is not one of'],
  [{ kind: 'toString' }, 'kind: "toString" is not one of'],
  [{ kind: 'refuse', at: 'accept' }, 'at: "accept" is not one of request with refuse'],
  [{ kind: 'goaway', errorCode: -1 }, 'errorCode: -1 is not'],
  [{ kind: 'goaway', reason: 5 }, 'reason: 5 is not'],
  [{ kind: 'goaway', drain: 1 }, 'drain: 1 is not true or false'],
  [{ kind: 'refuse', errorCode: 1 }, 'errorCode: 1 is not allowed with refuse at request'],
  [{ kind: 'streams' }, 'streams: undefined is not'],
  [{ kind: 'window', ms: 1 }, 'bytes: undefined is not'],
  [{ kind: 'drip', ms: -1 }, 'ms: -1 is not'],
  [{ kind: 'tls-alert', alert: 256 }, 'alert: 256 is not'],
  [{ kind: 'tls-alert', token }, 'token: "b'],
  [{ kind: 'close', at: 'now', count: 1 }, 'count: 1 is not allowed with close at now'],
  [{ kind: 'close', count: 0 }, 'count: 0 is not'],
])('%j is no order', async (order, message) => {
  const simulator = await simulatorForTest()
  expect(() => simulator.fault(order as FaultOrder)).toThrow(message)
})
