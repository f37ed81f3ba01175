import { expect, test } from 'vitest'
import type { SimulatorKey } from '../../src/simulator/index.js'
import { providerToken, senderForTest, simulatorForTest } from './http2-sender.js'

const start = 1_800_000_000_000
const interval = 1_200_000

async function scene() {
  const time = { now: start }
  const simulator = await simulatorForTest({ clock: { now: () => time.now } })
  const jwt = (iat: number, key: SimulatorKey = simulator.key) =>
    `bearer ${providerToken(key, { claims: { iat: start / 1000 - iat } })}`
  const sender = await senderForTest(simulator, { authorization: jwt(0) })
  const reasonWith = async (authorization: string) => {
    const { reason } = await sender.push({ headers: { authorization } })
    return reason
  }
  return { time, simulator, jwt, reasonWith }
}

test('a connection may change its token once in 20 minutes', async () => {
  const { time, jwt, reasonWith } = await scene()
  const [first, second, third, fourth] = [jwt(0), jwt(1), jwt(2), jwt(3)]
  expect(await reasonWith(first)).toBeUndefined()
  expect(await reasonWith(second)).toBeUndefined()
  time.now += interval - 1
  expect(await reasonWith(third)).toBe('TooManyProviderTokenUpdates')
  // "Connection unusable until enough time passed", for the token in use too.
  expect(await reasonWith(second)).toBe('TooManyProviderTokenUpdates')
  time.now += 1
  expect(await reasonWith(second)).toBeUndefined()
  expect(await reasonWith(third)).toBeUndefined()
  expect(await reasonWith(third)).toBeUndefined()
  expect(await reasonWith(fourth)).toBe('TooManyProviderTokenUpdates')
})

test('429 is for the connection, not for the token', async () => {
  const { simulator, jwt, reasonWith } = await scene()
  for (const age of [0, 1]) await reasonWith(jwt(age))
  const late = jwt(2)
  expect(await reasonWith(late)).toBe('TooManyProviderTokenUpdates')
  const other = await senderForTest(simulator, { authorization: late })
  expect(await other.push()).toMatchObject({ status: 200 })
})

test('a token that is refused is no change', async () => {
  const { jwt, reasonWith } = await scene()
  expect(await reasonWith(jwt(3601))).toBe('ExpiredProviderToken')
  expect(await reasonWith('bearer a.b.c')).toBe('InvalidProviderToken')
  expect(await reasonWith(jwt(0))).toBeUndefined()
  expect(await reasonWith(jwt(1))).toBeUndefined()
})

test('another key of the same team is not related to the first', async () => {
  const { simulator, jwt, reasonWith } = await scene()
  const second = simulator.issueKey({ keyId: 'SECONDKEY1' })
  expect(await reasonWith(jwt(0))).toBeUndefined()
  expect(await reasonWith(jwt(0, second))).toBe('UnrelatedKeyIdInToken')
  const other = await senderForTest(simulator, { authorization: jwt(0, second) })
  expect(await other.push()).toMatchObject({ status: 200 })
})

test('two teams on one connection do not work', async () => {
  const { simulator, jwt, reasonWith } = await scene()
  const second = simulator.issueKey({ keyId: 'SECONDKEY1', teamId: 'SECONDTEAM' })
  expect(await reasonWith(jwt(0))).toBeUndefined()
  expect(await reasonWith(jwt(0, second))).toBe('InvalidProviderToken')
})

test('a key for certain topics may push to those only', async () => {
  const { simulator, jwt } = await scene()
  const limited = simulator.issueKey({ keyId: 'LIMITEDKEY', topics: ['com.example.one'] })
  const sender = await senderForTest(simulator, { authorization: jwt(0, limited) })
  const push = (topic: string) => sender.push({ headers: { 'apns-topic': topic } })
  expect(await push('com.example.one')).toMatchObject({ status: 200 })
  expect(await push('com.example.two')).toMatchObject({ reason: 'TopicDisallowed' })
})

test('a key id is taken once', async () => {
  const { simulator } = await scene()
  expect(() => simulator.issueKey({ keyId: simulator.key.keyId })).toThrow('keyId: "SIMULATED1"')
  expect(() => simulator.issueKey({ keyId: 'short' })).toThrow('keyId: "short" is not 10 capital letters')
})
