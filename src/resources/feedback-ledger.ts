import { setTimeout as pause } from 'node:timers/promises'
import { type Clock, PushError } from '../base/index.js'
import type { Feedback } from '../model/index.js'
import type { OrderedPage, Store } from '../store/index.js'

/** How often `follow` looks for new entries, in milliseconds. */
const LOOK_MS = 1000
const ENTRIES_AT_ONCE = 1000

/** What Apple said of dead tokens (status 410), whether or not a device was deactivated for it. */
export class FeedbackLedger {
  readonly #store: Pick<Store, 'feedback' | 'devices'>
  readonly #clock: Clock

  constructor(store: Pick<Store, 'feedback' | 'devices'>, clock: Clock) {
    this.#store = store
    this.#clock = clock
  }

  /** By id, which rises with time: whoever keeps the last one has read all before it. `service` is an id; absent: of all services. */
  list({ service, ...page }: OrderedPage & { service?: number } = {}): Promise<Feedback[]> {
    return this.#store.feedback.list({ ...page, ...(service !== undefined && { serviceId: service }) })
  }

  /**
   * Makes the devices of entries active again where they are not, and marks the entries as undone, so that they are never applied again.
   * Returns how many devices that were. PUSH_ERR_INPUT_INVALID for an id that no entry has.
   */
  async undo(ids: readonly number[]): Promise<number> {
    const devices = new Set<number>()
    for (const [index, id] of ids.entries()) {
      const [entry] = await this.#store.feedback.list({ after: id - 1, limit: 1 })
      if (entry?.id !== id) {
        const field = `entries[${index}]`
        throw new PushError('PUSH_ERR_INPUT_INVALID', `${field}: the ledger has no entry with id ${id}`, {
          field,
        })
      }
      devices.add(entry.deviceId)
    }
    return await this.#store.devices.reactivate([...devices], this.#clock.now())
  }

  /**
   * All entries after an id, and then those to come, within a second or so. Each comes once, as it was then: that it is applied or
   * undone later is no news. The signal ends it without an error.
   */
  async *follow({
    after = 0,
    service,
    signal,
  }: {
    after?: number
    service?: number
    signal?: AbortSignal
  } = {}): AsyncGenerator<Feedback, void, undefined> {
    let last = after
    while (!signal?.aborted) {
      const page = { after: last, limit: ENTRIES_AT_ONCE }
      const entries = await this.list({ ...page, ...(service !== undefined && { service }) })
      for (const entry of entries) {
        if (signal?.aborted) return
        last = entry.id
        yield entry
      }
      if (entries.length === ENTRIES_AT_ONCE) continue
      await pause(LOOK_MS, undefined, { ...(signal !== undefined && { signal }) }).catch(() => {})
    }
  }
}
