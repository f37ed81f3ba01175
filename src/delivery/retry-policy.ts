import { dispositionOf, type Rejected } from '../apns/index.js'
import type { Push } from '../model/index.js'

const MINUTE_MS = 60_000
/** Apple asks for some 15 minutes after a 5xx. Source: handling-notification-responses-from-apns. */
const LATER_MS = 15 * MINUTE_MS
/** After 429 a device is tried again much sooner. */
const SLOW_DOWN_MS = MINUTE_MS
/** No attempt is put off for longer than this. */
const MAX_DELAY_MS = 6 * 60 * MINUTE_MS
/** A part of each delay is random, so that a million refused devices do not come back in one moment. */
const JITTER = 0.2

/**
 * When a device that Apple refused is to be tried again, in milliseconds since 1970. Undefined: not at all, because the reason is
 * final, or the attempts or the life of the push are used up.
 *
 * @param attempts how often it has been tried, this time included
 */
export function nextAttempt(
  refusal: Pick<Rejected, 'status' | 'reason' | 'retryAfterMs'>,
  attempts: number,
  push: Pick<Push, 'expiration' | 'maxAttempts'>,
  now: number,
  random: () => number = Math.random,
): number | undefined {
  const disposition = dispositionOf(refusal.status, refusal.reason)
  if (disposition !== 'retry-later' && disposition !== 'slow-down') return undefined
  if (attempts >= push.maxAttempts) return undefined
  const first = disposition === 'retry-later' ? LATER_MS : SLOW_DOWN_MS
  const grown = Math.min(first * 2 ** (attempts - 1), MAX_DELAY_MS)
  const dueAt = now + (refusal.retryAfterMs ?? grown) * (1 + JITTER * random())
  return dueAt < lifeOf(push) ? Math.ceil(dueAt) : undefined
}

/** Until when a push is worth sending, in milliseconds since 1970. */
export function lifeOf({ expiration }: Pick<Push, 'expiration'>): number {
  if (expiration === null) return Number.POSITIVE_INFINITY
  // 0 asks Apple for one attempt; that is what it asks of us.
  return expiration === 0 ? 0 : expiration * 1000
}

/** Whether a push must not be sent any more. */
export function isExpired(push: Pick<Push, 'expiration'>, now: number): boolean {
  return push.expiration !== null && push.expiration > 0 && now >= lifeOf(push)
}
