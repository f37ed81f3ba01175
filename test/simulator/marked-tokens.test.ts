import { expect, test } from 'vitest'
import { pair, token } from './http2-sender.js'

const other = 'c'.repeat(64)

test('a device that is unregistered gets 410 with the time in milliseconds', async () => {
  const { simulator, sender } = await pair()
  simulator.unregister(token, 1_700_000_000_123)
  expect(await sender.push()).toMatchObject({
    status: 410,
    body: '{"reason":"Unregistered","timestamp":1700000000123}',
  })
  expect(await sender.push({ token: other })).toMatchObject({ status: 200 })
})

test('without a time it is now by the clock of the simulator', async () => {
  const now = Date.now() + 1234
  const { simulator, sender } = await pair({ clock: { now: () => now } })
  simulator.unregister([token, other])
  expect(await sender.push()).toMatchObject({ timestamp: now })
  expect(await sender.push({ token: other })).toMatchObject({ timestamp: now })
})

test('marks do not care about the case of the token', async () => {
  const { simulator, sender } = await pair()
  simulator.unregister(token.toUpperCase())
  expect(await sender.push()).toMatchObject({ status: 410 })
  expect(await sender.push({ token: token.toUpperCase() })).toMatchObject({ status: 410 })
})

test('a bad token gets BadDeviceToken, also when it is unregistered', async () => {
  const { simulator, sender } = await pair()
  simulator.markBad(token)
  simulator.unregister(token)
  expect(await sender.push()).toMatchObject({ status: 400, reason: 'BadDeviceToken' })
})

test('a slow device does not hold up the others', async () => {
  const { simulator, sender } = await pair({ initialConcurrentStreams: 10 })
  simulator.markSlow(token, 150)
  const order: string[] = []
  await Promise.all([
    sender.push().then(() => order.push('slow')),
    sender.push({ token: other }).then(() => order.push('quick')),
  ])
  expect(order).toEqual(['quick', 'slow'])
})

test('restore takes all marks back', async () => {
  const { simulator, sender } = await pair()
  simulator.markBad(token)
  simulator.unregister(token)
  simulator.markSlow(token, 2_000_000_000)
  simulator.restore(token)
  expect(await sender.push()).toMatchObject({ status: 200 })
})

test('marks are checked', async () => {
  const { simulator } = await pair()
  expect(() => simulator.markBad('xyz')).toThrow('token: "xyz" is not a hexadecimal device token')
  expect(() => simulator.markBad([token, ''])).toThrow('token: "" is not')
  expect(() => simulator.unregister(token, -1)).toThrow('timestamp: -1 is not a whole number')
  expect(() => simulator.markSlow(token, 1.5)).toThrow('ms: 1.5 is not a whole number')
})
