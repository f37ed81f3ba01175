/**
 * Devices that Apple wants left alone for a while (429 `TooManyRequests`), and the pushes that wait for them. All other devices
 * are sent to meanwhile.
 *
 * Both are bounded. A push for which there is no room is not held but sent, and Apple decides; one that would wait too long ends
 * as unsent.
 */
import { PushError } from '../../base/errors.js'
import { endUnsent, type Replay } from './replay.js'

/** How many devices are remembered; the oldest is forgotten first. */
const MAX_DEVICES = 10_000
/** How many pushes are held; they lie in memory. */
const MAX_HELD = 4_096
/** The longest that a push is held, in milliseconds; a `send` has to end some time. */
const MAX_HOLD_MS = 60_000

export interface HeldPush {
  readonly push: Replay
  readonly until: number
  readonly cause: PushError
}

export class SlowedDevices {
  /** Until when nothing is sent to a device; the order is that of their refusals. */
  readonly #until = new Map<string, number>()
  #held: HeldPush[] = []

  /** How many pushes are held. */
  get held(): number {
    return this.#held.length
  }

  add(token: string, until: number): void {
    this.#until.delete(token)
    const [oldest] = this.#until.size < MAX_DEVICES ? [] : this.#until.keys()
    if (oldest !== undefined) this.#until.delete(oldest)
    this.#until.set(token, until)
  }

  /** Takes a push whose device is slowed, or ends it; false: it may be sent. */
  holds(push: Replay, now: number): boolean {
    if (this.#until.size === 0) return false
    const until = this.#until.get(push.token)
    if (until === undefined || until <= now || this.#held.length >= MAX_HELD) return false
    const { job, token, index, number, attempts, unanswered } = push
    const seconds = Math.ceil((until - now) / 1000)
    const cause = new PushError(
      'PUSH_ERR_APNS_DEVICE_SLOWED',
      `Apple wants no more pushes to this device for ${seconds} s (TooManyRequests)`,
    )
    if (until - now > MAX_HOLD_MS) {
      endUnsent(push, cause)
      return true
    }
    this.#held.push({ push: { job, token, index, number, attempts, unanswered }, until, cause })
    return true
  }

  /** Hands out the pushes whose time has come, and forgets the devices whose time is over. */
  release(now: number): HeldPush[] {
    for (const [token, until] of this.#until) if (until <= now) this.#until.delete(token)
    return this.#take(({ until }) => until <= now)
  }

  /** Hands out the pushes of a job, or all. */
  clear(job?: Replay['job']): HeldPush[] {
    return this.#take(({ push }) => job === undefined || push.job === job)
  }

  #take(isTaken: (held: HeldPush) => boolean): HeldPush[] {
    if (this.#held.length === 0) return []
    const taken = this.#held.filter(isTaken)
    if (taken.length > 0) this.#held = this.#held.filter((held) => !isTaken(held))
    return taken
  }
}
