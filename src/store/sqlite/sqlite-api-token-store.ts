import type { ApiToken } from '../../model/index.js'
import type { TokenOwner } from '../access-stores.js'
import { apiTokenOf, KyselyApiTokenStore } from '../api-token-store.js'
import type { SqliteDatabase } from './sqlite-database.js'

const findToken = `select t.id, t.name, t.scopes, t.user_id as userId, t.created_by as createdBy, t.created_at as createdAt,
  t.expires_at as expiresAt, t.last_used_at as lastUsedAt, t.revoked_at as revokedAt,
  u.username, u.is_active as isActive, u.is_staff as isStaff, u.is_superuser as isSuperuser
  from api_tokens t left join users u on u.id = t.user_id where t.token_hash = ?`

interface FoundToken extends Omit<ApiToken, 'scopes'> {
  scopes: string
  username: string | null
  isActive: 0 | 1
  isStaff: 0 | 1
  isSuperuser: 0 | 1
}

/** Looks tokens up by a prepared statement. */
export class SqliteApiTokenStore extends KyselyApiTokenStore {
  readonly #database: SqliteDatabase

  constructor(database: SqliteDatabase) {
    super(database.kysely)
    this.#database = database
  }

  override async findByHash(
    tokenHash: string,
  ): Promise<{ token: ApiToken; owner: TokenOwner | null } | undefined> {
    const row = await this.#database.exclusive(
      () => this.#database.statement(findToken).get(tokenHash) as FoundToken | undefined,
    )
    if (row === undefined) return undefined
    const { username, isActive, isStaff, isSuperuser, ...token } = row
    const rights = { isActive: isActive === 1, isStaff: isStaff === 1, isSuperuser: isSuperuser === 1 }
    return { token: apiTokenOf(token), owner: username === null ? null : { username, ...rights } }
  }
}
