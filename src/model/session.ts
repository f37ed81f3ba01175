/** Somebody who has signed in with name and password. Times are milliseconds since 1970. */
export interface Session {
  id: number
  userId: number
  createdAt: number
  /** Exact to a minute. */
  lastSeenAt: number
  /** From where it was opened. */
  address: string
  /** What the browser called itself then, the first 200 characters. */
  userAgent: string
}

/** How long a session lives without being used: 12 hours. */
export const SESSION_IDLE_MS = 12 * 3_600_000
/** How long it lives at most: 7 days. */
export const SESSION_MAX_MS = 7 * 24 * 3_600_000

/** When a session ends, unless it is used before. */
export function sessionEnd({ createdAt, lastSeenAt }: Pick<Session, 'createdAt' | 'lastSeenAt'>): number {
  return Math.min(createdAt + SESSION_MAX_MS, lastSeenAt + SESSION_IDLE_MS)
}
