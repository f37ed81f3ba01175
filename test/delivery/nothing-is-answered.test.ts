import { expect, test } from 'vitest'
import { openScene, type Scene, sums, tokenOf } from './scene.js'

/** A server that reads every push and answers none within the time of the test. */
const silent = { responseDelayMs: 60_000 }

/** A service by certificate, with devices of its own: its pushes do not wait for each other's answers. */
async function serviceByCertificate({ simulator, store }: Scene, devices: number): Promise<number> {
  const { hostname, port, ca } = simulator
  const certificate = simulator.issueCertificate({ topic: 'com.example.app' })
  const credential = { kind: 'certificate', certificate } as const
  const usual = { name: 'by certificate', hostname, port, ca, topic: 'com.example.app' }
  const service = await store.services.create({ ...usual, credential }, Date.now())
  const tokens = Array.from({ length: devices }, (_, index) => ({ token: tokenOf(index + 1) }))
  await store.devices.importMany(service.id, tokens, Date.now())
  return service.id
}

test('a server that takes pushes and answers none: the push fails and says what to check', async () => {
  await using scene = await openScene({
    simulator: silent,
    apns: { requestTimeoutMs: 100, connectAttempts: 2 },
  })
  await scene.register(5000)
  const result = await scene.delivery.push({ serviceId: scene.service.id, message: 'Hi' })
  expect(result.state).toBe('failed')
  expect(result.stateReason).toContain(`127.0.0.1:${scene.simulator.port} has answered no push (`)
  expect(result.stateReason).toContain('check the hostname and port of the service')
  // With a key one push goes at a time until the first is answered.
  expect(result.unknown).toBeGreaterThan(0)
  expect(result.unknown).toBeLessThanOrEqual(10)
  expect(sums(result)).toMatchObject({ accepted: 0, rejected: 0, unsent: 5000 - result.unknown })
  expect(result.reasons.reduce((sum, { count }) => sum + count, 0)).toBe(5000)
  const { unknown, unsent, stateReason } = result
  const push = await scene.store.pushes.get(result.pushId)
  expect(push).toMatchObject({ state: 'failed', unknown, unsent, stateReason })
})

test('where many go at once, no more than the probe is in doubt', async () => {
  await using scene = await openScene({ simulator: silent, apns: { requestTimeoutMs: 300 } })
  const serviceId = await serviceByCertificate(scene, 5000)
  const result = await scene.delivery.push({ serviceId, message: 'Hi' })
  expect(result.state).toBe('failed')
  expect(result.stateReason).toContain('has answered no push (')
  expect(sums(result)).toEqual({ accepted: 0, rejected: 0, unknown: 100, unsent: 4900 })
  expect(scene.simulator.stats().received).toBe(100)
})

test('fewer than ten devices are no evidence', async () => {
  await using scene = await openScene({ simulator: silent, apns: { requestTimeoutMs: 300 } })
  const serviceId = await serviceByCertificate(scene, 9)
  const result = await scene.delivery.push({ serviceId, message: 'Hi' })
  expect(result).toMatchObject({ state: 'done', unknown: 9 })
})
