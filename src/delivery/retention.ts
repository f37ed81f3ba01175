import { setTimeout as sleep } from 'node:timers/promises'
import { type Clock, errorMessage, type Logger } from '../base/index.js'
import type { Store } from '../store/index.js'

/** How long the rows of single devices are kept after the end of their push, in days, unless a setting says otherwise. */
const DEFAULT_RETENTION_DAYS = 30
const DAY_MS = 24 * 3_600_000
/** How long entries of the audit log are kept, in milliseconds: a year. */
const AUDIT_MS = 365 * DAY_MS
/** How long the sums of minutes are kept, in milliseconds. */
const MINUTES_MS = 2 * DAY_MS
/** How often a database is tidied up, in milliseconds, however many workers it has. */
const EVERY_MS = 3_600_000
/** How often each worker asks whether it is the one to do it, in milliseconds. */
const ASK_MS = 10 * 60_000
/** Rows that are removed in one transaction: some 10 ms in which nobody else can write. */
const ROWS_AT_ONCE = 2000
/** How long the others have their turn between two transactions, in milliseconds. */
const PAUSE_MS = 25

export interface RetentionParts {
  store: Store
  clock: Clock
  logger: Logger
  /** 0: for ever; 30 by default. */
  retentionDays?: number | undefined
}

/**
 * Removes what became of each device from pushes that ended long ago. The push itself stays, with its counters and how often there
 * was which reason; so does the feedback ledger. Removes sessions that are over and entries of the audit log that are a year old, too.
 */
export class Retention {
  readonly #parts: RetentionParts
  readonly #closing = new AbortController()
  #done: Promise<void> | undefined

  constructor(parts: RetentionParts) {
    this.#parts = parts
  }

  /** Looks after it from now on, until `close`. */
  start(): void {
    this.#done ??= this.#run()
  }

  async close(): Promise<void> {
    this.#closing.abort()
    await this.#done
  }

  async #run(): Promise<void> {
    while (!this.#closing.signal.aborted) {
      try {
        const { store, clock } = this.#parts
        if (await store.claim('retention', clock.now(), EVERY_MS)) await this.#tidyUp()
      } catch (error) {
        this.#parts.logger.error({ error: errorMessage(error) }, 'What is old could not be tidied up')
      }
      await this.#rest(ASK_MS)
    }
  }

  async #tidyUp(): Promise<void> {
    const { store, clock } = this.#parts
    const now = clock.now()
    await this.#countDevices(now)
    await store.sessions.prune(now)
    await store.stats.pruneMinutes(now - MINUTES_MS)
    await this.#repeat(() => store.auditLog.prune(now - AUDIT_MS, ROWS_AT_ONCE))
    if (this.#keepMs === 0) return
    await this.#repeat(() => store.pushes.prune(now - this.#keepMs, ROWS_AT_ONCE, clock.now()))
    await this.#repeat(() => store.devices.pruneEvents(now - this.#keepMs, ROWS_AT_ONCE))
  }

  /** Notes once a day how many devices of each service are active. */
  async #countDevices(now: number): Promise<void> {
    const { stats, services } = this.#parts.store
    const noted = new Set(
      (await stats.activeDevices({ from: now, to: now })).map(({ serviceId }) => serviceId),
    )
    for (const { id } of await services.list()) {
      let total = 0
      for (let after: number | null = noted.has(id) ? null : 0; after !== null; ) {
        if (this.#closing.signal.aborted) return
        const { active, next }: { active: number; next: number | null } = await stats.countActive(id, after)
        total += active
        if (next === null) await stats.noteActive(id, now, total)
        else await this.#rest(PAUSE_MS)
        after = next
      }
    }
  }

  /** Until there is nothing left to remove. */
  async #repeat(removeSome: () => Promise<boolean>): Promise<void> {
    while (!this.#closing.signal.aborted && (await removeSome())) await this.#rest(PAUSE_MS)
  }

  get #keepMs(): number {
    return (this.#parts.retentionDays ?? DEFAULT_RETENTION_DAYS) * DAY_MS
  }

  async #rest(ms: number): Promise<void> {
    // It keeps no process alive.
    await sleep(ms, undefined, { signal: this.#closing.signal, ref: false }).catch(() => {})
  }
}
