import { expect, test } from 'vitest'
import { openScene } from './scene.js'
import { SetClock } from './set-clock.js'

test('the same key and the same request are one push, and nothing is stored twice', async () => {
  await using scene = await openScene()
  await scene.register(3)
  const notification = { serviceId: scene.service.id, message: 'Hi' }
  const options = { idempotencyKey: 'order-17' }
  const first = await scene.delivery.submit(notification, options)
  const second = await scene.delivery.submit(notification, options)
  expect(second).toEqual(first)
  expect(await scene.store.pushes.list()).toHaveLength(1)
  expect((await scene.store.notifications.list()).notifications).toHaveLength(1)
})

test('a request is the same push when nobody of its audience is active any more', async () => {
  await using scene = await openScene()
  await scene.register(3)
  const notification = { serviceId: scene.service.id, message: 'Hi' }
  const options = { idempotencyKey: 'order-17' }
  const first = await scene.delivery.push(notification, options)
  scene.sql('update devices set is_active = 0')
  // A preflight says as much.
  expect(await scene.delivery.preflight(notification, options)).toMatchObject({ problems: [] })
  expect(await scene.delivery.push(notification, options)).toEqual(first)
  expect(await scene.delivery.submit(notification, options)).toMatchObject({
    id: first.pushId,
    state: 'done',
  })
  expect(scene.simulator.stats().received).toBe(3)
  await expect(scene.delivery.submit(notification, { idempotencyKey: 'order-18' })).rejects.toMatchObject({
    code: 'PUSH_ERR_AUDIENCE_EMPTY',
  })
})

test('a request is the same push when its local time is over everywhere', async () => {
  const clock = new SetClock('2026-11-30T00:00:00Z')
  await using scene = await openScene({ clock, simulator: { clock } })
  await scene.register(3)
  const notification = { serviceId: scene.service.id, message: 'Hi' }
  const options = { idempotencyKey: 'order-17', localTime: '2026-12-01T09:00' }
  const { id } = await scene.delivery.submit(notification, options)
  clock.set('2026-12-03T00:00:00Z')
  expect(await scene.delivery.submit(notification, options)).toMatchObject({ id })
  await expect(
    scene.delivery.submit(notification, { ...options, idempotencyKey: 'order-18' }),
  ).rejects.toMatchObject({ code: 'PUSH_ERR_INPUT_INVALID', field: 'localTime' })
})

test('the same key with another request is refused, and names the push', async () => {
  await using scene = await openScene()
  await scene.register(3)
  const { id } = await scene.delivery.submit(
    { serviceId: scene.service.id, message: 'Hi' },
    { idempotencyKey: 'order-17' },
  )
  const refused = {
    code: 'PUSH_ERR_IDEMPOTENCY_KEY_REUSED',
    message: expect.stringContaining(`push ${id}`),
    field: 'idempotencyKey',
  }
  const another = { serviceId: scene.service.id, message: 'Ho' }
  await expect(scene.delivery.submit(another, { idempotencyKey: 'order-17' })).rejects.toMatchObject(refused)
  expect(await scene.delivery.preflight(another, { idempotencyKey: 'order-17' })).toMatchObject({
    problems: [refused],
  })
  await expect(
    scene.delivery.submit(
      { serviceId: scene.service.id, message: 'Hi' },
      { idempotencyKey: 'order-17', dueAt: 1 },
    ),
  ).rejects.toMatchObject(refused)
})

test.each(['', 'with space', 'ä', 'x'.repeat(256)])('%j is no key', async (idempotencyKey) => {
  await using scene = await openScene()
  await scene.register(1)
  await expect(
    scene.delivery.submit({ serviceId: scene.service.id, message: 'Hi' }, { idempotencyKey }),
  ).rejects.toMatchObject({ code: 'PUSH_ERR_INPUT_INVALID', field: 'idempotencyKey' })
})
