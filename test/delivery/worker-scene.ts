import { vi } from 'vitest'
import { silentLogger, systemClock } from '../../src/base/index.js'
import { Delivery, type DeliveryOptions } from '../../src/delivery/index.js'
import type { Push } from '../../src/model/index.js'
import { openStore, type Store } from '../../src/store/index.js'
import type { Scene } from './scene.js'

/** One more worker on the database of a scene, as another process would be one; it works until it is disposed of. */
export async function addWorker(
  scene: Scene,
  options: Partial<DeliveryOptions> = {},
): Promise<AsyncDisposable & { store: Store; delivery: Delivery }> {
  const store = await openStore({ database: `sqlite:${scene.databaseFile}` })
  const delivery = new Delivery({ store, clock: systemClock, logger: silentLogger, ...options })
  delivery.work()
  return {
    store,
    delivery,
    async [Symbol.asyncDispose]() {
      await delivery.close()
      await store.close()
    },
  }
}

/** Waits until a push is as it is expected to be. */
export async function pushWhere(scene: Scene, id: number, isSo: (push: Push) => boolean): Promise<Push> {
  return await vi.waitFor(
    async () => {
      const push = (await scene.store.pushes.get(id))!
      if (!isSo(push)) throw new Error(`push ${id} is ${JSON.stringify(push)}`)
      return push
    },
    { timeout: 60_000, interval: 20 },
  )
}

export const hasEnded = ({ finishedAt }: Push) => finishedAt !== null

/** Accepted, rejected, unknown, unsent and still to go. */
export function standOf({ accepted, rejected, unknown, unsent, audienceSize }: Push) {
  return {
    accepted,
    rejected,
    unknown,
    unsent,
    waiting: audienceSize - accepted - rejected - unknown - unsent,
  }
}

/** How often each device was sent to. */
export function timesSent(scene: Scene): Map<string, number> {
  const times = new Map<string, number>()
  for (const { token } of scene.simulator.received()) times.set(token, (times.get(token) ?? 0) + 1)
  return times
}
