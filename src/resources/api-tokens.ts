import type { Clock } from '../base/index.js'
import { type ApiToken, checkApiToken, type Scope, scopesOfUser } from '../model/index.js'
import type { ApiTokenStore, OrderedPage } from '../store/index.js'
import { LastUse } from './last-use.js'
import { hashOfToken, isApiToken, newApiToken } from './secret-token.js'

/** An API token to be made. */
export interface ApiTokenInput {
  /** 1 to 150 characters: what it is for. What it does is written down under this name. */
  name: string
  /** At least one of `devices:register`, `devices`, `push`, `services` and `admin`. */
  scopes: readonly Scope[]
  /** In milliseconds since 1970; absent or null: it does not expire. */
  expiresAt?: number | null
}

/** Who makes a token. */
export interface TokenMaker {
  /** The user it belongs to; it may never do more than this user. Absent or null: it belongs to nobody. */
  user?: number | null
  /** What is written down; `library` by default. */
  by?: string
}

/**
 * Tokens for the v1 API. A token that belongs to a user may do what its scopes and the user's rights both allow at the moment: it does
 * nothing while the user is inactive, and goes when the user is deleted. One that was made on the command line or by the library belongs
 * to nobody and lives until it expires or is revoked.
 */
export class ApiTokens {
  readonly #store: ApiTokenStore
  readonly #clock: Clock
  readonly #lastUse: LastUse

  constructor(store: ApiTokenStore, clock: Clock) {
    this.#store = store
    this.#clock = clock
    this.#lastUse = new LastUse((id, at) => store.noteUse(id, at))
  }

  /**
   * Makes a token. `secret` is what callers send as `Authorization: Bearer …`; it can't be had again.
   * PUSH_ERR_INPUT_INVALID, PUSH_ERR_USER_NOT_FOUND.
   */
  async create(
    { name, scopes, expiresAt = null }: ApiTokenInput,
    { user = null, by = 'library' }: TokenMaker = {},
  ): Promise<{ token: ApiToken; secret: string }> {
    const now = this.#clock.now()
    const checked = checkApiToken({ name, scopes, expiresAt }, now)
    const secret = newApiToken()
    const token = await this.#store.create(
      { ...checked, userId: user, createdBy: by, tokenHash: hashOfToken(secret) },
      now,
    )
    return { token, secret }
  }

  /** By id, revoked and expired ones among them. */
  list(page?: OrderedPage): Promise<ApiToken[]> {
    return this.#store.list(page)
  }

  /** Undefined where no token has this id. */
  get(id: number): Promise<ApiToken | undefined> {
    return this.#store.get(id)
  }

  /** Ends a token at once and for ever. PUSH_ERR_TOKEN_NOT_FOUND. */
  async revoke(id: number): Promise<ApiToken> {
    return await this.#store.revoke(id, this.#clock.now())
  }

  /**
   * The token of a secret, and what it may do now; undefined where it is none, or is revoked, expired, or its owner inactive.
   * @internal
   */
  async verify(secret: string): Promise<{ token: ApiToken; scopes: Scope[] } | undefined> {
    if (!isApiToken(secret)) return undefined
    const found = await this.#store.findByHash(hashOfToken(secret))
    if (found === undefined) return undefined
    const { token, owner } = found
    const now = this.#clock.now()
    if (token.revokedAt !== null || (token.expiresAt !== null && token.expiresAt <= now)) return undefined
    if (owner !== null && !owner.isActive) return undefined
    this.#lastUse.note(token.id, token.lastUsedAt, now)
    if (owner === null) return { token, scopes: token.scopes }
    const allowed = scopesOfUser(owner)
    return { token, scopes: token.scopes.filter((scope) => isWithin(scope, allowed)) }
  }
}

function isWithin(scope: Scope, allowed: readonly Scope[]): boolean {
  return allowed.includes(scope) || (scope === 'devices:register' && allowed.includes('devices'))
}
