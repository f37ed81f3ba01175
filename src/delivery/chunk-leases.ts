/*
 * The chunks of one push that this worker holds.
 *
 * A chunk is leased until a deadline, with a fencing number. A timer lengthens the leases of all chunks that are held,
 * long before they run out; a worker that is killed or hangs stops doing so, and its chunks are free for another. Who
 * lost a chunk finds out by the fencing number: every write of his is refused from then on.
 *
 *   leased ── pages read, recorded ──> exhausted, nothing unrecorded ──> finished
 *      └────── fence out of date ────> lost: nothing more is read or recorded of it
 */
import { type Clock, errorMessage, type Logger } from '../base/index.js'
import type { Chunk } from '../model/index.js'
import type { PushStore } from '../store/index.js'

/** How long a chunk is held without a sign of life before another worker may take it, in milliseconds. */
const LEASE_MS = 60_000
/** How often leases are lengthened: twice in vain is still in time. */
const RENEW_MS = LEASE_MS / 3

/** A chunk that this worker holds, and how far it has come with it. */
export interface LeasedChunk {
  readonly chunk: Chunk
  /** The last device id that was read. */
  readUpTo: number
  /** Pages that were read and are not recorded yet. */
  unrecordedPages: number
  /** Whether there is nothing more to read. */
  exhausted: boolean
  /** Whether another worker has it by now. */
  lost: boolean
}

export class ChunkLeases {
  readonly #pushes: PushStore
  readonly #clock: Clock
  readonly #logger: Logger
  readonly #owner: string
  readonly #held = new Set<LeasedChunk>()
  readonly #timer: NodeJS.Timeout

  constructor(parts: { pushes: PushStore; clock: Clock; logger: Logger; owner: string }) {
    this.#pushes = parts.pushes
    this.#clock = parts.clock
    this.#logger = parts.logger
    this.#owner = parts.owner
    this.#timer = setInterval(() => void this.#renew(), RENEW_MS)
  }

  /** The next chunk of a push that is to be had. */
  async take(pushId: number): Promise<LeasedChunk | undefined> {
    const now = this.#clock.now()
    const chunk = await this.#pushes.lease(pushId, this.#owner, now, now + LEASE_MS)
    if (chunk === undefined) return undefined
    const leased = {
      chunk,
      readUpTo: chunk.position,
      unrecordedPages: 0,
      exhausted: false,
      lost: false,
    }
    this.#held.add(leased)
    return leased
  }

  /** Ends a chunk as soon as all of it is read and recorded; safe to call at any time. */
  async finishIfDone(leased: LeasedChunk): Promise<void> {
    if (!leased.exhausted || leased.unrecordedPages > 0 || !this.#held.delete(leased)) return
    const { id, fence } = leased.chunk
    if (!(await this.#pushes.finishChunk(id, fence, this.#clock.now()))) this.lose(leased)
  }

  /** Notes that another worker has the chunk. */
  lose(leased: LeasedChunk): void {
    this.#held.delete(leased)
    if (leased.lost) return
    leased.lost = true
    const { id, pushId } = leased.chunk
    this.#logger.warn({ pushId, chunkId: id }, 'The lease of a chunk ran out, another worker goes on with it')
  }

  /** Stops renewing. What is still held runs out. */
  close(): void {
    clearInterval(this.#timer)
  }

  async #renew(): Promise<void> {
    for (const leased of this.#held) {
      const { id, fence } = leased.chunk
      try {
        if (!(await this.#pushes.renew(id, fence, this.#clock.now() + LEASE_MS))) this.lose(leased)
      } catch (error) {
        this.#logger.warn({ chunkId: id, error: errorMessage(error) }, 'A lease could not be renewed')
      }
    }
  }
}
