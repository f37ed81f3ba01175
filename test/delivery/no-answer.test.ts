import { expect, test } from 'vitest'
import { openScene, sums, tokenOf } from './scene.js'

test('a device that Apple gives no answer for is unknown, and all others go on', async () => {
  await using scene = await openScene({ apns: { requestTimeoutMs: 2000 } })
  await scene.register(3000)
  scene.simulator.markSlow([tokenOf(1), tokenOf(2900)], 60_000)
  const result = await scene.delivery.push({ serviceId: scene.service.id, message: 'Hi' })
  expect(sums(result)).toEqual({ accepted: 2998, rejected: 0, unknown: 2, unsent: 0 })
  expect(result).toMatchObject({
    state: 'done',
    reasons: [{ outcome: 'unknown', reason: 'PUSH_ERR_APNS_TIMEOUT', count: 2 }],
  })
  expect(await scene.isActive(1)).toBe(true)
})

test('what Apple wants to be sent later waits for its time, and the result says so', async () => {
  await using scene = await openScene()
  await scene.register(200)
  scene.simulator.answer({ token: tokenOf(5), reason: 'ServiceUnavailable' })
  scene.simulator.answer({ token: tokenOf(6), reason: 'TooManyRequests' })
  const result = await scene.delivery.push({ serviceId: scene.service.id, message: 'Hi' })
  expect(result).toMatchObject({ state: 'sending', accepted: 198, rejected: 0, deferred: 2, waiting: 2 })
  expect(scene.rows('select device_id as id, attempts, reason, status from retries order by 1')).toEqual([
    { id: 5, attempts: 1, reason: 'ServiceUnavailable', status: 503 },
    { id: 6, attempts: 1, reason: 'TooManyRequests', status: 429 },
  ])
})

test('a push with one attempt: what Apple wants to be sent later is rejected with its reason', async () => {
  await using scene = await openScene()
  await scene.register(200)
  scene.simulator.answer({ token: tokenOf(5), reason: 'ServiceUnavailable' })
  scene.simulator.answer({ token: tokenOf(6), reason: 'TooManyRequests' })
  const result = await scene.delivery.push({ serviceId: scene.service.id, message: 'Hi' }, { maxAttempts: 1 })
  expect(result).toMatchObject({ state: 'done', accepted: 198, rejected: 2, deactivated: 0 })
  expect(result.reasons).toEqual([
    { outcome: 'rejected', reason: 'ServiceUnavailable', count: 1 },
    { outcome: 'rejected', reason: 'TooManyRequests', count: 1 },
  ])
})
