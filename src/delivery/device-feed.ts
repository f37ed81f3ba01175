/*
 * The devices of one push as the client takes them: chunk after chunk, page after page, by key range.
 *
 * The client pulls ahead of what is answered, so that the connection never waits for the database. How far is limited
 * twice: no more than `PROBE_SIZE` devices before the first answers say that the service is right (push-verdict.ts), and
 * no more than `SEND_WINDOW` devices beyond what is recorded. The second is the promise of docs/delivery.md: what a
 * killed worker may have sent without a record is at most that, however large the chunk.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Clock, Logger } from '../base/index.js'
import { type Push, type Service, WORKER_LOST } from '../model/index.js'
import type { PushStore } from '../store/index.js'
import { ChunkLeases, type LeasedChunk } from './chunk-leases.js'
import { InFlight, type SentPage } from './in-flight.js'
import { PROBE_SIZE } from './push-verdict.js'

/** Devices handed to the client and not recorded yet, at most, for each push and worker. */
const SEND_WINDOW = 2000
/** Devices read and recorded at a time: a quarter of the window, so that reading, sending and recording overlap. */
const PAGE_SIZE = 500

/** Into how many pages a second is cut where the service has a limit. */
const PAGES_A_SECOND = 10
/** How often who waits for its turn looks whether it is to stop, in milliseconds. */
const STOP_LOOK_MS = 100

/** What a feed needs. */
export interface DeviceFeedParts {
  pushes: PushStore
  push: Push
  service: Service
  clock: Clock
  logger: Logger
  owner: string
  /** How long a chunk is held without a sign of life, in milliseconds. */
  leaseMs: number
}

/** How long devices that are tried again are held, in leases of chunks: far longer than a page can take. */
const RETRY_LEASES = 5
/** How often it is looked whether the time of some has come, in milliseconds. */
const RETRY_LOOK_MS = 1_000

export class DeviceFeed {
  readonly inFlight = new InFlight()
  readonly leases: ChunkLeases
  readonly #parts: DeviceFeedParts
  #reading: LeasedChunk | undefined
  #nextLookAt = 0
  #probing = true
  #recorded = 0
  #stopped = false
  #failure: unknown
  #wake: (() => void) | undefined

  constructor(parts: DeviceFeedParts) {
    this.#parts = parts
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
    const limit = await this.#paced(await this.#room())
    if (limit === 0) return undefined
    return (
      (await this.#retries(limit)) ?? (await this.#fromChunks(limit)) ?? (await this.#retries(limit, true))
    )
  }

  async #fromChunks(limit: number): Promise<SentPage | undefined> {
    const { pushes } = this.#parts
    let chunk = await this.#chunkToRead()
    while (chunk !== undefined) {
      const devices = await pushes.page(chunk.chunk, chunk.readUpTo, limit)
      if (this.#stopped) return undefined
      const last = devices.ids.at(-1)
      chunk.exhausted = devices.ids.length < limit || last === chunk.chunk.lastDeviceId
      if (last !== undefined && (await this.#hand(chunk, last))) {
        chunk.readUpTo = last
        chunk.unrecordedPages++
        return this.inFlight.add({ kind: 'chunk', chunk }, devices)
      }
      await this.leases.finishIfDone(chunk)
      chunk = await this.#chunkToRead()
    }
    return undefined
  }

  /** Before a byte leaves: whoever takes the chunk over knows then who may have been sent to. */
  async #hand(leased: LeasedChunk, upTo: number): Promise<boolean> {
    const { id, fence } = leased.chunk
    if (!leased.lost && (await this.#parts.pushes.hand(id, fence, upTo))) return true
    this.leases.lose(leased)
    return false
  }

  /** Devices whose time for another attempt has come. */
  async #retries(limit: number, now = false): Promise<SentPage | undefined> {
    const { pushes, push, clock, owner, leaseMs } = this.#parts
    const at = clock.now()
    if (!now && at < this.#nextLookAt) return undefined
    this.#nextLookAt = at + RETRY_LOOK_MS
    for (;;) {
      const retries = await pushes.leaseRetries(push.id, owner, at, at + RETRY_LEASES * leaseMs, limit)
      if (retries === undefined) return undefined
      if (!retries.lost) return this.inFlight.add({ kind: 'retries', retries }, retries)
      const { pushId, lease } = retries
      await pushes.recordRetries({ pushId, lease, ...lostRecord(retries.ids, at) })
    }
  }

  async #chunkToRead(): Promise<LeasedChunk | undefined> {
    const current = this.#reading
    if (current === undefined || current.exhausted || current.lost) {
      this.#reading = await this.leases.take(this.#parts.push.id)
      if (this.#reading !== undefined && this.#parts.push.duplicates === 'never')
        await this.#giveUpLost(this.#reading)
    }
    return this.#reading
  }

  /** A worker that never came back had handed over more than it recorded: with `never`, those are not sent to again. */
  async #giveUpLost(leased: LeasedChunk): Promise<void> {
    const { pushes, clock } = this.#parts
    const { id: chunkId, fence, handed } = leased.chunk
    while (leased.readUpTo < handed) {
      const { ids } = await pushes.page(leased.chunk, leased.readUpTo, PAGE_SIZE)
      const lost = ids.filter((id) => id <= handed)
      const position = lost.length < PAGE_SIZE ? handed : lost.at(-1)!
      if (!(await pushes.record({ chunkId, fence, position, ...lostRecord(lost, clock.now()) }))) {
        this.leases.lose(leased)
        return
      }
      leased.readUpTo = position
    }
  }

  /** Waits until the service may send, where it has a limit: then pages are small, so that an urgent push need not wait for long. */
  async #paced(room: number): Promise<number> {
    const { pushes, service, clock } = this.#parts
    if (service.maxPerSecond === null || room === 0) return room
    const limit = Math.min(room, Math.ceil(service.maxPerSecond / PAGES_A_SECOND))
    let waitMs = (await pushes.pace(service.id, limit, clock.now())) - clock.now()
    for (; waitMs > 0 && !this.#stopped; waitMs -= STOP_LOOK_MS) await sleep(Math.min(waitMs, STOP_LOOK_MS))
    return this.#stopped ? 0 : limit
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

/** Devices of which nobody can say any more what became of them. */
function lostRecord(ids: readonly number[], at: number) {
  return {
    counts: { accepted: 0, rejected: 0, unknown: ids.length, unsent: 0 },
    acceptedIds: [],
    deliveries: ids.map((deviceId) => ({
      deviceId,
      outcome: 'unknown' as const,
      reason: WORKER_LOST,
      status: null,
      apnsId: null,
      at,
    })),
    feedback: [],
    deactivate: false,
    at,
  }
}
