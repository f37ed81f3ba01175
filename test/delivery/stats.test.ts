import { expect, test, vi } from 'vitest'
import { systemClock } from '../../src/base/index.js'
import { Stats } from '../../src/resources/stats.js'
import { openScene, type Scene, sums, tokenOf } from './scene.js'
import { SetClock } from './set-clock.js'
import { addWorker, hasEnded, pushWhere } from './worker-scene.js'

const statsOf = (scene: Scene, clock: { now(): number } = systemClock) => new Stats(scene.store.stats, clock)

/** The day's sums are those of all pushes together. */
async function expectAgreement(scene: Scene) {
  const all = { accepted: 0, rejected: 0, unknown: 0, unsent: 0 }
  for (const { accepted, rejected, unknown, unsent } of await scene.store.pushes.list()) {
    all.accepted += accepted
    all.rejected += rejected
    all.unknown += unknown
    all.unsent += unsent
  }
  const told = { accepted: 0, rejected: 0, unknown: 0, unsent: 0 }
  const reasons = new Map<string, number>()
  for (const day of await statsOf(scene).list()) {
    for (const outcome of ['accepted', 'rejected', 'unknown', 'unsent'] as const)
      told[outcome] += day[outcome]
    for (const { reason, count } of day.reasons) reasons.set(reason, (reasons.get(reason) ?? 0) + count)
  }
  expect(told).toEqual(all)
  const ofMinutes = { accepted: 0, rejected: 0, unknown: 0, unsent: 0 }
  for (const minute of await statsOf(scene).minutes({ minutes: 1440 }))
    for (const outcome of ['accepted', 'rejected', 'unknown', 'unsent'] as const)
      ofMinutes[outcome] += minute[outcome]
  expect(ofMinutes).toEqual(all)
  expect([...reasons.values()].reduce((sum, count) => sum + count, 0)).toBe(all.rejected)
  return { told, reasons: Object.fromEntries(reasons) }
}

test('the sums of a day are those of its pushes, whatever way they end', async () => {
  await using scene = await openScene()
  await scene.register(2000)
  scene.simulator.unregister([3, 5, 7].map(tokenOf))
  const notification = { serviceId: scene.service.id, message: 'Hi' }
  expect(sums(await scene.delivery.push(notification))).toMatchObject({ accepted: 1997, rejected: 3 })
  // Cancelled before it began, by condition, at a local time, in the middle.
  const cancelled = [
    await scene.delivery.submit(notification),
    await scene.delivery.submit(notification, { dueAt: Date.now() + 3_600_000 }),
    await scene.delivery.submit(notification, { localTime: '2099-01-01T09:00' }),
    await scene.delivery.submit(notification, { audience: { kind: 'where', where: { platform: [''] } } }),
  ]
  scene.sql(`update pushes set due_at = 0 where id = ${cancelled[2]!.id}`)
  await scene.store.pushes.begin(cancelled[2]!.id, Date.now())
  await scene.store.pushes.begin(cancelled[3]!.id, Date.now())
  for (const { id } of cancelled) await scene.delivery.cancel(id)
  // Devices that are switched off meanwhile, and a worker that is lost.
  const last = await scene.delivery.submit(notification, { chunkSize: 500 })
  const { pushes, devices } = scene.store
  const chunk = (await pushes.lease(last.id, 'lost', 1, 2))!
  await pushes.hand(chunk.id, chunk.fence, 100)
  const second = await pushes.lease(last.id, 'lost', 1, 10_000)
  expect(second).toBeDefined()
  await devices.update(1999, { isActive: false }, 1)
  await scene.delivery.cancel(last.id)
  const { told, reasons } = await expectAgreement(scene)
  expect(told).toMatchObject({ accepted: 1997, rejected: 3 })
  expect(told.unknown).toBeGreaterThan(0)
  expect(reasons).toEqual({ Unregistered: 3 })
})

test('removing what became of single devices changes nothing', async () => {
  await using scene = await openScene()
  await scene.register(50)
  scene.simulator.unregister([3, 5, 7].map(tokenOf))
  await scene.delivery.push({ serviceId: scene.service.id, message: 'Hi' })
  const before = await expectAgreement(scene)
  while (await scene.store.pushes.prune(Date.now() + 1000, 10, Date.now()));
  expect(await expectAgreement(scene)).toEqual(before)
})

test('a device counts on the day on which it got its outcome', async () => {
  const clock = new SetClock('2026-11-30T23:00:00Z')
  await using scene = await openScene({ clock, simulator: { clock } })
  await scene.register(3)
  await using _worker = await addWorker(scene, { clock })
  const notification = { serviceId: scene.service.id, message: 'Hi' }
  const first = await scene.delivery.submit(notification)
  await pushWhere(scene, first.id, hasEnded)
  clock.set('2026-12-01T00:00:00Z')
  const second = await scene.delivery.submit(notification)
  await pushWhere(scene, second.id, hasEnded)
  const stats = statsOf(scene, clock)
  const day = { service: scene.service.id, accepted: 3, rejected: 0, unknown: 0, unsent: 0, reasons: [] }
  const list = await stats.list()
  expect(list).toMatchObject([
    { ...day, day: '2026-11-30' },
    { ...day, day: '2026-12-01' },
  ])
  expect(await stats.list({ from: '2026-12-01' })).toEqual([list[1]])
  expect(await stats.list({ from: '2026-11-01', to: '2026-11-30', service: scene.service.id })).toEqual([
    list[0],
  ])
  expect(await stats.list({ service: 99 })).toEqual([])
})

test('active devices are counted once a day', async () => {
  await using scene = await openScene()
  await scene.register(120)
  await scene.store.devices.update(7, { isActive: false }, 1)
  await using _worker = await addWorker(scene)
  const stats = statsOf(scene)
  await vi.waitFor(
    async () => expect(await stats.list()).toMatchObject([{ activeDevices: 119, accepted: 0 }]),
    {
      timeout: 30_000,
    },
  )
  await scene.store.stats.noteActive(scene.service.id, Date.now(), 5)
  expect(await stats.list()).toMatchObject([{ activeDevices: 119 }])
})

test.each([
  [{ from: 'yesterday' }, 'from: "yesterday" is not allowed; use a day such as 2026-11-24'],
  [{ to: '2026-02-31' }, 'to: "2026-02-31" is not allowed'],
  [
    { from: '2026-02-02', to: '2026-02-01' },
    'from: "2026-02-02" is not allowed; use a day that is not after',
  ],
  [{ from: '2020-01-01', to: '2026-02-01' }, 'from: "2020-01-01" is not allowed; use at most 400 days'],
])('%j is refused', async (query, message) => {
  await using scene = await openScene()
  await expect(statsOf(scene).list(query)).rejects.toThrow(message)
})
