/*
 * The time by which the leases of other workers are judged.
 *
 * When the machine's clock is set forward, or the machine was asleep, all leases seem to have run out, though their holders are
 * alive and lengthen them soon. So what the clock has gained on the time that has really passed is left out until everybody has
 * had the time to. Leases that ran out in that time are not good for longer by it.
 *
 * When the database could not be used, nobody could lengthen a lease: that time is left out in the same way.
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
  #standing = false

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

  /** The database can't be used: time stands still until `goOn`. */
  stand(): void {
    this.#standing = true
  }

  /** It can be used again; what has passed meanwhile is left out. */
  goOn(): void {
    if (!this.#standing) return
    this.#standing = false
    this.#leaveOut(this.#clock.now() - this.#time, this.#monotonic())
    this.#time = this.#clock.now()
    this.#passed = this.#monotonic()
  }

  /** In milliseconds since 1970: no later than the clock says. */
  now(): number {
    if (this.#standing) return this.#time - this.#leftOut
    const time = this.#clock.now()
    const passed = this.#monotonic()
    const gained = time - this.#time - (passed - this.#passed)
    if (passed >= this.#leftOutUntil) this.#leftOut = 0
    if (gained > this.#toleranceMs) this.#leaveOut(gained, passed)
    else if (gained < -this.#toleranceMs) this.#leftOut = Math.max(0, this.#leftOut + gained)
    this.#time = time
    this.#passed = passed
    return time - this.#leftOut
  }

  #leaveOut(ms: number, passed: number): void {
    this.#leftOut = Math.max(0, this.#leftOut + ms)
    this.#leftOutUntil = passed + this.#graceMs
  }
}
