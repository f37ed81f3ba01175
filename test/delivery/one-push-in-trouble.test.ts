import { expect, test } from 'vitest'
import { openScene } from './scene.js'
import { addWorker, hasEnded, pushWhere } from './worker-scene.js'

test('many slow pushes of one service keep no other service waiting', async () => {
  await using scene = await openScene({ service: { maxPerSecond: 10 } })
  await scene.register(200)
  const { hostname, port, ca, topic } = scene.service
  const credential = await scene.store.services.credential(scene.service.id)
  const other = await scene.store.services.create(
    { name: 'other', hostname, port, ca, topic, credential },
    Date.now(),
  )
  await scene.store.devices.importMany(other.id, [{ token: 'ffff' }], Date.now())
  await using worker = await addWorker(scene)
  const slow: number[] = []
  for (let number = 0; number < 20; number++)
    slow.push((await worker.delivery.submit({ serviceId: scene.service.id, message: 'Slow' })).id)
  await pushWhere(scene, slow[0]!, ({ accepted }) => accepted > 0)
  const { id } = await worker.delivery.submit({ serviceId: other.id, message: 'Hi' })
  expect(await pushWhere(scene, id, hasEnded)).toMatchObject({ state: 'done', accepted: 1 })
  expect((await scene.store.pushes.get(slow[0]!))!.finishedAt).toBeNull()
  for (const each of slow) await worker.delivery.cancel(each)
})

test('a push and a schedule that can not be looked after keep no other waiting', async () => {
  await using scene = await openScene()
  await scene.register(10)
  const notification = { serviceId: scene.service.id, message: 'Hi' }
  const broken = await scene.delivery.submit(notification, { dueAt: Date.now() + 3_600_000 })
  const stored = await scene.store.notifications.create(notification, Date.now())
  const action = await scene.delivery.scheduledPush(stored, {})
  const schedule = await scene.store.schedules.create(
    { serviceId: 1, cron: '0 9 * * *', timeZone: 'UTC', action, createdBy: null, nextAt: 1 },
    Date.now(),
  )
  scene.sql(`update pushes set plan = 'no JSON', due_at = 0 where id = ${broken.id};
    update schedules set time_zone = 'Mars/Olympus'`)
  await using worker = await addWorker(scene)
  const { id } = await worker.delivery.submit(notification)
  expect(await pushWhere(scene, id, hasEnded)).toMatchObject({ state: 'done', accepted: 10 })
  await expect
    .poll(() => scene.store.schedules.get(schedule.id))
    .toMatchObject({ nextAt: null, lastResult: expect.stringMatching(/no next time can be told: .*Mars/) })
})

test('progress counts nobody twice who is tried again', async () => {
  await using scene = await openScene()
  await scene.register(300)
  scene.simulator.answer({ reason: 'TooManyRequests', headers: { 'retry-after': '1' }, count: 50 })
  const seen: number[] = []
  const result = await scene.delivery.push(
    { serviceId: scene.service.id, message: 'Hi' },
    {
      onProgress: ({ accepted, rejected, unknown, unsent }) =>
        void seen.push(accepted + rejected + unknown + unsent),
    },
  )
  expect(result.waiting).toBe(result.deferred)
  expect(Math.max(...seen)).toBeLessThanOrEqual(300)
})
