import type { FaultKind } from './fault.js'
import type { PushRequest } from './push-request.js'
import type { Answer } from './script.js'

/** A push that the simulator received, whatever it answered. */
export interface ReceivedPush {
  /** Counts from 1, in the order in which the requests were complete. */
  readonly number: number
  /** When, in milliseconds since 1970. */
  readonly receivedAt: number
  /** Counts the connections from 1. */
  readonly connection: number
  readonly method: string
  readonly path: string
  /** The device token in lower case; empty where the path has none. */
  readonly token: string
  /** All headers without the pseudo-headers; repeated ones joined with a comma. */
  readonly headers: Readonly<Record<string, string>>
  /** Names and values in turn, in the order in which they came. */
  readonly rawHeaders: readonly string[]
  /** The body as it came, read as UTF-8. */
  readonly body: string
  /** The body as JSON; absent where it is none. */
  readonly payload?: unknown
  /** The `apns-id` of the answer. */
  readonly apnsId: string
  readonly status: number
  /** Absent where the push was accepted. */
  readonly reason?: string
}

/** Counters since the start, or since `reset()`; exact, however many pushes are remembered. */
export interface SimulatorStats {
  /** Complete requests: the sum of the next two. */
  received: number
  /** Answered with 200, as far as the simulator is concerned: the answer may still have been lost. */
  accepted: number
  rejected: number
  /** Received, but the stream or connection ended before the answer was sent. */
  unanswered: number
  /** Streams that ended before the request was complete. */
  incomplete: number
  /** Reasons of the rejected ones with their numbers; `Status<code>` for an answer without a reason. */
  reasons: Record<string, number>
  /** Ordered faults that have happened, by kind. */
  faults: Partial<Record<FaultKind, number>>
  connections: { total: number; open: number }
  /** `peak`: most streams that were open at once on one connection. */
  streams: { total: number; open: number; peak: number }
  /** Signatures of provider tokens that were checked. */
  tokenVerifications: number
}

/** Kept for every push, so it is small: headers and payload are read when somebody asks. */
interface Entry {
  readonly number: number
  readonly receivedAt: number
  readonly connection: number
  readonly request: PushRequest
  readonly body: string
  readonly apnsId: string
  readonly answer: Answer
}

/** Counts everything and remembers the newest pushes, in a ring. */
export class ReceivedLog {
  readonly #limit: number
  #entries: Entry[] = []
  #number = 0
  #accepted = 0
  #unanswered = 0
  #incomplete = 0
  #reasons = new Map<string, number>()
  #faults: Partial<Record<FaultKind, number>> = {}
  #connections = 0
  #openConnections = 0
  #streams = 0
  #openStreams = 0
  #peakStreams = 0
  #verificationsBefore = 0

  /** Remembers at most `limit` pushes. */
  constructor(limit: number) {
    this.#limit = limit
  }

  connectionOpened(): void {
    this.#connections += 1
    this.#openConnections += 1
  }

  connectionClosed(): void {
    this.#openConnections -= 1
  }

  /** `openOnConnection`: how many streams its connection has now. */
  streamOpened(openOnConnection: number): void {
    this.#streams += 1
    this.#openStreams += 1
    if (openOnConnection > this.#peakStreams) this.#peakStreams = openOnConnection
  }

  /** A stream that was `dropped` because of a fault is counted as that fault only. */
  streamClosed(end: 'answered' | 'unanswered' | 'incomplete' | 'dropped'): void {
    this.#openStreams -= 1
    if (end === 'unanswered') this.#unanswered += 1
    if (end === 'incomplete') this.#incomplete += 1
  }

  faultHappened(kind: FaultKind): void {
    this.#faults[kind] = (this.#faults[kind] ?? 0) + 1
  }

  add(push: Omit<Entry, 'number' | 'body'>, body: Buffer): void {
    this.#number += 1
    if (push.answer.status === 200) this.#accepted += 1
    else {
      const reason = push.answer.reason ?? `Status${push.answer.status}`
      this.#reasons.set(reason, (this.#reasons.get(reason) ?? 0) + 1)
    }
    if (this.#limit === 0) return
    // The ring: the push of number n lies at (n - 1) modulo the limit.
    const position = (this.#number - 1) % this.#limit
    this.#entries[position] = { number: this.#number, ...push, body: body.toString() }
  }

  /** The newest pushes that are remembered, oldest first: of one device or of all, at most `limit`. */
  received(token?: string, limit = Number.POSITIVE_INFINITY): ReceivedPush[] {
    const start = this.#entries.length < this.#limit ? 0 : this.#number % this.#limit
    const inOrder = [...this.#entries.slice(start), ...this.#entries.slice(0, start)]
    const wanted =
      token === undefined ? inOrder : inOrder.filter(({ request }) => request.deviceToken === token)
    return wanted.slice(Math.max(0, wanted.length - limit)).map(readEntry)
  }

  stats(tokenVerifications: number): SimulatorStats {
    return {
      received: this.#number,
      accepted: this.#accepted,
      rejected: this.#number - this.#accepted,
      unanswered: this.#unanswered,
      incomplete: this.#incomplete,
      reasons: Object.fromEntries(this.#reasons),
      faults: { ...this.#faults },
      connections: { total: this.#connections, open: this.#openConnections },
      streams: { total: this.#streams, open: this.#openStreams, peak: this.#peakStreams },
      tokenVerifications: tokenVerifications - this.#verificationsBefore,
    }
  }

  /** Forgets the pushes and starts counting anew. What is open stays counted as open. */
  clear(tokenVerifications: number): void {
    this.#entries = []
    this.#number = 0
    this.#accepted = 0
    this.#unanswered = 0
    this.#incomplete = 0
    this.#reasons.clear()
    this.#faults = {}
    this.#connections = this.#openConnections
    this.#streams = this.#openStreams
    this.#peakStreams = 0
    this.#verificationsBefore = tokenVerifications
  }
}

function readEntry({ request, body, answer, ...entry }: Entry): ReceivedPush {
  return {
    ...entry,
    method: request.method,
    path: request.path,
    token: request.deviceToken ?? '',
    headers: readHeaders(request.rawHeaders),
    rawHeaders: request.rawHeaders,
    body,
    ...parsed(body),
    status: answer.status,
    ...(answer.reason === undefined ? {} : { reason: answer.reason }),
  }
}

/** Values come with one character a byte and are UTF-8. */
function readHeaders(rawHeaders: readonly string[]): Record<string, string> {
  const headers = new Map<string, string>()
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const name = rawHeaders[at]!
    if (name.startsWith(':')) continue
    const value = Buffer.from(rawHeaders[at + 1]!, 'latin1').toString()
    const before = headers.get(name)
    headers.set(name, before === undefined ? value : `${before}, ${value}`)
  }
  return Object.fromEntries(headers)
}

function parsed(body: string): { payload?: unknown } {
  try {
    return { payload: JSON.parse(body) }
  } catch {
    return {}
  }
}
