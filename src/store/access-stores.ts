import type {
  ApiToken,
  AuditEntry,
  AuditFilter,
  NewApiToken,
  NewAuditEntry,
  Session,
  User,
} from '../model/index.js'
import type { Check, OrderedPage, Page } from './store.js'

/* The part of the contract about who may come in, and what was done: users, tokens, sessions, the audit log. */

export interface UserStore {
  /** PUSH_ERR_USER_EXISTS. `passwordHash` is a PHC string. */
  create(user: Omit<User, 'id' | 'createdAt'> & { passwordHash: string }, at: number): Promise<User>
  get(id: number): Promise<User | undefined>
  /** With the hash: for authentication only. */
  findByUsername(username: string): Promise<{ user: User; passwordHash: string } | undefined>
  /** By id. `username`: only those whose name begins with it. */
  list(page?: OrderedPage & { username?: string }): Promise<User[]>
  /**
   * Changes a user into what `decide` makes of him as he is, in one transaction; what it throws leaves all as it is.
   * PUSH_ERR_USER_NOT_FOUND, PUSH_ERR_USER_EXISTS.
   */
  change(id: number, decide: (current: User) => Omit<User, 'id' | 'createdAt'>): Promise<User>
  /** Devices that are his stay, without him. PUSH_ERR_USER_NOT_FOUND. */
  remove(id: number, check?: Check<User>): Promise<void>
  /** Whether an active user of the staff, or a superuser, has a password. */
  hasStaff(): Promise<boolean>
  /**
   * Ends the user's sessions, too. PUSH_ERR_USER_NOT_FOUND. False: he has another hash than `current` by now, and nothing was changed.
   */
  setPasswordHash(id: number, passwordHash: string, options?: { current?: string }): Promise<boolean>
}

/** Whom a token belongs to, as far as its rights hang on it. */
export type TokenOwner = Pick<User, 'username' | 'isActive' | 'isStaff' | 'isSuperuser'>

export interface ApiTokenStore {
  /** PUSH_ERR_USER_NOT_FOUND. */
  create(token: NewApiToken & { tokenHash: string }, at: number): Promise<ApiToken>
  /** By id. */
  list(page?: OrderedPage): Promise<ApiToken[]>
  get(id: number): Promise<ApiToken | undefined>
  /** With its owner, for authentication; `null`: it has none. Revoked and expired ones are found, too. */
  findByHash(tokenHash: string): Promise<{ token: ApiToken; owner: TokenOwner | null } | undefined>
  /** One that was revoked before stays as it is. PUSH_ERR_TOKEN_NOT_FOUND. */
  revoke(id: number, at: number): Promise<ApiToken>
  noteUse(id: number, at: number): Promise<void>
}

/** A session to be made. */
export type NewSession = Pick<Session, 'userId' | 'address' | 'userAgent'> & {
  tokenHash: string
  /** What the user's password was verified against. */
  passwordHash: string
  replaced?: string
}

export interface SessionStore {
  /**
   * Only where the user is active and has this `passwordHash` still; undefined otherwise. Ends the session `replaced`, where there is one of
   * that hash, in the same transaction.
   */
  create(session: NewSession, at: number): Promise<Session | undefined>
  findByHash(tokenHash: string): Promise<{ session: Session; user: User } | undefined>
  /** Of a user, by id. */
  list(userId: number): Promise<Session[]>
  noteUse(id: number, at: number): Promise<void>
  /** False: the user has no such session. */
  remove(id: number, userId: number): Promise<boolean>
  /** Removes those that ended before `at`. */
  prune(at: number): Promise<void>
}

/** What is known of a change when it has ended. */
export interface AuditEnd {
  outcome: 'done' | 'failed'
  status: number | null
  /** Absent: what was said at the beginning stays. */
  resource?: string
}

export interface AuditStore {
  /** Writes down what is about to be done; returns the entry's id. */
  begin(entry: NewAuditEntry, at: number): Promise<number>
  end(id: number, end: AuditEnd): Promise<void>
  /** The newest first; `after` is the id of the last one of the page before. */
  list(filter: AuditFilter, page?: Page): Promise<AuditEntry[]>
  /** Removes entries from before a time, at most `limit` of them. False: there were none. */
  prune(before: number, limit: number): Promise<boolean>
}
