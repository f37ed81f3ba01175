/*
 * The time by which the leases of other workers are judged.
 *
 * When the machine's clock is set forward, or the machine was asleep, all leases seem to have run out, though their holders are
 * alive and lengthen them soon. So what the clock has gained on the time that has really passed is left out until everybody has
 * had the time to. Leases that ran out in that time are not good for longer by it.
 *
 * When the clock is set back, leases are good for longer than they should be, until their holders lengthen them the next time:
 * that makes nobody send anything twice. A holder that has died meanwhile is waited for.
 */
import { type Clock, monotonicNow } from '../base/index.js'

export class LeaseClock {
  readonly #clock: Clock
  readonly #monotonic: () => number
  readonly #toleranceMs: number
  readonly #graceMs: number
  #time: number
  #passed: number
  #leftOut = 0
  #leftOutUntil = Number.NEGATIVE_INFINITY

  /**
   * @param toleranceMs what the clock may gain from one look to the next and is no jump, in milliseconds
   * @param graceMs how long a jump is left out, in milliseconds
   */
  constructor(
    clock: Clock,
    { toleranceMs, graceMs }: { toleranceMs: number; graceMs: number },
    monotonic: () => number = monotonicNow,
  ) {
    this.#clock = clock
    this.#monotonic = monotonic
    this.#toleranceMs = toleranceMs
    this.#graceMs = graceMs
    this.#time = clock.now()
    this.#passed = monotonic()
  }

  /** In milliseconds since 1970: no later than the clock says. */
  now(): number {
    const time = this.#clock.now()
    const passed = this.#monotonic()
    const gained = time - this.#time - (passed - this.#passed)
    if (passed >= this.#leftOutUntil) this.#leftOut = 0
    if (gained > this.#toleranceMs) {
      this.#leftOut += gained
      this.#leftOutUntil = passed + this.#graceMs
    } else if (gained < -this.#toleranceMs) this.#leftOut = Math.max(0, this.#leftOut + gained)
    this.#time = time
    this.#passed = passed
    return time - this.#leftOut
  }
}
