/** The first pause; each one after it is four times as long, up to the longest. */
const FIRST_PAUSE_MS = 50
const PAUSE_FACTOR = 4
const MAX_PAUSE_MS = 5_000

/**
 * How long nothing is sent on a connection whose server refuses streams. Without it, the replay budget of a push would be
 * used up in milliseconds. Refusals that come within a pause were sent before it, and count once.
 */
export class RefusalPause {
  #until = 0
  #lengthMs = 0

  isOver(now: number): boolean {
    return now >= this.#until
  }

  /** The server has refused a stream. */
  begin(now: number): void {
    if (now < this.#until) return
    this.#lengthMs =
      this.#lengthMs === 0 ? FIRST_PAUSE_MS : Math.min(this.#lengthMs * PAUSE_FACTOR, MAX_PAUSE_MS)
    this.#until = now + this.#lengthMs
  }

  /** The server has answered: the next pause is a first one again. */
  forget(): void {
    this.#lengthMs = 0
  }
}
