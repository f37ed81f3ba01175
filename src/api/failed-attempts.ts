import type { Clock } from '../base/index.js'

/** Keys that are remembered at most, per table; beyond that the oldest are forgotten. */
const maxKeys = 10_000

/** Counts failed attempts by a key in windows that begin with the first failure. What succeeds is never counted. */
export class FailedAttempts {
  readonly #limit: number
  readonly #windowMs: number
  readonly #clock: Clock
  /** In the order in which the windows began. */
  readonly #windows = new Map<string, { failures: number; until: number }>()

  constructor(limit: number, windowMs: number, clock: Clock) {
    this.#limit = limit
    this.#windowMs = windowMs
    this.#clock = clock
  }

  /**
   * Milliseconds until the next attempt is allowed; 0: now.
   *
   * @param limit where another one holds for the moment
   */
  waitMs(key: string, limit = this.#limit): number {
    const window = this.#windows.get(key)
    if (!window || window.failures < limit) return 0
    return Math.max(0, window.until - this.#clock.now())
  }

  add(key: string): void {
    const now = this.#clock.now()
    const window = this.#windows.get(key)
    if (window && window.until > now) {
      window.failures++
      return
    }
    this.#windows.delete(key)
    this.#windows.set(key, { failures: 1, until: now + this.#windowMs })
    if (this.#windows.size > maxKeys) {
      const [oldest] = this.#windows.keys()
      this.#windows.delete(oldest!)
    }
  }
}
