import { isReason, type Reason, reasonStatuses } from './apple-rules.js'
import { OrderedRules, type Schedule } from './ordered-rules.js'
import { invalid, whole } from './simulator-options.js'

/** What a request is answered with. */
export interface Answer {
  readonly status: number
  /** Apple's word; absent with status 200, or for an answer with an empty body. */
  readonly reason?: string
  /** With status 410: since when the token is dead, in milliseconds. */
  readonly timestamp?: number
  /** More response headers, such as `retry-after`. */
  readonly headers?: Readonly<Record<string, string>>
}

/** An ordered answer: for which requests, and what they are told. */
export interface ScriptedAnswer extends Schedule, Omit<Answer, 'status'> {
  /** Absent: the status that Apple documents for the reason. */
  readonly status?: number
  /** How long the answer waits, in milliseconds; 0 by default. */
  readonly delayMs?: number
}

/** What a request is told instead of what Apple's rules say. */
interface AnswerAction {
  readonly answer: Answer
  readonly delayMs: number
}

/** HTTP/2 has no headers about the connection (RFC 9113, section 8.2.2), and the length follows from the body. */
const unsuitableHeaders = new Set([
  'connection',
  'content-length',
  'http2-settings',
  'keep-alive',
  'proxy-connection',
  'te',
  'transfer-encoding',
  'upgrade',
])

/** The answers that the caller ordered for requests that are still to come. */
export class Script {
  readonly #rules = new OrderedRules<AnswerAction>()

  add(order: ScriptedAnswer): void {
    const delayMs = whole('delayMs', order.delayMs ?? 0, 0, 2_147_483_647)
    this.#rules.add(order, { answer: answerOf(order), delayMs })
  }

  /** What the next request for this device is told; absent: nothing special. */
  next(token: string): AnswerAction | undefined {
    return this.#rules.next(token)
  }

  clear(): void {
    this.#rules.clear()
  }
}

/** A refusal with the status that Apple documents for its reason. */
export function refusal(reason: Reason, timestamp?: number): Answer {
  const status = reasonStatuses[reason]
  return timestamp === undefined ? { status, reason } : { status, reason, timestamp }
}

function answerOf({ status, reason, timestamp, headers }: ScriptedAnswer): Answer {
  if (reason !== undefined && (typeof reason !== 'string' || reason === ''))
    throw invalid('reason', reason, 'a text such as "ServiceUnavailable"')
  const known = reason !== undefined && isReason(reason) ? reasonStatuses[reason] : undefined
  return {
    status: whole('status', status ?? known, 200, 599),
    ...(reason === undefined ? {} : { reason }),
    ...(timestamp === undefined
      ? {}
      : { timestamp: whole('timestamp', timestamp, 0, Number.MAX_SAFE_INTEGER) }),
    ...(headers === undefined ? {} : { headers: headerTexts(headers) }),
  }
}

function headerTexts(headers: unknown): Record<string, string> {
  if (typeof headers !== 'object' || headers === null || Array.isArray(headers))
    throw invalid('headers', headers, 'an object of header names and texts')
  const entries = Object.entries(headers).map(([name, value]): [string, string] => {
    const lowerCase = name.toLowerCase()
    if (!/^[a-z0-9-]+$/.test(lowerCase) || unsuitableHeaders.has(lowerCase))
      throw invalid('headers', name, 'the name of a header that an HTTP/2 answer may have')
    if (typeof value !== 'string' || !/^[\x20-\x7e]*$/.test(value))
      throw invalid(`headers.${name}`, value, 'a text of printable ASCII')
    return [lowerCase, value]
  })
  return Object.fromEntries(entries)
}
