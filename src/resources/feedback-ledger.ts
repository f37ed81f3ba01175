import { setTimeout as pause } from 'node:timers/promises'
import type { Feedback } from '../model/index.js'
import type { FeedbackStore, Page } from '../store/index.js'

/** How often `follow` looks for new entries, in milliseconds. */
const LOOK_MS = 1000
const ENTRIES_AT_ONCE = 1000

/** What Apple said of dead tokens (status 410), whether or not a device was deactivated for it. */
export class FeedbackLedger {
  readonly #store: FeedbackStore

  constructor(store: FeedbackStore) {
    this.#store = store
  }

  /** By id, which rises with time: whoever keeps the last one has read all before it. `service` is an id; absent: of all services. */
  list({ service, ...page }: Page & { service?: number } = {}): Promise<Feedback[]> {
    return this.#store.list({ ...page, ...(service !== undefined && { serviceId: service }) })
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
