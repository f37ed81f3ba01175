import type { Clock } from '../base/index.js'
import type { AuditEntry, AuditFilter, NewAuditEntry } from '../model/index.js'
import type { AuditEnd, AuditStore, Page } from '../store/index.js'

/**
 * Who changed what, when, from where, and what came of it: every change by the v1 API and the command line, kept for a year. An entry is
 * written before the change as `pending`, and ended after it, so that one that a crash has cut off leaves a trace. It holds the names of
 * the fields that were given, and no values.
 */
export class AuditLog {
  readonly #store: AuditStore
  readonly #clock: Clock

  constructor(store: AuditStore, clock: Clock) {
    this.#store = store
    this.#clock = clock
  }

  /** The newest first; `after` is the id that the page before ended with. */
  list({ after, limit, ...filter }: AuditFilter & Page = {}): Promise<AuditEntry[]> {
    return this.#store.list(filter, {
      ...(after !== undefined && { after }),
      ...(limit !== undefined && { limit }),
    })
  }

  /** Writes down what is about to be done; returns the id for `end`. */
  begin(entry: NewAuditEntry): Promise<number> {
    return this.#store.begin({ ...entry, userAgent: entry.userAgent.slice(0, 200) }, this.#clock.now())
  }

  /** What came of it. */
  end(id: number, end: AuditEnd): Promise<void> {
    return this.#store.end(id, end)
  }
}
