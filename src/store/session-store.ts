import type { Kysely } from 'kysely'
import { SESSION_IDLE_MS, SESSION_MAX_MS, type Session, type User } from '../model/index.js'
import type { NewSession, SessionStore } from './access-stores.js'
import type { Schema } from './schema.js'
import { userOf } from './user-store.js'

const columns = ['id', 'userId', 'createdAt', 'lastSeenAt', 'address', 'userAgent'] as const

/** Who is signed in. */
export class KyselySessionStore implements SessionStore {
  readonly #db: Kysely<Schema>

  constructor(db: Kysely<Schema>) {
    this.#db = db
  }

  async create(
    { userId, address, userAgent, tokenHash, passwordHash, replaced }: NewSession,
    at: number,
  ): Promise<Session | undefined> {
    return await this.#db.transaction().execute(async (db) => {
      // One statement, so that no change of the password comes between.
      const session = await db
        .insertInto('sessions')
        .columns(['userId', 'tokenHash', 'createdAt', 'lastSeenAt', 'address', 'userAgent'])
        .expression((eb) =>
          eb
            .selectFrom('users')
            .select([
              'id',
              eb.val(tokenHash).as('tokenHash'),
              eb.val(at).as('createdAt'),
              eb.val(at).as('lastSeenAt'),
              eb.val(address).as('address'),
              eb.val(userAgent).as('userAgent'),
            ])
            .where('id', '=', userId)
            .where('passwordHash', '=', passwordHash)
            .where('isActive', '=', 1),
        )
        .returning(columns)
        .executeTakeFirst()
      if (session !== undefined && replaced !== undefined)
        await db.deleteFrom('sessions').where('tokenHash', '=', replaced).execute()
      return session
    })
  }

  async findByHash(tokenHash: string): Promise<{ session: Session; user: User } | undefined> {
    const query = this.#db.selectFrom('sessions').select(columns).where('tokenHash', '=', tokenHash)
    const session = await query.executeTakeFirst()
    if (session === undefined) return undefined
    const user = await this.#db
      .selectFrom('users')
      .selectAll()
      .where('id', '=', session.userId)
      .executeTakeFirst()
    return user && { session, user: userOf(user) }
  }

  async list(userId: number): Promise<Session[]> {
    const query = this.#db.selectFrom('sessions').select(columns).where('userId', '=', userId)
    return await query.orderBy('id').execute()
  }

  async noteUse(id: number, at: number): Promise<void> {
    await this.#db.updateTable('sessions').set({ lastSeenAt: at }).where('id', '=', id).execute()
  }

  async remove(id: number, userId: number): Promise<boolean> {
    const query = this.#db.deleteFrom('sessions').where('id', '=', id).where('userId', '=', userId)
    return (await query.executeTakeFirst()).numDeletedRows > 0n
  }

  async prune(at: number): Promise<void> {
    await this.#db
      .deleteFrom('sessions')
      .where((eb) =>
        eb.or([eb('createdAt', '<=', at - SESSION_MAX_MS), eb('lastSeenAt', '<=', at - SESSION_IDLE_MS)]),
      )
      .execute()
  }
}
