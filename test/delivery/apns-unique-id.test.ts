import { expect, test } from 'vitest'
import type { Delivery } from '../../src/model/index.js'
import { Pushes } from '../../src/resources/pushes.js'
import { openScene, type Scene, sums, tokenOf } from './scene.js'

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

const rowsOf = (scene: Scene) =>
  scene.rows<{ device: number; outcome: string; apnsId: string; uniqueId: string | null }>(
    `select device_id as device, outcome, apns_id as apnsId, apns_unique_id as uniqueId from deliveries order by device_id`,
  )

test('in the development environment each accepted push has its id, and counts as before', async () => {
  await using scene = await openScene({ simulator: { environment: 'development' } })
  await scene.register(1200)
  scene.simulator.unregister([3, 500].map(tokenOf))
  const result = await scene.delivery.push({ serviceId: scene.service.id, message: 'Hi' }, { chunkSize: 500 })
  expect(sums(result)).toEqual({ accepted: 1198, rejected: 2, unknown: 0, unsent: 0 })
  expect(result.reasons).toEqual([{ outcome: 'rejected', reason: 'Unregistered', count: 2 }])
  const rows = rowsOf(scene)
  const accepted = rows.filter(({ outcome }) => outcome === 'accepted')
  expect(accepted).toHaveLength(1198)
  expect(accepted.every(({ uniqueId }) => uuid.test(uniqueId!))).toBe(true)
  expect(new Set(accepted.map(({ uniqueId }) => uniqueId)).size).toBe(1198)
  // The id that the device really got.
  const sent = new Map(scene.simulator.received().map(({ token, apnsId }) => [token, apnsId]))
  expect(accepted.filter(({ device, apnsId }) => sent.get(tokenOf(device)) !== apnsId)).toEqual([])
  expect(rows.filter(({ uniqueId }) => uniqueId === null).map(({ device }) => device)).toEqual([3, 500])

  // They go with the others, and the sums stay.
  const [before] = await scene.store.pushes.list()
  while (await scene.store.pushes.prune(Date.now() + 1000, 100, Date.now()));
  expect(rowsOf(scene)).toEqual([])
  expect(await scene.store.pushes.get(before!.id)).toEqual(before)
  expect(await scene.store.pushes.reasons(before!.id)).toEqual(result.reasons)
})

test('those that accepted do not keep the failures from being seen', async () => {
  await using scene = await openScene({ simulator: { environment: 'development' } })
  await scene.register(2500)
  scene.simulator.unregister([3, 2400].map(tokenOf))
  const { pushId } = await scene.delivery.push({ serviceId: scene.service.id, message: 'Hi' })
  const pushes = new Pushes(scene.store.pushes, scene.delivery)
  const devices = (rows: Delivery[]) => rows.map(({ deviceId }) => deviceId).toSorted((a, b) => a - b)
  const failed = { outcome: 'failed', limit: 10 } as const
  expect(devices(await pushes.latestDeliveries(pushId, failed))).toEqual([3, 2400])
  expect(devices(await pushes.deliveries(pushId, failed))).toEqual([3, 2400])
  expect(devices(await pushes.deliveries(pushId, { ...failed, after: 3 }))).toEqual([2400])
  expect(await pushes.deliveries(pushId, { limit: 10_000 })).toHaveLength(2500)
})

test('also where the first answer of a connection is a refusal', async () => {
  await using scene = await openScene({ simulator: { environment: 'development' } })
  await scene.register(300)
  scene.simulator.unregister([1, 2, 3].map(tokenOf))
  await scene.delivery.push({ serviceId: scene.service.id, message: 'Hi' })
  expect(rowsOf(scene).filter(({ uniqueId }) => uniqueId !== null)).toHaveLength(297)
})

test('a push of which everything was accepted is removed as well', async () => {
  await using scene = await openScene({ simulator: { environment: 'development' } })
  await scene.register(30)
  await scene.delivery.push({ serviceId: scene.service.id, message: 'Hi' })
  expect(rowsOf(scene)).toHaveLength(30)
  while (await scene.store.pushes.prune(Date.now() + 1000, 7, Date.now()));
  expect(rowsOf(scene)).toEqual([])
})

test('a device that is tried again, too', async () => {
  await using scene = await openScene({ simulator: { environment: 'development' } })
  await scene.register(3)
  const notification = { serviceId: scene.service.id, message: 'Hi' }
  const soon = new Date(Date.now() + 13 * 3_600_000).toISOString().slice(0, 16)
  const { id } = await scene.delivery.submit(notification, { localTime: soon })
  scene.sql(`update pushes set due_at = 0 where id = ${id}`)
  await scene.store.pushes.begin(id, Date.now())
  scene.sql('update retries set due_at = 0')
  const { pushes } = scene.store
  const lease = (await pushes.leaseRetries(id, 'me', Date.now(), Date.now() + 1000, 10))!
  const row = (deviceId: number) =>
    ({
      deviceId,
      outcome: 'accepted',
      reason: '',
      status: 200,
      apnsId: null,
      apnsUniqueId: 'x',
      at: 5,
    }) as const
  const recorded = await pushes.recordRetries({
    ...{ pushId: id, lease: lease.lease, acceptedIds: [1, 2, 3], deliveries: [1, 2, 3].map(row) },
    ...{ counts: { accepted: 3, rejected: 0, unknown: 0, unsent: 0 }, feedback: [], deactivate: true, at: 5 },
  })
  expect(recorded).toEqual({ deactivated: [] })
  expect(await pushes.get(id)).toMatchObject({ accepted: 3, deferred: 0 })
  expect(rowsOf(scene)).toHaveLength(3)
})

test('in production nobody who accepted has a row', async () => {
  await using scene = await openScene()
  await scene.register(300)
  const result = await scene.delivery.push({ serviceId: scene.service.id, message: 'Hi' })
  expect(result.accepted).toBe(300)
  expect(rowsOf(scene)).toEqual([])
})
