/*
 * One worker sending one push: leased chunks and devices to be tried again in, records out.
 *
 *   DeviceFeed ──pages──> ApnsClient.sendMany ──batches──> PushVerdict: go on, open up, or stop
 *      ^                                            └────> InFlight ──settled pages──> store.pushes.record
 *      └──────────────── room for more <────────────────────────────────────────────────────┘
 *
 * It runs until nothing is to be had, or until it must stop: by the verdict, by the caller's signal, or because somebody paused or
 * cancelled the push. Then the client takes no more, what is in flight gets its answers, everything that was handed over is
 * recorded, and the leases are given back. It neither plans nor ends the push. A store that fails ends it with the store's error;
 * the push is then as after a crash of this worker: what is recorded is true, and the leases run out.
 */
import type { ApnsClient, OutcomeBatch, SendManyOptions } from '../apns/index.js'
import type { Clock, Logger } from '../base/index.js'
import type { OutcomeCounts, Push, Service } from '../model/index.js'
import type { PushStore } from '../store/index.js'
import { DeviceFeed } from './device-feed.js'
import type { SettledPage } from './in-flight.js'
import type { LeaseClock } from './lease-clock.js'
import { pageRecord, retryRecord } from './page-record.js'
import { messageOf } from './push-content.js'
import { PushVerdict } from './push-verdict.js'
import type { SendWindow } from './send-window.js'

/** What a run needs. */
export interface PushRunParts {
  pushes: PushStore
  client: ApnsClient
  clock: Clock
  leaseClock: Pick<LeaseClock, 'now'>
  logger: Logger
  /** Who leases: unique for each worker. */
  owner: string
  /** How long a chunk is held without a sign of life, in milliseconds. */
  leaseMs: number
  service: Service
  push: Push
  /** Shared by all runs of a worker. */
  window: SendWindow
  /** Whether somebody waits for the end: then a push that can't go on now fails, else it is paused. */
  attended: boolean
  /** Cancels the push; a string as its reason is told as it is. */
  signal: AbortSignal
  /** Called after every batch of outcomes. */
  onCounts: (counts: Readonly<OutcomeCounts>) => void
}

export class PushRun {
  readonly verdict: PushVerdict
  /** Devices that were deactivated on the way. */
  deactivated = 0
  readonly #parts: PushRunParts
  readonly #feed: DeviceFeed
  readonly #stopper = new AbortController()

  constructor(parts: PushRunParts) {
    this.#parts = parts
    this.verdict = new PushVerdict(parts.service, parts.push, parts.attended)
    this.#feed = new DeviceFeed(parts)
  }

  /** Whether it found nobody to send to. */
  get isIdle(): boolean {
    return this.#feed.inFlight.taken === 0
  }

  /** Sends until the end or a stop; `verdict.stop` says which. Throws only what the store throws. */
  async run(): Promise<void> {
    const { client, push, signal } = this.#parts
    signal.addEventListener('abort', this.#onAbort)
    if (signal.aborted) this.#onAbort()
    try {
      const options: SendManyOptions = { signal: this.#stopper.signal, apnsIdPrefix: push.uuid.slice(0, 23) }
      // Absent: what the client makes of the collapse id.
      if (push.duplicates !== 'bounded') options.onUnknown = push.duplicates === 'never' ? 'report' : 'replay'
      for await (const batch of client.sendMany(messageOf(push), this.#feed.pages(), options))
        await this.#digest(batch)
      await this.#feed.giveBack()
    } finally {
      signal.removeEventListener('abort', this.#onAbort)
      await this.#feed.close()
    }
  }

  /** Stops without a word on the push: it was paused or cancelled elsewhere, or this worker is to be closed. */
  leave(reason: string): void {
    this.verdict.end({ state: 'left', reason })
    this.#halt()
  }

  async #digest(batch: OutcomeBatch): Promise<void> {
    try {
      this.#feed.inFlight.see(batch)
      this.verdict.see(batch)
      if (this.verdict.stop !== undefined) this.#halt()
      await this.#recordSettled()
      if (this.verdict.speaksForService || this.#feed.probeIsOver) this.#feed.openUp()
      this.#parts.onCounts(this.verdict.counts)
    } catch (error) {
      // Before the loop is left: leaving waits for the feed to end, and the feed may be waiting for room.
      this.#halt()
      throw error
    }
  }

  readonly #onAbort = () => {
    const { reason } = this.#parts.signal
    this.verdict.end({
      state: 'cancelled',
      reason: typeof reason === 'string' ? reason : 'stopped by the caller',
    })
    this.#halt()
  }

  #halt(): void {
    this.#feed.stop()
    this.#stopper.abort()
  }

  async #recordSettled(): Promise<void> {
    let settled = this.#feed.inFlight.next()
    while (settled !== undefined) {
      await this.#record(settled)
      settled = this.#feed.inFlight.next()
    }
  }

  async #record(settled: SettledPage): Promise<void> {
    const { pushes, service, push, clock } = this.#parts
    const { source, numbers } = settled.page
    const state = this.verdict.stop?.state
    const keepsUnsent =
      state === 'paused' || state === 'left' || (state === undefined && !this.#parts.attended)
    const rules = { service, push, keepsUnsent, at: clock.now() }
    if (source.kind === 'retries') {
      const record = retryRecord(settled, rules)
      this.verdict.defer(record.again ?? [])
      const recorded = await pushes.recordRetries(record)
      this.#feed.leases.settleRetries(source.retries)
      if (recorded) this.deactivated += recorded.deactivated.length
      this.#feed.release(numbers.length)
      return
    }
    const { chunk } = source
    if (!chunk.lost) {
      const record = pageRecord(settled, rules)
      this.verdict.defer(record.again ?? [])
      const recorded = await pushes.record(record)
      if (recorded) this.deactivated += recorded.deactivated.length
      else this.#feed.leases.lose(chunk)
    }
    chunk.unrecordedPages--
    this.#feed.release(numbers.length)
    await this.#feed.leases.finishIfDone(chunk)
  }
}
