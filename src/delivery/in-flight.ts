/*
 * What was handed to the client and is not recorded yet, in the order in which it was handed over.
 *
 * The client numbers its input from 0. It reports what was accepted as a mere count, everything else as an outcome with
 * its number, and how many from the beginning of the input are all settled. So whoever is settled and was not refused
 * has accepted, and no object is needed for one that did. A page is handed out for recording when its last device is
 * settled; memory is bounded by the window of device-feed.ts.
 */
import type { OutcomeBatch, Rejected, TokenPage, Unknown, Unsent } from '../apns/index.js'
import type { DevicePage, RetryLease } from '../store/index.js'
import type { LeasedChunk } from './chunk-leases.js'

/** Where a page comes from, and where it is recorded. */
export type PageSource = { kind: 'chunk'; chunk: LeasedChunk } | { kind: 'retries'; retries: RetryLease }

/** A page on its way; `numbers` are the device ids. */
export interface SentPage extends TokenPage {
  readonly source: PageSource
  readonly tokens: readonly string[]
  readonly numbers: readonly number[]
  /** The number that the client gives to its first device. */
  readonly start: number
}

/** An outcome other than acceptance. */
export type Refusal = Rejected | Unknown | Unsent

/** A page of which everything is known. */
export interface SettledPage {
  page: SentPage
  /** In any order. Who is not among them has accepted. */
  refusals: readonly Refusal[]
  /** Of those, whom Apple gave an id of its own. */
  named: readonly Named[]
}

type Named = NonNullable<OutcomeBatch['named']>[number]

const none: readonly never[] = []

export class InFlight {
  #pages: SentPage[] = []
  #refusals: Refusal[] = []
  #named: Named[] = []
  #taken = 0
  #outcomes = 0
  #settled = 0

  /** Devices handed to the client so far. */
  get taken(): number {
    return this.#taken
  }

  /** Whether everything that was handed over has its outcome. */
  get isIdle(): boolean {
    return this.#outcomes === this.#taken
  }

  add(source: PageSource, devices: DevicePage): SentPage {
    const page: SentPage = { source, tokens: devices.tokens, numbers: devices.ids, start: this.#taken }
    this.#taken += devices.ids.length
    this.#pages.push(page)
    return page
  }

  see(batch: OutcomeBatch): void {
    const { accepted, named, rejected, unknown, unsent } = batch
    if (named !== undefined) for (const one of named) this.#named.push(one)
    this.#outcomes += accepted + rejected.length + unknown.length + unsent.length
    for (const list of [rejected, unknown, unsent]) for (const outcome of list) this.#refusals.push(outcome)
    // The client settles in blocks; when every outcome is there, the block that is not full is settled too.
    this.#settled = this.isIdle ? this.#taken : Math.max(this.#settled, batch.settled)
  }

  /** The next page of which everything is known. */
  next(): SettledPage | undefined {
    const page = this.#pages[0]
    if (page === undefined || page.start + page.numbers.length > this.#settled) return undefined
    this.#pages.shift()
    const end = page.start + page.numbers.length
    return { page, refusals: this.#refusalsBefore(end), named: this.#namedBefore(end) }
  }

  #namedBefore(end: number): readonly Named[] {
    if (this.#named.length === 0) return none
    const before = this.#named.filter(({ index }) => index < end)
    this.#named = this.#named.filter(({ index }) => index >= end)
    return before
  }

  #refusalsBefore(end: number): readonly Refusal[] {
    if (this.#refusals.length === 0) return none
    const before = this.#refusals.filter((refusal) => refusal.index < end)
    if (before.length > 0) this.#refusals = this.#refusals.filter((refusal) => refusal.index >= end)
    return before
  }
}
