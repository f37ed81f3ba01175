import { isReason, type Reason, reasonStatuses } from './apple-rules.js'
import { tokenList } from './marked-tokens.js'
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
export interface ScriptedAnswer extends Omit<Answer, 'status'> {
  /** Only pushes to this device. Absent: all. Answers for a device go before answers for all. */
  readonly token?: string
  /** How many requests get it. Absent: all, until `reset()`. */
  readonly count?: number
  /** How many matching requests pass before; 0 by default. */
  readonly skip?: number
  /** Absent: the status that Apple documents for the reason. */
  readonly status?: number
  /** How long the answer waits, in milliseconds; 0 by default. */
  readonly delayMs?: number
}

/** What the simulator does with a request instead of judging it. */
export interface ScriptAction {
  readonly kind: 'answer'
  readonly answer: Answer
  readonly delayMs: number
}

interface Rule {
  skip: number
  remaining: number
  readonly action: ScriptAction
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

/** Stands for all devices where a token is expected. */
const anyDevice = ''

/** What the caller ordered for requests that are still to come: rules in the order in which they were given. */
export class Script {
  /** The rules of a device, or of all. */
  readonly #rules = new Map<string, Rule[]>()

  add(order: ScriptedAnswer): void {
    const token = order.token === undefined ? anyDevice : tokenList(order.token)[0]!
    const rule: Rule = {
      skip: whole('skip', order.skip ?? 0, 0, Number.MAX_SAFE_INTEGER),
      remaining:
        order.count === undefined
          ? Number.POSITIVE_INFINITY
          : whole('count', order.count, 1, Number.MAX_SAFE_INTEGER),
      action: {
        kind: 'answer',
        answer: answerOf(order),
        delayMs: whole('delayMs', order.delayMs ?? 0, 0, 2_147_483_647),
      },
    }
    this.#rules.set(token, [...(this.#rules.get(token) ?? []), rule])
  }

  /** What is to be done with the next request for this device; absent: nothing special. */
  next(token: string): ScriptAction | undefined {
    if (this.#rules.size === 0) return undefined
    return (token === anyDevice ? undefined : this.#first(token)) ?? this.#first(anyDevice)
  }

  clear(): void {
    this.#rules.clear()
  }

  #first(key: string): ScriptAction | undefined {
    const rules = this.#rules.get(key) ?? []
    for (const rule of rules) {
      if (rule.skip > 0) {
        rule.skip -= 1
        continue
      }
      rule.remaining -= 1
      if (rule.remaining === 0) this.#remove(key, rule)
      return rule.action
    }
    return undefined
  }

  #remove(key: string, rule: Rule): void {
    const left = (this.#rules.get(key) ?? []).filter((other) => other !== rule)
    if (left.length > 0) this.#rules.set(key, left)
    else this.#rules.delete(key)
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
