/*
 * The devices of one push as the client takes them: chunk after chunk, page after page, by key range.
 *
 * The client pulls ahead of what is answered, so that the connection never waits for the database. How far is limited
 * twice: no more than `PROBE_SIZE` devices before the first answers say that the service is right (push-verdict.ts), and
 * by the window of the worker (send-window.ts), however large the chunk.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Clock, Logger } from '../base/index.js'
import { type Push, type Service, WORKER_LOST } from '../model/index.js'
import type { PushStore } from '../store/index.js'
import { ChunkLeases, type LeasedChunk } from './chunk-leases.js'
import { InFlight, type SentPage } from './in-flight.js'
import type { LeaseClock } from './lease-clock.js'
import { PROBE_SIZE } from './push-verdict.js'
import { PAGE_SIZE, type Sender, type SendWindow } from './send-window.js'

/** Into how many pages a second is cut where the service has a limit. */
const PAGES_A_SECOND = 10
/** How often who waits for its turn looks whether it is to stop, in milliseconds. */
const STOP_LOOK_MS = 100

/** What a feed needs. */
export interface DeviceFeedParts {
  pushes: PushStore
  push: Push
  service: Service
  window: SendWindow
  clock: Clock
  leaseClock: Pick<LeaseClock, 'now'>
  logger: Logger
  owner: string
  /** How long a chunk is held without a sign of life, in milliseconds. */
  leaseMs: number
}

/** How often it is looked whether the time of some has come, in milliseconds. */
const RETRY_LOOK_MS = 1_000

export class DeviceFeed implements Sender {
  readonly urgency: Push['urgency']
  readonly inFlight = new InFlight()
  readonly leases: ChunkLeases
  readonly #parts: DeviceFeedParts
  #reading: LeasedChunk | undefined
  #nextLookAt = 0
  #probing = true
  /** Devices that have room in the window and are not recorded yet. */
  #held = 0
  #stopped = false
  /** The page that is being read. */
  #pending: Promise<SentPage | undefined> | undefined
  #failure: unknown
  #wake: (() => void) | undefined
  /** There may be room, or nothing to wait for. */
  readonly wake = () => this.#wake?.()

  constructor(parts: DeviceFeedParts) {
    this.#parts = parts
    this.urgency = parts.push.urgency
    this.leases = new ChunkLeases(parts)
  }

  /** The input of `sendMany`. Ends when there is nothing more, when it is stopped, or when the store fails (see `close`). */
  async *pages(): AsyncGenerator<SentPage> {
    try {
      for (;;) {
        this.#pending = this.#next()
        const page = await this.#pending
        if (page === undefined) return
        yield page
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
    this.wake()
  }

  /** So many devices have been recorded, or given up. */
  release(devices: number): void {
    this.#held -= devices
    this.#parts.window.giveBack(this, devices)
  }

  /** Nothing more is read. */
  stop(): void {
    this.#stopped = true
    this.wake()
  }

  /**
   * Gives back what is held, for others to go on with at once. To be called when all that the client has taken is recorded: what it
   * has not taken, because it was stopped, was handed over to nobody.
   */
  async giveBack(): Promise<void> {
    await this.#stillness()
    await this.leases.releaseAll()
  }

  /** Waits until nothing is read any more. What goes wrong with it is told by `close`. */
  async #stillness(): Promise<void> {
    this.stop()
    await this.#pending?.catch(() => {})
  }

  /** Gives the leases up; throws what the store threw while it was read. */
  async close(): Promise<void> {
    await this.#stillness()
    this.leases.close()
    this.release(this.#held)
    this.#parts.window.leave(this)
    if (this.#failure !== undefined) throw this.#failure
  }

  async #next(): Promise<SentPage | undefined> {
    const room = await this.#room()
    const page = room === 0 ? undefined : await this.#read(room)
    const read = page?.numbers.length ?? 0
    this.release(room - read)
    await this.#pace(read)
    return page
  }

  async #read(limit: number): Promise<SentPage | undefined> {
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
      if (last !== undefined && (await this.#hand(chunk, last))) {
        chunk.readUpTo = last
        chunk.unrecordedPages++
        // Not before: the pages ahead may have been recorded meanwhile, and the chunk would be taken for done without this one.
        chunk.exhausted = devices.ids.length < limit || last === chunk.chunk.lastDeviceId
        return this.inFlight.add({ kind: 'chunk', chunk }, devices)
      }
      chunk.exhausted = true
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
    const { pushes, push, clock } = this.#parts
    const at = clock.now()
    if (this.#stopped || (!now && at < this.#nextLookAt)) return undefined
    this.#nextLookAt = at + RETRY_LOOK_MS
    for (;;) {
      const retries = await this.leases.takeRetries(push.id, limit)
      if (retries === undefined) return undefined
      if (!retries.lost) return this.inFlight.add({ kind: 'retries', retries }, retries)
      const { pushId, lease } = retries
      await pushes.recordRetries({ pushId, lease, ...lostRecord(retries.ids, at) })
      this.leases.settleRetries(retries)
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

  /** Waits until the service may send so many, where it has a limit. */
  async #pace(count: number): Promise<void> {
    const { pushes, service, clock } = this.#parts
    if (service.maxPerSecond === null || count === 0) return
    const at = clock.now()
    let waitMs = (await pushes.pace(service.id, count, at)) - at
    for (; waitMs > 0 && !this.#stopped; waitMs -= STOP_LOOK_MS) await sleep(Math.min(waitMs, STOP_LOOK_MS))
  }

  /** The size of a page: small where the service has a limit, so that an urgent push need not wait for long. */
  get #pageSize(): number {
    const { maxPerSecond } = this.#parts.service
    return maxPerSecond === null ? PAGE_SIZE : Math.min(PAGE_SIZE, Math.ceil(maxPerSecond / PAGES_A_SECOND))
  }

  /** How many devices may be read now, and takes room for them; waits until there is some. 0: it was stopped. */
  async #room(): Promise<number> {
    while (!this.#stopped) {
      const left = this.#probing ? PROBE_SIZE - this.inFlight.taken : PAGE_SIZE
      const wanted = Math.min(left, this.#pageSize)
      const room = wanted > 0 ? this.#parts.window.take(this, wanted) : 0
      this.#held += room
      if (room > 0) return room
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
    return 0
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
