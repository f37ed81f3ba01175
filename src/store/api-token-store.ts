import type { Kysely, Selectable } from 'kysely'
import { PushError } from '../base/index.js'
import type { ApiToken, NewApiToken, Scope } from '../model/index.js'
import type { ApiTokenStore, TokenOwner } from './access-stores.js'
import { isForeignKeyViolation } from './constraint-violation.js'
import { orderedBounds } from './page-bounds.js'
import type { ApiTokenRow, Schema } from './schema.js'
import type { OrderedPage } from './store.js'
import { userNotFound } from './user-store.js'

/** API tokens, but for looking one up, which happens with every request. */
export abstract class KyselyApiTokenStore implements ApiTokenStore {
  readonly #db: Kysely<Schema>

  constructor(db: Kysely<Schema>) {
    this.#db = db
  }

  abstract findByHash(tokenHash: string): Promise<{ token: ApiToken; owner: TokenOwner | null } | undefined>

  async create({ scopes, ...token }: NewApiToken & { tokenHash: string }, at: number): Promise<ApiToken> {
    try {
      const row = await this.#db
        .insertInto('apiTokens')
        .values({ ...token, scopes: JSON.stringify(scopes), createdAt: at })
        .returningAll()
        .executeTakeFirstOrThrow()
      return apiTokenOf(row)
    } catch (error) {
      if (token.userId !== null && isForeignKeyViolation(error)) throw userNotFound([token.userId])
      throw error
    }
  }

  async list(page?: OrderedPage): Promise<ApiToken[]> {
    const { beyond, from, order, limit } = orderedBounds(page)
    const query = this.#db.selectFrom('apiTokens').selectAll().where('id', beyond, from)
    return (await query.orderBy('id', order).limit(limit).execute()).map(apiTokenOf)
  }

  async get(id: number): Promise<ApiToken | undefined> {
    const row = await this.#db.selectFrom('apiTokens').selectAll().where('id', '=', id).executeTakeFirst()
    return row && apiTokenOf(row)
  }

  async revoke(id: number, at: number): Promise<ApiToken> {
    const row = await this.#db
      .updateTable('apiTokens')
      .set((eb) => ({ revokedAt: eb.fn.coalesce('revokedAt', eb.val(at)) }))
      .where('id', '=', id)
      .returningAll()
      .executeTakeFirst()
    if (row !== undefined) return apiTokenOf(row)
    throw new PushError('PUSH_ERR_TOKEN_NOT_FOUND', `API token with id ${id} does not exist`, {
      field: 'token',
    })
  }

  async noteUse(id: number, at: number): Promise<void> {
    await this.#db.updateTable('apiTokens').set({ lastUsedAt: at }).where('id', '=', id).execute()
  }
}

/** A token without its hash. */
export function apiTokenOf({
  tokenHash: _,
  scopes,
  ...row
}: Omit<Selectable<ApiTokenRow>, 'tokenHash'> & { tokenHash?: string }): ApiToken {
  return { ...row, scopes: JSON.parse(scopes) as Scope[] }
}
