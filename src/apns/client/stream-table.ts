/**
 * The pushes in flight on a connection: a ring of slots with one column for each property, indexed by stream id, so that
 * opening and closing a stream allocates nothing.
 *
 * Invariant: `streamIds[slot]` is the stream in the slot, or 0. A slot whose stream takes long is skipped when the ring
 * comes round; the id that would have gone there is never used, which HTTP/2 allows (RFC 9113 section 5.1.1).
 */
import type { Job, ResponseHead } from './job.js'
import type { Replay } from './replay.js'

/** Twice the most streams that a connection may have, so that the ring seldom has to skip. */
const STREAM_SLOTS = 4096
const MAX_STREAM_ID = 0x7fff_ffff

export class StreamTable {
  readonly streamIds = new Uint32Array(STREAM_SLOTS)
  readonly jobs: (Job | undefined)[] = new Array(STREAM_SLOTS).fill(undefined)
  readonly tokens: string[] = new Array(STREAM_SLOTS).fill('')
  readonly indexes = new Float64Array(STREAM_SLOTS)
  readonly numbers = new Float64Array(STREAM_SLOTS)
  readonly attempts = new Uint8Array(STREAM_SLOTS)
  /** How many of the attempts before this one may have reached the device. */
  readonly unanswered = new Uint8Array(STREAM_SLOTS)
  /** When the request was written, in milliseconds. */
  readonly sentAt = new Float64Array(STREAM_SLOTS)
  /** Which provider token the request carried. */
  readonly authorizations = new Uint32Array(STREAM_SLOTS)
  /** Status of an answer whose end is still to come; 0: none yet. */
  readonly statuses = new Uint16Array(STREAM_SLOTS)
  readonly heads: (ResponseHead | undefined)[] = new Array(STREAM_SLOTS).fill(undefined)
  /** What has come of the body, and how many bytes there were in all. */
  readonly bodies: string[] = new Array(STREAM_SLOTS).fill('')
  readonly bodyBytes = new Uint32Array(STREAM_SLOTS)
  /** How many streams are open. */
  open = 0
  #next: number
  #oldest: number

  /** The first id is 1, but for tests of what happens at the last one. */
  constructor(firstStreamId = 1) {
    this.#next = firstStreamId
    this.#oldest = firstStreamId
  }

  /** The id the next stream will have at least. */
  get nextStreamId(): number {
    return this.#next
  }

  /** Opens a stream and returns its slot; -1 when ids have run out. */
  add({ job, token, index, number, attempts, unanswered }: Replay, now: number): number {
    let streamId = this.#next
    while (this.streamIds[(streamId >>> 1) & (STREAM_SLOTS - 1)] !== 0) streamId += 2
    if (streamId > MAX_STREAM_ID) {
      this.#next = streamId
      return -1
    }
    this.#next = streamId + 2
    const slot = (streamId >>> 1) & (STREAM_SLOTS - 1)
    this.streamIds[slot] = streamId
    this.jobs[slot] = job
    this.tokens[slot] = token
    this.indexes[slot] = index
    this.numbers[slot] = number
    this.attempts[slot] = attempts
    this.unanswered[slot] = unanswered
    this.sentAt[slot] = now
    this.open++
    return slot
  }

  /** The push of a slot, to be sent again. */
  push(slot: number): Replay {
    return {
      job: this.jobs[slot]!,
      token: this.tokens[slot]!,
      index: this.indexes[slot]!,
      number: this.numbers[slot]!,
      attempts: this.attempts[slot]!,
      unanswered: this.unanswered[slot]!,
    }
  }

  /** The slot of an open stream; -1 where it is closed or was never opened. */
  slotOf(streamId: number): number {
    const slot = (streamId >>> 1) & (STREAM_SLOTS - 1)
    return this.streamIds[slot] === streamId && streamId !== 0 ? slot : -1
  }

  remove(slot: number): void {
    this.streamIds[slot] = 0
    this.jobs[slot] = undefined
    if (this.statuses[slot] !== 0) {
      this.statuses[slot] = 0
      this.heads[slot] = undefined
      this.bodies[slot] = ''
      this.bodyBytes[slot] = 0
    }
    this.open--
  }

  /** The slots of all open streams, the oldest first. */
  slots(): number[] {
    const slots: number[] = []
    for (let slot = 0; slot < STREAM_SLOTS; slot++) if (this.streamIds[slot] !== 0) slots.push(slot)
    return slots.sort((a, b) => this.streamIds[a]! - this.streamIds[b]!)
  }

  /** The slot of the oldest open stream that was written before `time`; -1: none. */
  olderThan(time: number): number {
    if (this.open === 0) {
      this.#oldest = this.#next
      return -1
    }
    // The ring holds at most STREAM_SLOTS ids behind the newest; what is open beyond that was skipped over and stays.
    for (; this.#oldest < this.#next; this.#oldest += 2) {
      const slot = (this.#oldest >>> 1) & (STREAM_SLOTS - 1)
      if (this.streamIds[slot] === this.#oldest) return this.sentAt[slot]! < time ? slot : -1
    }
    return -1
  }
}
