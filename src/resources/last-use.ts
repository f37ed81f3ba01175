/** How exact a last use is, in milliseconds. */
const EXACT_TO_MS = 60_000
/** Ids that are remembered at most. */
const MAX_REMEMBERED = 10_000

/**
 * Writes down when something was last used: once a minute at most, and after the request that used it has gone on. A write that fails is
 * not worth an error: the next minute brings another.
 */
export class LastUse {
  readonly #write: (id: number, at: number) => Promise<void>
  /** When each was written down by this process. */
  readonly #written = new Map<number, number>()

  constructor(write: (id: number, at: number) => Promise<void>) {
    this.#write = write
  }

  /** @param last what the database says */
  note(id: number, last: number | null, at: number): void {
    if (at - Math.max(last ?? 0, this.#written.get(id) ?? 0) < EXACT_TO_MS) return
    if (this.#written.size >= MAX_REMEMBERED) this.#written.clear()
    this.#written.set(id, at)
    setImmediate(() => {
      this.#write(id, at).catch(() => {})
    })
  }
}
