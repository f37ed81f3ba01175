/** One cell of the matrix: a simulator, a client, pushes, one fault. What came out is collected here and judged in `result.ts`. */
import type { LookupFunction } from 'node:net'
import { ApnsClient, type ApnsClientOptions } from '../../src/apns/index.js'
import {
  type FaultOrder,
  type ScriptedAnswer,
  type Simulator,
  startSimulator,
} from '../../src/simulator/index.js'
import { tokenOf } from '../apns/client/device-tokens.js'
import { collect } from '../apns/client/sums.js'
import type { Authentication, Call, FaultRow } from './fault-row.js'
import { type MortalProxy, startMortalProxy } from './mortal-proxy.js'

export const message = { topic: 'com.example.app', payload: { aps: { alert: 'Hi' } } }

/** What is known of the pushes' outcomes. */
export interface Ended {
  readonly kind: 'accepted' | 'rejected' | 'unknown' | 'unsent'
  readonly token: string
  /** The reason, or the code of the cause. */
  readonly why: string | undefined
}

/** What the client told its observer. */
interface Seen {
  /** `c` for each connection that was ready, `d` for each that ended or could not be made. */
  connections: string
  sentAgain: number
}

/** A clock that can be set. */
class SettableClock {
  aheadMs = 0
  now(): number {
    return Date.now() + this.aheadMs
  }
}

/** What a cell is put together from. */
export interface CellParts {
  readonly row: FaultRow
  readonly authentication: Authentication
  readonly call: Call
  readonly simulator: Simulator
  readonly client: ApnsClient
  /** Only with `throughProxy`. */
  readonly proxy: MortalProxy | undefined
  readonly tokens: readonly string[]
  /** Most pushes that may be in flight. */
  readonly limit: number
  readonly clientClock: SettableClock
  readonly serverClock: SettableClock
  readonly seen: Seen
  /** Whether names are found. */
  readonly names: { found: boolean }
}

export class FaultCell {
  readonly row: CellParts['row']
  readonly authentication: CellParts['authentication']
  readonly call: CellParts['call']
  readonly simulator: CellParts['simulator']
  readonly client: CellParts['client']
  readonly proxy: CellParts['proxy']
  readonly tokens: CellParts['tokens']
  readonly limit: CellParts['limit']
  readonly clientClock: CellParts['clientClock']
  readonly serverClock: CellParts['serverClock']
  readonly seen: CellParts['seen']
  readonly names: CellParts['names']

  constructor(parts: CellParts) {
    this.row = parts.row
    this.authentication = parts.authentication
    this.call = parts.call
    this.simulator = parts.simulator
    this.client = parts.client
    this.proxy = parts.proxy
    this.tokens = parts.tokens
    this.limit = parts.limit
    this.clientClock = parts.clientClock
    this.serverClock = parts.serverClock
    this.seen = parts.seen
    this.names = parts.names
  }

  get half(): number {
    return this.tokens.length / 2
  }

  /** Orders a fault for the row's moment. */
  fault(order: FaultOrder): void {
    const { moment } = this.row
    if (moment === 'after') this.simulator.fault({ ...order, at: 'now' })
    else this.simulator.fault({ count: 1, ...(moment === 'middle' && { skip: this.half }), ...order })
  }

  /** Orders answers for the row's moment. */
  answer(order: ScriptedAnswer): void {
    const skip = this.row.moment === 'middle' ? this.half : 0
    this.simulator.answer({ count: 1, skip, ...order })
  }

  /** Resolves when a fault has happened so often. */
  async happened(kind: FaultOrder['kind'], times = 1): Promise<void> {
    await until(() => (this.simulator.stats().faults[kind] ?? 0) >= times)
  }

  /** Sends all pushes. */
  async send(): Promise<Ended[]> {
    return this.call === 'send' ? this.#sendEach() : this.#sendMany()
  }

  async sendOne(token: string): Promise<Ended> {
    const outcome = await this.client.send({ ...message, token }, this.#options())
    return { kind: outcome.kind, token, why: whyOf(outcome) }
  }

  async #sendEach(): Promise<Ended[]> {
    const { tokens, half, row } = this
    if (row.halfway === undefined) return Promise.all(tokens.map((token) => this.sendOne(token)))
    const first = await Promise.all(tokens.slice(0, half).map((token) => this.sendOne(token)))
    row.halfway(this)
    return [...first, ...(await Promise.all(tokens.slice(half).map((token) => this.sendOne(token))))]
  }

