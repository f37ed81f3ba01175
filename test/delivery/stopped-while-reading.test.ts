import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test, vi } from 'vitest'
import { silentLogger, systemClock } from '../../src/base/index.js'
import { Delivery } from '../../src/delivery/index.js'
import type { PushStore, Store } from '../../src/store/index.js'
import { openScene, type Scene } from './scene.js'
import { addWorker, hasEnded, pushWhere, standOf, timesSent } from './worker-scene.js'

const total = 3000

/** A worker to which one call of the store takes long, as when it waits for another process. */
function slowWorker(scene: Scene, slow: keyof PushStore, ms: number): Delivery {
  const withMembers = <Target extends object>(target: Target, other: Partial<Target>): Target =>
    new Proxy(target, {
      get(it, name) {
        const member: unknown = Reflect.get(other, name) ?? Reflect.get(it, name)
        return typeof member === 'function' ? member.bind(it) : member
      },
    })
  const { pushes } = scene.store
  const delayed = async (...values: never[]) => {
    await sleep(ms)
    return await (pushes[slow] as (...values: never[]) => unknown)(...values)
  }
  const store: Store = withMembers(scene.store, { pushes: withMembers(pushes, { [slow]: delayed }) })
  return new Delivery({ store, clock: systemClock, logger: silentLogger })
}

test.each(['hand', 'lease'] as const)(
  'who was about to be handed over when a push was paused (%s) has not been sent to, and is later',
  async (slow) => {
    await using scene = await openScene({ simulator: { responseDelayMs: 300 } })
    await scene.register(total)
    const { id } = await scene.delivery.submit(
      { serviceId: scene.service.id, message: 'Hi' },
      { duplicates: 'never', chunkSize: 700 },
    )
    await using worker = slowWorker(scene, slow, 400)
    worker.work()
    await pushWhere(scene, id, ({ accepted }) => accepted > 100)
    await worker.pause(id)
    await vi.waitFor(
      () => expect(scene.rows(`select id from chunks where state = 'sending'`)).toEqual([]),
      20_000,
    )
    expect(scene.rows('select id from chunks where handed != position')).toEqual([])
    expect(scene.simulator.stats().received).toBeLessThan(total)
    await worker.resume(id)
    const push = await pushWhere(scene, id, hasEnded)
    expect(standOf(push)).toEqual({ accepted: total, rejected: 0, unknown: 0, unsent: 0, waiting: 0 })
    expect(Math.max(...timesSent(scene).values())).toBe(1)
  },
)

test('the same with devices that are tried again: their lease is given back', async () => {
  await using scene = await openScene({ simulator: { responseDelayMs: 300 } })
  await scene.register(total)
  const { id } = await scene.delivery.submit(
    { serviceId: scene.service.id, message: 'Hi' },
    { duplicates: 'never', localTime: new Date(Date.now() - 1000).toISOString().slice(0, 19) },
  )
  {
    await using worker = slowWorker(scene, 'leaseRetries', 400)
    worker.work()
    await pushWhere(scene, id, ({ accepted }) => accepted > 100)
  }
  expect(scene.rows('select device_id from retries where lease is not null')).toEqual([])
  await using _another = await addWorker(scene)
  const push = await pushWhere(scene, id, hasEnded)
  expect(standOf(push)).toEqual({ accepted: total, rejected: 0, unknown: 0, unsent: 0, waiting: 0 })
  expect(Math.max(...timesSent(scene).values())).toBe(1)
})
