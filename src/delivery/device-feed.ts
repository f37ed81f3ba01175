/*
 * The devices of one push as the client takes them: chunk after chunk, page after page, by key range.
 *
 * The client pulls ahead of what is answered, so that the connection never waits for the database. How far is limited
 * twice: no more than `PROBE_SIZE` devices before the first answers say that the service is right (push-verdict.ts), and
 * no more than `SEND_WINDOW` devices beyond what is recorded. The second is the promise of docs/delivery.md: what a
 * killed worker may have sent without a record is at most that, however large the chunk.
 */
import type { Clock, Logger } from '../base/index.js'
import type { PushStore } from '../store/index.js'
import { ChunkLeases, type LeasedChunk } from './chunk-leases.js'
import { InFlight, type SentPage } from './in-flight.js'
import { PROBE_SIZE } from './push-verdict.js'

/** Devices handed to the client and not recorded yet, at most, for each push and worker. */
const SEND_WINDOW = 2000
/** Devices read and recorded at a time: a quarter of the window, so that reading, sending and recording overlap. */
const PAGE_SIZE = 500

export class DeviceFeed {
  readonly inFlight = new InFlight()
  readonly leases: ChunkLeases
  readonly #pushes: PushStore
  readonly #pushId: number
  #reading: LeasedChunk | undefined
  #probing = true
  #recorded = 0
  #stopped = false
  #failure: unknown
  #wake: (() => void) | undefined

  constructor(parts: { pushes: PushStore; pushId: number; clock: Clock; logger: Logger; owner: string }) {
    this.#pushes = parts.pushes
    this.#pushId = parts.pushId
    this.leases = new ChunkLeases(parts)
  }

  /** The input of `sendMany`. Ends when there is nothing more, when it is stopped, or when the store fails (see `close`). */
  async *pages(): AsyncGenerator<SentPage> {
    try {
      let page = await this.#next()
      while (page !== undefined) {
        yield page
        page = await this.#next()
      }
    } catch (error) {
      // Not thrown through the client: what is in flight shall still be answered and recorded.
      this.#failure = error
    }
  }

  /** Whether every device of the probe has its outcome. */
  get probeIsOver(): boolean {
    return this.inFlight.taken >= PROBE_SIZE && this.inFlight.isIdle
  }

  /** The first answers speak for the service: the window opens. */
  openUp(): void {
    if (!this.#probing) return
    this.#probing = false
    this.#wake?.()
  }

  /** So many devices have been recorded, or given up. */
  release(devices: number): void {
    this.#recorded += devices
    this.#wake?.()
  }

  /** Nothing more is read. */
  stop(): void {
    this.#stopped = true
    this.#wake?.()
  }

  /** Gives the leases up; throws what the store threw while it was read. */
  close(): void {
    this.stop()
    this.leases.close()
    if (this.#failure !== undefined) throw this.#failure
  }

  async #next(): Promise<SentPage | undefined> {
    const limit = await this.#room()
    if (limit === 0) return undefined
    let chunk = await this.#chunkToRead()
    while (chunk !== undefined) {
      const devices = await this.#pushes.page(chunk.chunk, chunk.readUpTo, limit)
      if (this.#stopped) return undefined
      const last = devices.ids.at(-1)
      chunk.exhausted = devices.ids.length < limit || last === chunk.chunk.lastDeviceId
      if (last !== undefined) {
        chunk.readUpTo = last
        chunk.unrecordedPages++
        return this.inFlight.add(chunk, devices)
      }
      await this.leases.finishIfDone(chunk)
      chunk = await this.#chunkToRead()
    }
    return undefined
  }

  async #chunkToRead() {
    const current = this.#reading
    if (current === undefined || current.exhausted || current.lost)
      this.#reading = await this.leases.take(this.#pushId)
    return this.#reading
  }

  /** How many devices may be read now; waits until there is room for a page, which keeps pages from becoming crumbs. */
  async #room(): Promise<number> {
    for (;;) {
      if (this.#stopped) return 0
      const { taken } = this.inFlight
      const room = this.#probing ? PROBE_SIZE - taken : SEND_WINDOW - (taken - this.#recorded)
      if (this.#probing ? room > 0 : room >= PAGE_SIZE) return Math.min(room, PAGE_SIZE)
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
  }
}
