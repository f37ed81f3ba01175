/**
 * How fast a client may go, beyond what the server's SETTINGS say; shared by its connections.
 *
 * - `limit`: streams a connection. 503 halves what was in flight when it was sent; each accepted push gives a part of a stream
 *   back, so that it grows by a quarter a round trip.
 * - `pausedUntil`: nothing is sent before; a `Retry-After` that is not about one device sets it.
 */

/** What an accepted push gives back, in streams. */
const RECOVERY_STREAMS = 0.25
/** Beyond what any server was seen to allow: the limit is off. */
const MAX_LIMIT = 2_048

export class Pace {
  #limit = MAX_LIMIT
  #loweredAt = Number.NEGATIVE_INFINITY
  #pausedUntil = Number.NEGATIVE_INFINITY

  /** Streams that a connection may have open; at least 1. */
  get limit(): number {
    return Math.floor(this.#limit)
  }

  /** Whether the server is being spared. */
  get isLowered(): boolean {
    return this.#limit < MAX_LIMIT
  }

  /** How long nothing is to be sent, in milliseconds. */
  pauseMs(now: number): number {
    return Math.max(0, this.#pausedUntil - now)
  }

  /** The server is overloaded. A request that was sent before the last time says nothing new. */
  lower(sentAt: number, now: number, inFlight: number): void {
    if (sentAt <= this.#loweredAt) return
    this.#loweredAt = now
    this.#limit = Math.max(1, Math.min(this.#limit, inFlight) / 2)
  }

  /** The server wants to be left alone. */
  pause(now: number, ms: number): void {
    this.#pausedUntil = Math.max(this.#pausedUntil, now + ms)
  }

  /** A push was accepted. */
  accepted(): void {
    if (this.#limit < MAX_LIMIT) this.#limit = Math.min(MAX_LIMIT, this.#limit + RECOVERY_STREAMS)
  }
}
