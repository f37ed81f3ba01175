/*
 * What the answers so far say about the whole push, and whether it must stop.
 *
 * An answer that will be the same for every device (fix-request, fix-credentials) stops it at once. BadDeviceToken,
 * DeviceTokenNotForTopic and 4xx reasons that nobody knows speak against one device when there are few of them, and
 * against the service (wrong environment, wrong bundle id) when there are many. So a push starts with a probe: the first
 * PROBE_SIZE devices go alone. It opens up when most of them speak for the service, or all have their outcome.
 * A server that answers nothing at all is given up as well. No I/O, no clock.
 */
import { dispositionOf, type OutcomeBatch, type Rejected } from '../apns/index.js'
import type { ErrorCode, PushError } from '../base/index.js'
import type { OutcomeCounts, Push, Service } from '../model/index.js'
import type { Retry } from '../store/index.js'
import { repairLine } from './repair-advice.js'

/** Devices that are sent to before anything is known about the service. */
export const PROBE_SIZE = 100
/** How many doubtful answers make a burst, provided that they are at least half of all answers so far. */
const BURST_MINIMUM = 50

/**
 * Why a run stops before its time: `failed` and `cancelled` end the push; `paused` holds it, until somebody resumes it or `dueAt`
 * comes; `left` is no verdict: somebody else has decided, or this worker is closed, and the push goes on without it.
 */
export interface Stop {
  state: 'failed' | 'cancelled' | 'paused' | 'left'
  reason: string
  /** When a paused push goes on by itself, in milliseconds from now; absent: not by itself. */
  resumeAfterMs?: number
}

/** How long a push rests that can't reach its server, in milliseconds. */
const REST_MS = 60_000

/**
 * How many devices may stay unsent because their connections ended too often, before the push is stopped: a server that
 * restarts costs a few at the most. None, where nobody has got an answer yet.
 */
const LOST_LIMIT = 50
/** Why a device may stay unsent without fault of the connection: itself, or that the push is being stopped anyway. */
const harmless: ReadonlySet<ErrorCode> = new Set([
  'PUSH_ERR_DEVICE_TOKEN_INVALID',
  'PUSH_ERR_APNS_DEVICE_SLOWED',
  'PUSH_ERR_ABORTED',
])

/**
 * How many pushes may go without an answer in time, while none has been answered, before the push is stopped. With token
 * authentication they go one by one, so that this is five minutes of silence at the usual 30 seconds, unless the client
 * gives the server up before; with a certificate the whole probe is in flight at once, and that is 30 seconds. One
 * answer, whatever it says, and the limit is off.
 */
const UNANSWERED_LIMIT = 10

export class PushVerdict {
  readonly #service: Service
  readonly #push: Push
  readonly #counts: OutcomeCounts
  readonly #attended: boolean
  #answers = 0
  #doubtful = 0
  #lost = 0
  #unanswered = 0
  readonly #doubts = new Map<string, number>()
  #stop: Stop | undefined

  /** @param attended whether somebody waits for the end, who is to hear at once that there is no connection */
  constructor(service: Service, push: Push, attended: boolean) {
    this.#attended = attended
    this.#service = service
    this.#push = push
    const { accepted, rejected, unknown, unsent } = push
    this.#counts = { accepted, rejected, unknown, unsent }
  }

  /** Everything counted so far, of earlier attempts too. */
  get counts(): Readonly<OutcomeCounts> {
    return this.#counts
  }

  /** Why the push must end; undefined: it may go on. */
  get stop(): Stop | undefined {
    return this.#stop
  }

  /** The reason of most doubtful answers; undefined where there was none. */
  get commonestDoubt(): string | undefined {
    const [first] = [...this.#doubts].sort(([, a], [, b]) => b - a)
    return first?.[0]
  }

  /** Whether more than half of the probe speaks for the service, so that the probe can be no burst any more. */
  get speaksForService(): boolean {
    return (this.#answers - this.#doubtful) * 2 > PROBE_SIZE
  }

  see(batch: OutcomeBatch): void {
    this.#counts.accepted += batch.accepted
    this.#counts.rejected += batch.rejected.length
    this.#counts.unknown += batch.unknown.length
    this.#counts.unsent += batch.unsent.length
    this.#answers += batch.accepted + batch.rejected.length
    for (const outcome of batch.rejected) this.#judge(outcome)
    for (const { cause } of batch.unsent) this.#judgeUnsent(cause)
    for (const { cause } of batch.unknown) this.#judgeUnknown(cause)
    if (this.#doubtful >= BURST_MINIMUM && this.#doubtful * 2 >= this.#answers) this.end(this.#burst())
  }

  /** These have no end yet: they are tried again later. */
  defer(again: readonly Pick<Retry, 'reason'>[]): void {
    for (const { reason } of again) this.#counts[reason === null ? 'unsent' : 'rejected']--
  }

  /** Stops the push; the first reason is kept. */
  end(stop: Stop): void {
    this.#stop ??= stop
  }

  #judge({ status, reason, cause }: Rejected): void {
    switch (dispositionOf(status, reason)) {
      case 'fix-request':
      case 'fix-credentials':
      // The client refreshes its provider token itself; when that helps not, the credentials or the clock are wrong.
      case 'refresh-token':
        this.end({ state: 'failed', reason: cause?.message ?? repairLine(reason) })
        break
      case 'quarantine':
        this.#doubtful++
        this.#doubts.set(reason, (this.#doubts.get(reason) ?? 0) + 1)
        break
    }
  }

  #judgeUnsent({ code, message }: PushError): void {
    if (harmless.has(code)) return
    if (code === 'PUSH_ERR_APNS_CONNECTION_LOST' && this.#answers > 0 && ++this.#lost < LOST_LIMIT) return
    const silent = code === 'PUSH_ERR_APNS_TIMEOUT' && this.#answers === 0
    this.end(this.#outage(silent ? this.#silence(message) : message))
  }

  /** The server can't be reached: a push that nobody waits for goes on when it can. */
  #outage(reason: string): Stop {
    return this.#attended ? { state: 'failed', reason } : { state: 'paused', reason, resumeAfterMs: REST_MS }
  }

  #judgeUnknown({ code, message }: PushError): void {
    if (code !== 'PUSH_ERR_APNS_TIMEOUT' || this.#answers > 0) return
    if (++this.#unanswered >= UNANSWERED_LIMIT) this.end(this.#outage(this.#silence(message)))
  }

  #silence(message: string): string {
    const { hostname, port } = this.#service
    const check = 'check the hostname and port of the service, and what stands between, such as a proxy'
    return `${hostname}:${port} has answered no push (${message}); ${check}`
  }

  #burst(): Stop {
    const { hostname } = this.#service
    const what = `${this.commonestDoubt}: ${this.#doubtful} of the first ${this.#answers} answers speak against the service`
    const why = `the tokens are of another environment than ${hostname}, or of another app than topic ${this.#push.topic}`
    const reason = `${what}; either ${why}; no device was deactivated`
    // Somebody may repair the service and let the others have it; who waits for the end gets one.
    return { state: this.#attended ? 'failed' : 'paused', reason }
  }
}
