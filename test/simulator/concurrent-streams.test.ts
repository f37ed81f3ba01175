import { once } from 'node:events'
import { expect, test } from 'vitest'
import { pair, type Sender, senderForTest, simulatorForTest, tlsOf, token, topic } from './http2-sender.js'

const streamsOf = (sender: Sender) => sender.session.remoteSettings.maxConcurrentStreams

test('"only one stream until a push with a valid token is accepted", then all', async () => {
  const { sender } = await pair({ maxConcurrentStreams: 250 })
  expect(streamsOf(sender)).toBe(1)
  const raised = once(sender.session, 'remoteSettings')
  expect(await sender.push()).toMatchObject({ status: 200 })
  await raised
  expect(streamsOf(sender)).toBe(250)
})

test('a refused push raises nothing', async () => {
  const { simulator, sender } = await pair()
  simulator.markBad(token)
  expect(await sender.push()).toMatchObject({ status: 400 })
  // Answers come in order: had there been new settings, they would have come before this answer.
  expect(await sender.push()).toMatchObject({ status: 400 })
  expect(streamsOf(sender)).toBe(1)
  simulator.restore(token)
  const raised = once(sender.session, 'remoteSettings')
  expect(await sender.push()).toMatchObject({ status: 200 })
  await raised
  expect(streamsOf(sender)).toBe(1000)
})

test('with a certificate there are all streams at once', async () => {
  const simulator = await simulatorForTest({ maxConcurrentStreams: 250 })
  const tls = tlsOf(simulator.issueCertificate({ topic }))
  expect(streamsOf(await senderForTest(simulator, { authorization: undefined, tls }))).toBe(250)
})

test('initialConcurrentStreams is for load generators that do not wait', async () => {
  const { sender } = await pair({ initialConcurrentStreams: 100 })
  expect(streamsOf(sender)).toBe(100)
})

test('a thousand streams at once are answered, and their number is known', async () => {
  const { simulator, sender } = await pair({ responseDelayMs: 20 })
  const raised = once(sender.session, 'remoteSettings')
  await sender.push()
  await raised
  const replies = await Promise.all(Array.from({ length: 1000 }, () => sender.push()))
  expect(replies.filter(({ status }) => status === 200)).toHaveLength(1000)
  const { streams } = simulator.stats()
  expect(streams.total).toBe(1001)
  expect(streams.peak).toBeGreaterThan(100)
  expect(streams.peak).toBeLessThanOrEqual(1000)
})
