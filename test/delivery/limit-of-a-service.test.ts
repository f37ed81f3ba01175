import { expect, test } from 'vitest'
import { openScene, tokenOf } from './scene.js'
import { addWorker, hasEnded, pushWhere, standOf } from './worker-scene.js'

test('a service with a limit sends no faster, however many workers and pushes there are', async () => {
  await using scene = await openScene({ service: { maxPerSecond: 400 } })
  await scene.register(600)
  const notification = { serviceId: scene.service.id, message: 'Hi' }
  const first = await scene.delivery.submit(notification)
  const second = await scene.delivery.submit(notification)
  await using _one = await addWorker(scene)
  await using _another = await addWorker(scene)
  for (const { id } of [first, second])
    expect(standOf(await pushWhere(scene, id, hasEnded))).toMatchObject({ accepted: 600, waiting: 0 })
  // 1200 pushes take 3 seconds at least; the first page of each of the four runs waits for nothing.
  const times = scene.simulator.received().map(({ receivedAt }) => receivedAt)
  expect(Math.max(...times) - Math.min(...times)).toBeGreaterThan(((1200 - 4 * 40) / 400) * 1000 - 100)
})

test('an urgent push gets through a service that is busy up to its limit', async () => {
  await using scene = await openScene({ service: { maxPerSecond: 100 } })
  await scene.register(1000)
  await using worker = await addWorker(scene)
  const campaign = await worker.delivery.submit({ serviceId: scene.service.id, message: 'Campaign' })
  await pushWhere(scene, campaign.id, ({ accepted }) => accepted > 20)
  const urgent = await worker.delivery.submit(
    { serviceId: scene.service.id, message: 'Urgent' },
    { urgency: 'urgent', audience: { kind: 'tokens', tokens: [tokenOf(1)] } },
  )
  expect(await pushWhere(scene, urgent.id, hasEnded)).toMatchObject({ state: 'done', accepted: 1 })
  expect((await scene.store.pushes.get(campaign.id))!.finishedAt).toBeNull()
  await worker.delivery.cancel(campaign.id)
})

test('a limit can be changed and taken away; what is no limit is refused', async () => {
  await using scene = await openScene()
  const { services } = scene.store
  expect(await services.change(1, () => ({ maxPerSecond: 5 }), 1)).toMatchObject({
    maxPerSecond: 5,
    updatedAt: 1,
  })
  expect(await services.change(1, () => ({ feedback: 'deferred' }), 2)).toMatchObject({
    maxPerSecond: 5,
    feedback: 'deferred',
  })
  expect(await services.change(1, () => ({ maxPerSecond: null }), 3)).toMatchObject({ maxPerSecond: null })
  await expect(services.change(9, () => ({}), 1)).rejects.toMatchObject({
    code: 'PUSH_ERR_SERVICE_NOT_FOUND',
  })
  await expect(scene.store.pushes.pace(1, 1000, 7)).resolves.toBe(7)
})
