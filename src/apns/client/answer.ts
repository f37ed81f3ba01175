import type { HeaderField } from '../wire/hpack-decoder.js'
import { errorCodes, ProtocolError } from '../wire/protocol-error.js'
import { parseRetryAfter } from '../wire/retry-after.js'
import type { ResponseHead } from './job.js'
import type { Rejected } from './outcome.js'

/** What we want to know of an answer's header fields. */
export function responseHead(fields: readonly HeaderField[], now: number): ResponseHead {
  const head: ResponseHead = {
    status: 0,
    apnsId: undefined,
    apnsUniqueId: undefined,
    retryAfterMs: undefined,
  }
  for (const [name, value] of fields) {
    if (name === ':status') head.status = /^[1-9]\d\d$/.test(value) ? Number(value) : 0
    else if (name === 'apns-id') head.apnsId = value
    else if (name === 'apns-unique-id') head.apnsUniqueId = value
    else if (name === 'retry-after') head.retryAfterMs = parseRetryAfter(value, now)
  }
  if (head.status === 0) throw new ProtocolError(errorCodes.PROTOCOL_ERROR, 'an answer without a :status')
  return head
}

/** Makes an outcome of an answer other than 200. The body is Apple's `{"reason", "timestamp"?}`, or anything. */
export function rejectedOutcome(
  token: string,
  index: number,
  sentApnsId: string | undefined,
  head: ResponseHead,
  body: string,
): Rejected {
  const { reason, timestamp } = parseBody(body)
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
  return outcome
}

/** The reason that stands in an answer's body or in the data of a GOAWAY, if one does. */
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
