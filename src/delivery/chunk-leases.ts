/*
 * The chunks of one push that this worker holds, and its devices that are tried again.
 *
 * A chunk is leased until a deadline, with a fencing number. A timer lengthens the leases of all chunks that are held,
 * long before they run out; a worker that is killed or hangs stops doing so, and its chunks are free for another. Who
 * lost a chunk finds out by the fencing number: every write of his is refused from then on.
 *
 * A worker must not be another to itself. Its leases run out under it when the clock steps forward or the process is
 * suspended, and are then to be had for anyone who asks: so whoever asks for a chunk first makes good what it holds.
 *
 * Devices that are tried again are leased in the same way, a page at a time; the name of the lease stands for the fencing number.
 *
 *   leased ── pages read, recorded ──> exhausted, nothing unrecorded ──> finished
 *      └────── fence out of date ────> lost: nothing more is read or recorded of it
 */
import { type Clock, errorMessage, type Logger } from '../base/index.js'
import type { Chunk } from '../model/index.js'
import type { PushStore, RetryLease } from '../store/index.js'
import type { LeaseClock } from './lease-clock.js'

/** How long a chunk is held without a sign of life before another worker may take it, in milliseconds. */
export const LEASE_MS = 60_000
/** How often a lease is lengthened in its time: twice in vain is still soon enough. */
const RENEWALS = 3

/** A chunk that this worker holds, and how far it has come with it. */
export interface LeasedChunk {
  readonly chunk: Chunk
  /** Until when it is held, as the store has it, in milliseconds since 1970. */
  until: number
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
  readonly #leaseClock: Pick<LeaseClock, 'now'>
  readonly #logger: Logger
  readonly #owner: string
  readonly #leaseMs: number
  readonly #held = new Set<LeasedChunk>()
  /** Devices that are tried again, and until when they are held. */
  readonly #retries = new Map<RetryLease, number>()
  readonly #timer: NodeJS.Timeout

  constructor(parts: {
    pushes: PushStore
    clock: Clock
    /** By which the leases of others are judged. */
    leaseClock: Pick<LeaseClock, 'now'>
    logger: Logger
    owner: string
    leaseMs: number
  }) {
    this.#pushes = parts.pushes
    this.#clock = parts.clock
    this.#leaseClock = parts.leaseClock
    this.#logger = parts.logger
    this.#owner = parts.owner
    this.#leaseMs = parts.leaseMs
    this.#timer = setInterval(() => void this.#renewAll(), parts.leaseMs / RENEWALS)
  }

  /** The next chunk of a push that is to be had, and that is not held here already. Throws what the store throws. */
  async take(pushId: number): Promise<LeasedChunk | undefined> {
    // One time for both: no lease that was good, or was made so, has run out when the store is asked for another.
    const now = this.#clock.now()
    for (const leased of this.#held) if (leased.until <= now) await this.#renew(leased, now)
    const until = now + this.#leaseMs
    const chunk = await this.#pushes.lease(pushId, this.#owner, now, until, this.#leaseClock.now())
    if (chunk === undefined) return undefined
    const leased = {
      chunk,
      until,
      readUpTo: chunk.position,
      unrecordedPages: 0,
      exhausted: false,
      lost: false,
    }
    this.#held.add(leased)
    return leased
  }

  /** Devices of a push whose time for another attempt has come; they are held until `settleRetries`. Throws what the store throws. */
  async takeRetries(pushId: number, limit: number): Promise<RetryLease | undefined> {
    const now = this.#clock.now()
    for (const [retries, until] of this.#retries) if (until <= now) await this.#renewRetries(retries, now)
    const until = now + this.#leaseMs
    const leasesAt = this.#leaseClock.now()
    const retries = await this.#pushes.leaseRetries(pushId, this.#owner, now, until, limit, leasesAt)
    if (retries !== undefined) this.#retries.set(retries, until)
    return retries
  }

  /** What became of them is recorded, or another worker has them. */
  settleRetries(retries: RetryLease): void {
    this.#retries.delete(retries)
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

  /** Gives back what is held, for others to go on with at once. Everything that was handed over has been recorded. */
  async releaseAll(): Promise<void> {
    for (const { pushId, lease } of this.#retries.keys()) await this.#pushes.releaseRetries(pushId, lease)
    this.#retries.clear()
    for (const { chunk } of this.#held) await this.#pushes.release(chunk.id, chunk.fence)
    this.#held.clear()
  }

  async #renewAll(): Promise<void> {
    for (const leased of this.#held)
      await this.#warned(leased.chunk.pushId, () => this.#renew(leased, this.#clock.now()))
    for (const retries of this.#retries.keys())
      await this.#warned(retries.pushId, () => this.#renewRetries(retries, this.#clock.now()))
  }

  async #warned(pushId: number, renew: () => Promise<void>): Promise<void> {
    try {
      await renew()
    } catch (error) {
      this.#logger.warn({ pushId, error: errorMessage(error) }, 'A lease could not be renewed')
    }
  }

  /** By the fencing number: a lease that has run out is as good as ever, as long as nobody else has taken it. */
  async #renew(leased: LeasedChunk, now: number): Promise<void> {
    const { id, fence } = leased.chunk
    const until = now + this.#leaseMs
    if (await this.#pushes.renew(id, fence, until)) leased.until = until
    else this.lose(leased)
  }

  async #renewRetries(retries: RetryLease, now: number): Promise<void> {
    const { pushId, lease } = retries
    const until = now + this.#leaseMs
    if (await this.#pushes.renewRetries(pushId, lease, until)) {
      // Settled meanwhile, it is not held any more.
      if (this.#retries.has(retries)) this.#retries.set(retries, until)
    } else if (this.#retries.delete(retries))
      this.#logger.warn({ pushId }, 'The lease of devices ran out, another worker goes on with them')
  }
}
