import { expect, test } from 'vitest'
import { openScene } from './scene.js'

test('a key that Apple does not accept fails the push at the first answer', async () => {
  await using other = await openScene()
  // A valid key, but not one that this simulator knows.
  await using scene = await openScene({ service: { credential: { kind: 'key', key: other.simulator.key } } })
  await scene.register(3000)
  const result = await scene.delivery.push({ serviceId: scene.service.id, message: 'Hi' })
  expect(result).toMatchObject({
    state: 'failed',
    accepted: 0,
    rejected: 1,
    unknown: 0,
    unsent: 2999,
    deactivated: 0,
  })
  expect(result.stateReason).toBe(
    'InvalidProviderToken: Apple does not accept the key; check that key file, key id and team id of the service belong together',
  )
  expect(scene.simulator.stats().received).toBe(1)
  expect(await scene.activeDevices()).toBe(3000)
})

test('a topic that the key may not push to fails the push in the same way', async () => {
  await using scene = await openScene({ simulator: { topics: ['com.example.other'] } })
  await scene.register(3000)
  const result = await scene.delivery.push({ serviceId: scene.service.id, message: 'Hi' })
  expect(result).toMatchObject({ state: 'failed', accepted: 0, rejected: 1, unsent: 2999 })
  expect(result.stateReason).toMatch(/^TopicDisallowed: .*bundle id/)
})

test('in the middle of a push the rest is not sent, and what was answered stays', async () => {
  await using scene = await openScene()
  await scene.register(5000)
  scene.simulator.answer({ reason: 'Forbidden', skip: 700 })
  const result = await scene.delivery.push({ serviceId: scene.service.id, message: 'Hi' })
  expect(result).toMatchObject({ state: 'failed', accepted: 700, unknown: 0 })
  expect(result.stateReason).toMatch(/^Forbidden: /)
  expect(result.rejected + result.unsent).toBe(4300)
  expect(result.rejected).toBeLessThanOrEqual(2000)
  expect(scene.simulator.stats()).toMatchObject({ accepted: 700, rejected: result.rejected })
})
