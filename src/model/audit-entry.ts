/** One change that somebody wanted to make. Times are milliseconds since 1970. */
export interface AuditEntry {
  id: number
  at: number
  /** How it came: by the v1 API with a token, with name and password or in a session, or by the command line. */
  via: 'token' | 'basic' | 'session' | 'command-line'
  /** The user's or the token's name; on the command line, the operating system's user. */
  who: string
  /** The user, or the token's owner; null: none. */
  userId: number | null
  /** The token that was used; null: none. */
  tokenId: number | null
  /** What was done: the `operationId` of the API, the command with its words on the command line. */
  operation: string
  /** What it was done to: an id, or what the command named; null: nothing in particular, or it is not known yet. */
  resource: string | null
  /** The names of the fields or options that were given; never their values. */
  fields: string[]
  /** The client's address; empty on the command line. */
  address: string
  /** What the client called itself, the first 200 characters. */
  userAgent: string
  /** What came of it. `pending`: it goes on, or the process was killed in the middle of it. */
  outcome: 'pending' | 'done' | 'failed'
  /** The HTTP status; null: it is pending, or was no request. */
  status: number | null
}

/** What is known when it begins. */
export type NewAuditEntry = Omit<AuditEntry, 'id' | 'at' | 'outcome' | 'status'>

/** Which entries; all conditions must hold. Absent ones do not count. */
export interface AuditFilter {
  who?: string
  operation?: string
  /** At this time or later. */
  since?: number
}