  async #sendMany(): Promise<Ended[]> {
    const sum = await collect(this.client.sendMany(message, this.#source(), this.#options()))
    const others = [...sum.rejected, ...sum.unknown, ...sum.unsent]
    const ended = others.map(
      (outcome): Ended => ({ kind: outcome.kind, token: outcome.token, why: whyOf(outcome) }),
    )
    const named = new Set(others.map(({ token }) => token))
    const accepted = this.tokens.filter((token) => !named.has(token))
    // The accepted ones are not named, but counted.
    if (accepted.length !== sum.accepted || others.length !== named.size) {
      throw new Error(`${sum.accepted} accepted and ${others.length} others of ${this.tokens.length} tokens`)
    }
    return [...ended, ...accepted.map((token): Ended => ({ kind: 'accepted', token, why: undefined }))]
  }

  *#source(): Generator<string> {
    const { tokens, half, row } = this
    yield* tokens.slice(0, half)
    row.halfway?.(this)
    yield* tokens.slice(half)
  }

  #options() {
    return { onUnknown: this.row.onUnknown ?? 'report' } as const
  }
}

/** A time that is up only when something hangs, in milliseconds. */
const patienceMs = 20_000

/** Makes what a cell needs. `dir` holds the authority of all cells, so that keys are made once. */
export async function openCell(
  row: FaultRow,
  authentication: Authentication,
  call: Call,
  shared: { dir: string; certificate: { certificate: string; privateKey: string } },
): Promise<FaultCell> {
  const clientClock = new SettableClock()
  const serverClock = new SettableClock()
  const simulator = await startSimulator({ dir: shared.dir, clock: serverClock })
  const proxy = row.throughProxy === true ? await startMortalProxy() : undefined
  const limit = call === 'send' ? 5 : 200
  const tokens = Array.from({ length: call === 'send' ? 20 : (row.pushes ?? 600) }, (_, number) =>
    tokenOf(number + 1),
  )
  const seen: Seen = { connections: '', sentAgain: 0 }
  const names = { found: true }
  const lookup: LookupFunction = (hostname, options, callback) => {
    if (!names.found)
      callback(Object.assign(new Error(`getaddrinfo ENOTFOUND ${hostname}`), { code: 'ENOTFOUND' }), '', 4)
    else if (options.all === true) callback(null, [{ address: '127.0.0.1', family: 4 }])
    else callback(null, '127.0.0.1', 4)
  }
  const options: ApnsClientOptions = {
    hostname: 'localhost',
    port: simulator.port,
    ca: simulator.ca,
    ...(authentication === 'key' ? { key: simulator.key } : { certificate: shared.certificate }),
    maxConnections: 1,
    maxConcurrentStreams: limit,
    requestTimeoutMs: row.timeoutMs ?? patienceMs,
    connectTimeoutMs: row.timeoutMs ?? patienceMs,
    connectAttempts: row.connectAttempts ?? 5,
    proxy: proxy?.url ?? '',
    lookup,
    clock: clientClock,
    observer: {
      connected: () => {
        seen.connections += 'c'
      },
      disconnected: () => {
        seen.connections += 'd'
      },
      replayed: () => {
        seen.sentAgain++
      },
    },
  }
  const client = new ApnsClient(options)
  return new FaultCell({
    row,
    authentication,
    call,
    simulator,
    client,
    proxy,
    tokens,
    limit,
    clientClock,
    serverClock,
    seen,
    names,
  })
}

/** Looks again and again; throws when it takes longer than anything should. */
export async function until(isTrue: () => boolean): Promise<void> {
  const end = Date.now() + patienceMs
  while (!isTrue()) {
    if (Date.now() > end) throw new Error(`waited in vain: ${isTrue}`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

function whyOf(outcome: { kind: string; reason?: string; cause?: { code: string } }): string | undefined {
  return outcome.kind === 'rejected' ? outcome.reason : outcome.cause?.code
}
