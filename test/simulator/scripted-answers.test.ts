import { expect, test } from 'vitest'
import { pair, token } from './http2-sender.js'

const other = 'c'.repeat(64)

test('the next requests get the ordered answer, then all is as before', async () => {
  const { simulator, sender } = await pair()
  simulator.answer({ count: 2, reason: 'ServiceUnavailable', headers: { 'Retry-After': '7' } })
  const first = await sender.push()
  expect(first).toMatchObject({ status: 503, body: '{"reason":"ServiceUnavailable"}' })
  expect(first.headers['retry-after']).toBe('7')
  expect(await sender.push()).toMatchObject({ status: 503 })
  expect(await sender.push()).toMatchObject({ status: 200 })
})

test('without a count it holds until reset', async () => {
  const { simulator, sender } = await pair()
  simulator.answer({ reason: 'Shutdown' })
  for (let count = 0; count < 3; count++) expect(await sender.push()).toMatchObject({ status: 503 })
  simulator.reset()
  expect(await sender.push()).toMatchObject({ status: 200 })
})

test('an answer for a device is for that device, and goes before those for all', async () => {
  const { simulator, sender } = await pair()
  simulator.answer({ reason: 'InternalServerError', count: 1 })
  simulator.answer({ token, reason: 'TooManyRequests', count: 1 })
  expect(await sender.push()).toMatchObject({ status: 429, reason: 'TooManyRequests' })
  expect(await sender.push({ token: other })).toMatchObject({ status: 500, reason: 'InternalServerError' })
  expect(await sender.push()).toMatchObject({ status: 200 })
})

test('skip lets requests pass first, and orders are taken one after the other', async () => {
  const { simulator, sender } = await pair()
  simulator.answer({ skip: 1, count: 1, reason: 'Shutdown' })
  simulator.answer({ skip: 1, count: 1, reason: 'Forbidden' })
  const reasons: (string | undefined)[] = []
  for (let count = 0; count < 4; count++) reasons.push((await sender.push()).reason)
  expect(reasons).toEqual([undefined, 'Shutdown', 'Forbidden', undefined])
})

test('reasons and statuses that Apple does not have can be ordered', async () => {
  const { simulator, sender } = await pair()
  simulator.answer({ count: 1, status: 418, reason: 'Teapot' })
  simulator.answer({ count: 1, status: 410, reason: 'ExpiredToken', timestamp: 5 })
  simulator.answer({ count: 1, status: 500 })
  simulator.answer({ count: 1, status: 204, reason: 'NoBody' })
  expect(await sender.push()).toMatchObject({ status: 418, reason: 'Teapot' })
  expect(await sender.push()).toMatchObject({ status: 410, reason: 'ExpiredToken', timestamp: 5 })
  expect(await sender.push()).toMatchObject({ status: 500, body: '' })
  expect(await sender.push()).toMatchObject({ status: 204, body: '' })
  expect(simulator.stats().reasons).toEqual({ Teapot: 1, ExpiredToken: 1, Status500: 1, NoBody: 1 })
})

test('an ordered answer stands above the rules', async () => {
  const { simulator, sender } = await pair()
  simulator.answer({ count: 1, status: 200 })
  expect(await sender.push({ headers: { 'apns-priority': '99' } })).toMatchObject({ status: 200 })
})

test('an ordered answer can wait', async () => {
  const { simulator, sender } = await pair({ initialConcurrentStreams: 10 })
  simulator.answer({ token, status: 200, delayMs: 150 })
  const order: string[] = []
  await Promise.all([
    sender.push().then(() => order.push('slow')),
    sender.push({ token: other }).then(() => order.push('quick')),
  ])
  expect(order).toEqual(['quick', 'slow'])
})

test.each([
  [{}, 'status: undefined is not a whole number from 200 to 599'],
  [{ status: 199 }, 'status: 199 is not'],
  [{ status: 600 }, 'status: 600 is not'],
  [{ reason: 'Teapot' }, 'status: undefined is not'],
  [{ status: 500, reason: '' }, 'reason: "" is not'],
  [{ status: 500, count: 0 }, 'count: 0 is not'],
  [{ status: 500, skip: -1 }, 'skip: -1 is not'],
  [{ status: 500, delayMs: -1 }, 'delayMs: -1 is not'],
  [{ status: 500, token: 'x' }, 'token: "x" is not'],
  [{ status: 410, timestamp: 1.5 }, 'timestamp: 1.5 is not'],
  [{ status: 500, headers: { connection: 'close' } }, 'headers: "connection" is not'],
  [{ status: 500, headers: { 'a b': 'x' } }, 'headers: "a b" is not'],
  [{ status: 500, headers: { a: 'x\ny' } }, 'headers.a: "x\\ny" is not'],
])('%j is no order', async (order, message) => {
  const { simulator, sender } = await pair()
  expect(() => simulator.answer(order)).toThrow(message)
  expect(await sender.push()).toMatchObject({ status: 200 })
})
