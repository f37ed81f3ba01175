import { expect, test } from 'vitest'
import { openScene } from './scene.js'

test('a service that was repaired is used as it is now, and its old connections are closed', async () => {
  await using other = await openScene()
  await using scene = await openScene({ service: { credential: { kind: 'key', key: other.simulator.key } } })
  await scene.register(3)
  const notification = { serviceId: scene.service.id, message: 'Hi' }
  expect(await scene.delivery.push(notification)).toMatchObject({ state: 'failed', unsent: 2 })

  const { hostname, port, ca, key } = scene.simulator
  const repaired = { name: 'test', hostname, port, ca, topic: 'com.example.app' }
  await scene.store.services.update(
    scene.service.id,
    { ...repaired, credential: { kind: 'key', key } },
    scene.service.updatedAt + 1,
  )
  expect(await scene.delivery.push(notification)).toMatchObject({ state: 'done', accepted: 3 })
  while (scene.simulator.stats().connections.open > 1) await new Promise((resolve) => setTimeout(resolve, 5))
  expect(scene.simulator.stats().connections.total).toBe(2)
})
