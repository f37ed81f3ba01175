import { setTimeout as pause } from 'node:timers/promises'
import { PushError } from '../base/index.js'
import type { Delivery, StateChange } from '../delivery/index.js'
import type { Delivery as DeliveryRow, Push } from '../model/index.js'
import type { Page, PushStore } from '../store/index.js'

/** How often `events` looks, in milliseconds. */
const LOOK_MS = 250

/** The pushes: how far they are, and what may be done about them while they run. */
export class Pushes {
  readonly #store: PushStore
  readonly #delivery: Delivery

  constructor(store: PushStore, delivery: Delivery) {
    this.#store = store
    this.#delivery = delivery
  }

  /** Undefined where no push has this id. */
  get(id: number): Promise<Push | undefined> {
    return this.#store.get(id)
  }

  /** By id, a page at a time. */
  list({ service, ...page }: Page & { service?: number } = {}): Promise<Push[]> {
    return this.#store.list({ ...page, ...(service !== undefined && { serviceId: service }) })
  }

  /** Devices that did not accept, by device id; `after` is one. */
  deliveries(id: number, page: Page = {}): Promise<DeliveryRow[]> {
    return this.#store.deliveries(id, page)
  }

  /**
   * Holds a push; within a second nothing of it is sent any more, by no worker. One that rests does not go on by itself then.
   * PUSH_ERR_PUSH_STATE, PUSH_ERR_PUSH_NOT_FOUND.
   */
  pause(id: number, change: StateChange = {}): Promise<Push> {
    return this.#delivery.pause(id, change)
  }

  /** Lets a paused push go on; one that is to begin later begins then. PUSH_ERR_PUSH_STATE, PUSH_ERR_PUSH_NOT_FOUND. */
  resume(id: number, change: Pick<StateChange, 'by'> = {}): Promise<Push> {
    return this.#delivery.resume(id, change)
  }

  /**
   * Ends a push: what is in flight gets its answers, the rest is unsent. One that has ended stays as it is. Returns it as it is
   * then: one that a worker is busy with is still `paused`, and ends within seconds. PUSH_ERR_PUSH_NOT_FOUND.
   */
  async cancel(id: number, change: StateChange = {}): Promise<Push> {
    await this.#delivery.cancel(id, change)
    return (await this.#store.get(id))!
  }

  /**
   * The push now, and whenever something about it has changed, until it has ended; four times a second at most.
   * PUSH_ERR_PUSH_NOT_FOUND. The signal ends it without an error.
   */
  async *events(
    id: number,
    { signal }: { signal?: AbortSignal } = {},
  ): AsyncGenerator<Push, void, undefined> {
    let last = ''
    while (!signal?.aborted) {
      const push = await this.#store.get(id)
      if (push === undefined)
        throw new PushError('PUSH_ERR_PUSH_NOT_FOUND', `push with id ${id} does not exist`, { field: 'push' })
      const now = JSON.stringify(push)
      if (now !== last) yield push
      last = now
      if (push.finishedAt !== null) return
      await pause(LOOK_MS, undefined, { ...(signal !== undefined && { signal }) }).catch(() => {})
    }
  }
}
