import { expect, test } from 'vitest'
import { openScene, sums, tokenOf } from './scene.js'

test('two pushes at once share the connection and keep their sums apart', async () => {
  await using scene = await openScene({ apns: { maxConnections: 1 } })
  await scene.register(3000)
  scene.simulator.unregister([tokenOf(3000)])
  const some = Array.from({ length: 40 }, (_, index) => tokenOf(index + 1))
  const [campaign, single] = await Promise.all([
    scene.delivery.push({ serviceId: scene.service.id, message: 'To all' }),
    scene.delivery.push(
      { serviceId: scene.service.id, message: 'To some' },
      { audience: { kind: 'tokens', tokens: some } },
    ),
  ])
  expect(sums(campaign)).toEqual({ accepted: 2999, rejected: 1, unknown: 0, unsent: 0 })
  expect(sums(single)).toEqual({ accepted: 40, rejected: 0, unknown: 0, unsent: 0 })
  const received = scene.simulator.received()
  expect(received.filter(({ body }) => body.includes('To some'))).toHaveLength(40)
  expect(received).toHaveLength(3040)
  expect(scene.simulator.stats().connections.total).toBe(1)
})

test('two services have a client each', async () => {
  await using scene = await openScene()
  await scene.register(5)
  const { hostname, port, ca } = scene.simulator
  const key = scene.simulator.issueKey({ keyId: 'SECONDKEY1', topics: ['com.example.second'] })
  const second = await scene.store.services.create(
    {
      name: 'second',
      hostname,
      port,
      ca,
      topic: 'com.example.second',
      credential: { kind: 'key', key },
    },
    Date.now(),
  )
  await scene.store.devices.register({ token: tokenOf(1), serviceId: second.id, at: Date.now() })
  const results = await Promise.all(
    [scene.service.id, second.id].map((serviceId) => scene.delivery.push({ serviceId, message: 'Hi' })),
  )
  expect(results.map(({ accepted }) => accepted)).toEqual([5, 1])
  expect(scene.simulator.stats().connections.total).toBe(2)
})
