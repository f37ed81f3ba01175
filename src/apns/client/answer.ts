import type { HeaderField } from '../wire/hpack-decoder.js'
import { errorCodes, ProtocolError } from '../wire/protocol-error.js'
import { parseRetryAfter } from '../wire/retry-after.js'
import type { Refusal, ResponseHead } from './job.js'
import type { Rejected } from './outcome.js'

/** What is read of the header fields of an answer with status 200, and of others. */
export const acceptedFields: ReadonlySet<string> = new Set([':status', 'apns-id', 'apns-unique-id'])
export const refusalFields: ReadonlySet<string> = new Set([...acceptedFields, 'retry-after', 'date'])

/** What we want to know of an answer's header fields. */
export function responseHead(fields: readonly HeaderField[], now: number): ResponseHead {
  const head: ResponseHead = {
    status: 0,
    apnsId: undefined,
    apnsUniqueId: undefined,
    retryAfterMs: undefined,
    serverTime: undefined,
  }
  for (const [name, value] of fields) {
    if (name === ':status') head.status = /^[1-9]\d\d$/.test(value) ? Number(value) : 0
    else if (name === 'apns-id') head.apnsId = value
    else if (name === 'apns-unique-id') head.apnsUniqueId = value.slice(0, 255)
    else if (name === 'retry-after') head.retryAfterMs = parseRetryAfter(value, now)
    else if (name === 'date' && head.status >= 400) head.serverTime = parseDate(value)
  }
  if (head.status === 0) throw new ProtocolError(errorCodes.PROTOCOL_ERROR, 'an answer without a :status')
  return head
}

/** Makes an outcome of an answer other than 200. */
export function rejectedOutcome(
  token: string,
  index: number,
  sentApnsId: string | undefined,
  { head, reason, timestamp, cause }: Refusal,
): Rejected {
  const outcome: Rejected = {
    kind: 'rejected',
    token,
    index,
    apnsId: head.apnsId ?? sentApnsId,
    status: head.status,
    reason: reason ?? `Status${head.status}`,
  }
  if (timestamp !== undefined && head.status === 410) outcome.timestamp = timestamp
  if (head.retryAfterMs !== undefined) outcome.retryAfterMs = head.retryAfterMs
  if (cause !== undefined) outcome.cause = cause
  return outcome
}

function parseDate(value: string): number | undefined {
  const time = Date.parse(value)
  return Number.isNaN(time) ? undefined : time
}

/** What stands in an answer's body or in the data of a GOAWAY: Apple's `{"reason", "timestamp"?}`, or anything. */
export function parseBody(body: string): { reason?: string; timestamp?: number } {
  if (body === '') return {}
  try {
    const value: unknown = JSON.parse(body)
    if (value === null || typeof value !== 'object') return {}
    const { reason, timestamp } = value as Record<string, unknown>
    return {
      ...(typeof reason === 'string' && /^[\w ]{1,100}$/.test(reason) && { reason }),
      ...(typeof timestamp === 'number' && Number.isFinite(timestamp) && { timestamp }),
    }
  } catch {
    return {}
  }
}
