import { expect, test } from 'vitest'
import { openScene } from './scene.js'

test('the same key and the same request are one push, and nothing is stored twice', async () => {
  await using scene = await openScene()
  await scene.register(3)
  const notification = { serviceId: scene.service.id, message: 'Hi' }
  const options = { idempotencyKey: 'order-17' }
  const first = await scene.delivery.submit(notification, options)
  const second = await scene.delivery.submit(notification, options)
  expect(second).toEqual(first)
  expect(await scene.store.pushes.list()).toHaveLength(1)
  expect(await scene.store.notifications.list()).toHaveLength(1)
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
