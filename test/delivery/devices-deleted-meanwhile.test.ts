import { expect, test, vi } from 'vitest'
import { NOT_ATTEMPTED } from '../../src/model/index.js'
import { openScene } from './scene.js'
import { addWorker, hasEnded, pushWhere, standOf } from './worker-scene.js'

test('devices that are deleted while the push runs are unsent, and the sums agree', async () => {
  await using scene = await openScene()
  await scene.register(3000)
  // The answers of the probe wait, so that no more than 100 have left when the others are deleted.
  scene.simulator.answer({ status: 200, delayMs: 300, count: 100 })
  const { id } = await scene.delivery.submit(
    { serviceId: scene.service.id, message: 'Hi' },
    { chunkSize: 1000 },
  )
  await using _ = await addWorker(scene)
  await vi.waitFor(() => expect(scene.simulator.stats().received).toBeGreaterThan(0), { timeout: 30_000 })
  const all = { serviceId: scene.service.id, isActive: true, unseenSince: Date.now() + 1000 }
  // Some that have been sent to and are not answered yet, and the last two chunks.
  const first = await scene.store.devices.removeAged(all, { after: 0, limit: 50 })
  const rest = await scene.store.devices.removeAged(all, { after: 1000, limit: 5000 })
  expect([first.ids.length, rest.ids.length]).toEqual([50, 2000])
  const push = await pushWhere(scene, id, hasEnded)
  expect(push).toMatchObject({ state: 'done', audienceSize: 3000 })
  const { accepted, unsent, ...none } = standOf(push)
  expect(none).toEqual({ rejected: 0, unknown: 0, waiting: 0 })
  expect(accepted).toBe(scene.simulator.stats().accepted)
  expect(accepted + unsent).toBe(3000)
  expect(unsent).toBeGreaterThan(0)
})

test('one that waits for another attempt keeps Apple’s last word', async () => {
  await using scene = await openScene()
  await scene.register(10)
  scene.simulator.answer({
    status: 503,
    reason: 'ServiceUnavailable',
    count: 4,
    headers: { 'retry-after': '1' },
  })
  const { id } = await scene.delivery.submit({ serviceId: scene.service.id, message: 'Hi' })
  await using _ = await addWorker(scene)
  await pushWhere(scene, id, ({ deferred, accepted }) => deferred === 4 && accepted === 6)
  const all = { serviceId: scene.service.id, isActive: true, unseenSince: Date.now() + 1000 }
  await scene.store.devices.removeAged(all, { after: 0, limit: 10 })
  const push = await pushWhere(scene, id, hasEnded)
  expect(standOf(push)).toEqual({ accepted: 6, rejected: 4, unknown: 0, unsent: 0, waiting: 0 })
  const reasons = await scene.store.pushes.reasons(id)
  expect(reasons).toEqual([{ outcome: 'rejected', reason: 'ServiceUnavailable', count: 4 }])
  expect(reasons.map(({ reason }) => reason)).not.toContain(NOT_ATTEMPTED)
})
