import type { Kysely, Selectable } from 'kysely'
import { PushError } from '../base/index.js'
import type { User } from '../model/index.js'
import { isUniqueViolation } from './constraint-violation.js'
import type { Schema, UserRow } from './schema.js'
import type { UserStore } from './store.js'

/** People who may use the API and the admin. */
export class KyselyUserStore implements UserStore {
  readonly #db: Kysely<Schema>

  constructor(db: Kysely<Schema>) {
    this.#db = db
  }

  async create(user: Omit<User, 'id' | 'createdAt'> & { passwordHash: string }, at: number): Promise<User> {
    const { username, email, passwordHash } = user
    const flags = {
      isActive: user.isActive ? 1 : 0,
      isStaff: user.isStaff ? 1 : 0,
      isSuperuser: user.isSuperuser ? 1 : 0,
    } as const
    try {
      const row = await this.#db
        .insertInto('users')
        .values({ username, email, passwordHash, ...flags, createdAt: at })
        .returningAll()
        .executeTakeFirstOrThrow()
      return userOf(row)
    } catch (error) {
      if (!isUniqueViolation(error)) throw error
      throw new PushError(
        'PUSH_ERR_USER_EXISTS',
        `username: there is a user named ${JSON.stringify(username)} already; use another name`,
        { field: 'username', cause: error },
      )
    }
  }

  async get(id: number): Promise<User | undefined> {
    const row = await this.#db.selectFrom('users').selectAll().where('id', '=', id).executeTakeFirst()
    return row && userOf(row)
  }

  async findByUsername(username: string): Promise<{ user: User; passwordHash: string } | undefined> {
    const query = this.#db.selectFrom('users').selectAll().where('username', '=', username)
    const row = await query.executeTakeFirst()
    return row && { user: userOf(row), passwordHash: row.passwordHash }
  }

  async list(): Promise<User[]> {
    const rows = await this.#db.selectFrom('users').selectAll().orderBy('id').execute()
    return rows.map(userOf)
  }

  async setPasswordHash(id: number, passwordHash: string): Promise<void> {
    await this.#db.transaction().execute(async (db) => {
      const query = db.updateTable('users').set({ passwordHash }).where('id', '=', id)
      const { numUpdatedRows } = await query.executeTakeFirst()
      if (numUpdatedRows === 0n) throw userNotFound([id])
      // Whoever knew the old password, or was signed in with it, has to sign in again.
      await db.deleteFrom('sessions').where('userId', '=', id).execute()
    })
  }
}

/** There are no users with these ids. */
export function userNotFound(ids: readonly number[]): PushError {
  const which = ids.length === 1 ? `user with id ${ids[0]} does` : `users with the ids ${ids.join(', ')} do`
  return new PushError('PUSH_ERR_USER_NOT_FOUND', `users: ${which} not exist`, { field: 'users' })
}

/** A user without the hash of the password. */
export function userOf({
  passwordHash: _,
  isActive,
  isStaff,
  isSuperuser,
  ...row
}: Selectable<UserRow>): User {
  return { ...row, isActive: isActive === 1, isStaff: isStaff === 1, isSuperuser: isSuperuser === 1 }
}
