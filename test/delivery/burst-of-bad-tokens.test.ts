import { expect, test } from 'vitest'
import { openScene, sums, tokenOf } from './scene.js'

test('a service of the wrong environment fails the push within 200 rejections and deactivates nobody', async () => {
  await using scene = await openScene()
  await scene.register(5000)
  scene.simulator.answer({ reason: 'BadDeviceToken' })
  const result = await scene.delivery.push({ serviceId: scene.service.id, message: 'Hi' })
  expect(result.state).toBe('failed')
  expect(result.stateReason).toContain('BadDeviceToken')
  expect(result.stateReason).toContain('another environment than')
  expect(result.stateReason).toContain('another app than topic com.example.app')
  expect(result).toMatchObject({ accepted: 0, unknown: 0, audienceSize: 5000, deactivated: 0 })
  expect(result.rejected).toBeGreaterThanOrEqual(50)
  expect(result.rejected).toBeLessThanOrEqual(200)
  expect(result.rejected + result.unsent).toBe(5000)
  expect(result.reasons.reduce((sum, { count }) => sum + count, 0)).toBe(5000)
  expect(await scene.activeDevices()).toBe(5000)
})

test('after a good beginning too: what was accepted is no evidence against a burst', async () => {
  await using scene = await openScene()
  await scene.register(5000)
  scene.simulator.answer({ reason: 'DeviceTokenNotForTopic', skip: 60 })
  const result = await scene.delivery.push({ serviceId: scene.service.id, message: 'Hi' })
  expect(result).toMatchObject({ state: 'failed', accepted: 60, deactivated: 0 })
  expect(result.accepted + result.rejected + result.unsent).toBe(5000)
  expect(result.unsent).toBeGreaterThan(0)
  expect(await scene.activeDevices()).toBe(5000)
})

test('too few tokens for a burst, and nobody accepted: nobody is deactivated, and the push says why', async () => {
  await using scene = await openScene()
  await scene.register(49)
  scene.simulator.answer({ reason: 'BadDeviceToken' })
  const result = await scene.delivery.push({ serviceId: scene.service.id, message: 'Hi' })
  expect(sums(result)).toEqual({ accepted: 0, rejected: 49, unknown: 0, unsent: 0 })
  expect(result).toMatchObject({ state: 'done', deactivated: 0 })
  expect(result.stateReason).toContain('no push was accepted')
  expect(await scene.isActive(1)).toBe(true)
})

test('a few bad tokens among good ones are deactivated at the end', async () => {
  await using scene = await openScene()
  await scene.register(300)
  for (const number of [1, 2, 200]) scene.simulator.markBad(tokenOf(number))
  scene.simulator.answer({ token: tokenOf(7), reason: 'DeviceTokenNotForTopic' })
  scene.simulator.answer({ token: tokenOf(8), reason: 'BrandNewReason', status: 400 })
  const result = await scene.delivery.push({ serviceId: scene.service.id, message: 'Hi' })
  expect(result).toMatchObject({
    state: 'done',
    stateReason: null,
    accepted: 295,
    rejected: 5,
    deactivated: 4,
  })
  expect(await Promise.all([1, 2, 7, 8, 200].map((number) => scene.isActive(number)))).toEqual([
    false,
    false,
    false,
    true,
    false,
  ])
})

test('a bad token that registered again while the push ran stays active', async () => {
  await using scene = await openScene()
  await scene.register(3)
  scene.simulator.markBad([tokenOf(1), tokenOf(2)])
  scene.simulator.markSlow(tokenOf(3), 300)
  const push = scene.delivery.push({ serviceId: scene.service.id, message: 'Hi' })
  while (scene.simulator.stats().rejected < 2) await new Promise((resolve) => setTimeout(resolve, 5))
  await scene.store.devices.register({ token: tokenOf(1), serviceId: scene.service.id, at: Date.now() })
  expect((await push).deactivated).toBe(1)
  expect(await scene.isActive(1)).toBe(true)
  expect(await scene.isActive(2)).toBe(false)
})
