import { expect, test, vi } from 'vitest'
import { silentLogger } from '../../src/base/index.js'
import { Delivery } from '../../src/delivery/index.js'
import type { NewAuditEntry } from '../../src/model/index.js'
import { openScene, type Scene, tokenOf } from './scene.js'

const day = 24 * 3_600_000

/** A push to 5 devices, of which one is dead, by a delivery that keeps rows for 30 days. */
async function pushed(scene: Scene) {
  await scene.register(5)
  scene.simulator.unregister(tokenOf(2))
  const { pushId, reasons } = await scene.delivery.push({ serviceId: scene.service.id, message: 'Hi' })
  expect(reasons).toEqual([{ outcome: 'rejected', reason: 'Unregistered', count: 1 }])
  return { pushId, reasons }
}

/** Works as another process that is started so much later, until it is disposed of. */
function laterWorker({ store }: Scene, afterMs: number, retentionDays = 30): Delivery {
  const clock = { now: () => Date.now() + afterMs }
  const worker = new Delivery({ store, clock, logger: silentLogger, retentionDays })
  worker.work()
  return worker
}

const rowsOf = (scene: Scene) =>
  scene.rows('select device_id from deliveries union all select id from chunks')

test('a worker prunes what became of each device 30 days after the end; sums, reasons and the ledger stay', async () => {
  await using scene = await openScene()
  const { pushId, reasons } = await pushed(scene)
  const before = await scene.store.pushes.get(pushId)
  await using _ = laterWorker(scene, 30 * day + 60_000)
  await vi.waitFor(() => expect(rowsOf(scene)).toEqual([]), { timeout: 30_000 })
  expect(await scene.store.pushes.get(pushId)).toEqual(before)
  expect(await scene.store.pushes.reasons(pushId)).toEqual(reasons)
  expect(await scene.store.feedback.list()).toHaveLength(1)
})

test.each([
  ['before that nothing is removed', 30 * day - 60_000, 30],
  ['with 0 days never', 36_500 * day, 0],
])('%s', async (_name, afterMs, retentionDays) => {
  await using scene = await openScene()
  await pushed(scene)
  {
    await using _ = laterWorker(scene, afterMs, retentionDays)
    // The database has been tidied up, or would have been: the claim is written before the first step.
    if (retentionDays > 0)
      await vi.waitFor(() => expect(scene.rows('select * from chores')).toHaveLength(1), { timeout: 30_000 })
  }
  expect(rowsOf(scene)).toHaveLength(2)
})

test('one of several workers does it, and no other within the hour', async () => {
  await using scene = await openScene()
  await pushed(scene)
  const prune = vi.spyOn(scene.store.pushes, 'prune')
  {
    await using _one = laterWorker(scene, 31 * day)
    await using _two = laterWorker(scene, 31 * day)
    await vi.waitFor(() => expect(rowsOf(scene)).toEqual([]), { timeout: 30_000 })
  }
  const steps = prune.mock.calls.length
  expect(steps).toBeLessThanOrEqual(2)
  {
    await using _again = laterWorker(scene, 31 * day + 1000)
  }
  expect(prune.mock.calls.length).toBe(steps)
  {
    await using _nextHour = laterWorker(scene, 31 * day + 3_700_000)
    await vi.waitFor(() => expect(prune.mock.calls.length).toBe(steps + 1), { timeout: 30_000 })
  }
})

test('entries of the audit log are kept for a year, whatever the setting; sessions that are over are removed', async () => {
  await using scene = await openScene()
  const { auditLog, sessions, users } = scene.store
  const entry: NewAuditEntry = {
    ...{
      via: 'basic' as const,
      who: 'ann',
      userId: 1,
      tokenId: null,
      operation: 'changeUser',
      resource: '1',
    },
    ...{ fields: [], address: '', userAgent: '' },
  }
  const now = Date.now()
  await auditLog.begin(entry, now - 366 * day)
  const kept = await auditLog.begin(entry, now - 364 * day)
  const flags = { isActive: true, isStaff: true, isSuperuser: false }
  const user = await users.create({ username: 'ann', email: '', ...flags, passwordHash: '' }, now)
  const session = { userId: user.id, passwordHash: '', address: '', userAgent: '' }
  await sessions.create({ ...session, tokenHash: 'old' }, now - 8 * day)
  const lives = await sessions.create({ ...session, tokenHash: 'new' }, now)
  await using _ = laterWorker(scene, 0, 0)
  await vi.waitFor(async () => expect(await auditLog.list({})).toMatchObject([{ id: kept }]), {
    timeout: 30_000,
  })
  expect(await sessions.list(user.id)).toEqual([lives])
})
