/** The most that a server's word is taken for: a day. Longer ones are mistakes. */
const MAX_RETRY_AFTER_MS = 24 * 60 * 60 * 1000

/**
 * Milliseconds from `now` that a Retry-After header asks for: seconds or an HTTP date (RFC 9110 section 10.2.3).
 * Undefined where it is neither.
 */
export function parseRetryAfter(value: string, now: number): number | undefined {
  const ms = /^\d+$/.test(value)
    ? Number(value) * 1000
    : /[a-z]/i.test(value)
      ? Date.parse(value) - now
      : Number.NaN
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(ms, 0), MAX_RETRY_AFTER_MS)
}
