import { setTimeout as pause } from 'node:timers/promises'
import {
  type Delivery,
  isRetried,
  type PushResult,
  type RetryOptions,
  reasonsOf,
  type StateChange,
} from '../delivery/index.js'
import type { Delivery as DeliveryRow, Push } from '../model/index.js'
import type { OrderedPage, Page, PushStore } from '../store/index.js'
import { nextTurn } from './next-turn.js'
import { pushNotFound } from './not-found.js'

/** Rows that are looked at in one go. */
const ROWS_AT_ONCE = 2000

/** Steps of the store in which the latest answers are looked for: 100,000 rows. */
const LATEST_STEPS = 5

/** Which pushes. */
export interface PushQuery extends OrderedPage {
  /** The id of a service. */
  service?: number
  state?: Push['state']
}

/** Which deliveries of a push. */
export interface DeliveryQuery extends Page {
  /** `failed`: any but accepted. */
  outcome?: DeliveryRow['outcome'] | 'failed'
  /** Apple's word, or our error code. */
  reason?: string
}

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

  /** When the next devices that wait for another attempt, or for their local time, are due, in milliseconds since 1970; null: nobody waits. */
  nextAt(id: number): Promise<number | null> {
    return this.#store.nextDueAt(id)
  }

  /** By id, a page at a time; the newest first with `order: 'desc'`, where `after` is the id that the page before ended with, too. */
  list({ service, ...page }: PushQuery = {}): Promise<Push[]> {
    return this.#store.list({ ...page, ...(service !== undefined && { serviceId: service }) })
  }

  /**
   * Devices that did not accept, and those that accepted and have an `apnsUniqueId`, by device id; `after` is one. With an outcome or a
   * reason only those: where there are few among many, it takes its time, and lets others have their turn. PUSH_ERR_PUSH_NOT_FOUND.
   */
  async deliveries(id: number, { outcome, reason, ...page }: DeliveryQuery = {}): Promise<DeliveryRow[]> {
    if ((await this.#store.get(id)) === undefined) throw pushNotFound(id)
    if (outcome === undefined && reason === undefined) return await this.#store.deliveries(id, page)
    const { after = 0, limit = 100 } = page
    const found: DeliveryRow[] = []
    for (let last: number | undefined = after; last !== undefined && found.length < limit; ) {
      const rows: DeliveryRow[] = await this.#store.deliveries(id, { after: last, limit: ROWS_AT_ONCE })
      for (const row of rows)
        if (isOf(row.outcome, outcome) && (reason ?? row.reason) === row.reason) found.push(row)
      last = rows.length < ROWS_AT_ONCE ? undefined : rows.at(-1)!.deviceId
      await nextTurn()
    }
    return found.slice(0, limit)
  }

  /**
   * The newest answers first, one page of at most `limit` (100 by default): of what has become known of the devices of all pushes it looks at
   * the last 100,000, so that of a push that ended long ago there may be none. PUSH_ERR_PUSH_NOT_FOUND.
   */
  async latestDeliveries(
    id: number,
    { outcome, reason, limit = 100 }: Omit<DeliveryQuery, 'after'> = {},
  ): Promise<DeliveryRow[]> {
    if ((await this.#store.get(id)) === undefined) throw pushNotFound(id)
    const which = { ...(outcome !== undefined && { outcome }), ...(reason !== undefined && { reason }) }
    const found: DeliveryRow[] = []
    let before: number | undefined
    for (let step = 0; step < LATEST_STEPS && found.length < limit; step++) {
      if (step > 0) await nextTurn()
      const place = { limit: limit - found.length, ...(before !== undefined && { before }) }
      const { deliveries, next } = await this.#store.latestDeliveries(id, { ...which, ...place })
      found.push(...deliveries)
      if (next === undefined) break
      before = next
    }
    return found
  }

  /**
   * How many devices did not accept, by outcome and reason, and whether a retry tries them again; the most frequent first.
   * PUSH_ERR_PUSH_NOT_FOUND.
   */
  async reasons(id: number): Promise<(PushResult['reasons'][number] & { isRetried: boolean })[]> {
    const push = await this.#store.get(id)
    if (push === undefined) throw pushNotFound(id)
    const reasons = await reasonsOf(this.#store, id, push.unsent)
    return reasons.map((cause) => ({ ...cause, isRetried: isRetried(cause) }))
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
   * Makes a push of the same content for those devices of a push that has ended which did not accept; a worker sends it. Which ones, the
   * options say; by default those whose cause may be over, so that dead tokens are none. The same retry is made once only, unless it
   * has an `idempotencyKey`. PUSH_ERR_PUSH_NOT_FOUND; PUSH_ERR_PUSH_STATE where it has not ended, has expired, or what became of its
   * devices is not kept any more; PUSH_ERR_AUDIENCE_EMPTY; PUSH_ERR_INPUT_INVALID; PUSH_ERR_IDEMPOTENCY_KEY_REUSED.
   */
  retry(id: number, options: RetryOptions = {}): Promise<Push> {
    return this.#delivery.retry(id, options)
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
      if (push === undefined) throw pushNotFound(id)
      const now = JSON.stringify(push)
      if (now !== last) yield push
      last = now
      if (push.finishedAt !== null) return
      await pause(LOOK_MS, undefined, { ...(signal !== undefined && { signal }) }).catch(() => {})
    }
  }
}

function isOf(outcome: DeliveryRow['outcome'], wanted: DeliveryQuery['outcome']): boolean {
  return wanted === undefined || wanted === outcome || (wanted === 'failed' && outcome !== 'accepted')
}
