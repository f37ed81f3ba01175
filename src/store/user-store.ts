import { type Kysely, type Selectable, sql } from 'kysely'
import { PushError } from '../base/index.js'
import type { User } from '../model/index.js'
import type { UserStore } from './access-stores.js'
import { isUniqueViolation } from './constraint-violation.js'
import { orderedBounds } from './page-bounds.js'
import type { Schema, UserRow } from './schema.js'
import type { Check, OrderedPage } from './store.js'

/** People who may use the API and the admin. */
export class KyselyUserStore implements UserStore {
  readonly #db: Kysely<Schema>

  constructor(db: Kysely<Schema>) {
    this.#db = db
  }

  async create(user: Omit<User, 'id' | 'createdAt'> & { passwordHash: string }, at: number): Promise<User> {
    const { passwordHash } = user
    try {
      const row = await this.#db
        .insertInto('users')
        .values({ ...columnsOf(user), passwordHash, createdAt: at })
        .returningAll()
        .executeTakeFirstOrThrow()
      return userOf(row)
    } catch (error) {
      throw userExists(user.username, error)
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

  async list({ username, ...page }: OrderedPage & { username?: string } = {}): Promise<User[]> {
    const { beyond, from, order, limit } = orderedBounds(page)
    let query = this.#db.selectFrom('users').selectAll().where('id', beyond, from)
    // A range of the index of names; what comes after all names with this beginning has the highest character behind it.
    if (username !== undefined)
      query = query.where('username', '>=', username).where('username', '<=', `${username}\u{10ffff}`)
    const rows = await query.orderBy('id', order).limit(limit).execute()
    return rows.map(userOf)
  }

  async change(id: number, decide: (current: User) => Omit<User, 'id' | 'createdAt'>): Promise<User> {
    return await this.#db.transaction().execute(async (db) => {
      const current = await existing(db, id)
      const change = decide(current)
      try {
        await db.updateTable('users').set(columnsOf(change)).where('id', '=', id).execute()
        if (!change.isActive) await endSessions(db, id)
      } catch (error) {
        throw userExists(change.username, error)
      }
      return { ...current, ...change }
    })
  }

  async remove(id: number, check?: Check<User>): Promise<void> {
    await this.#db.transaction().execute(async (db) => {
      const current = await existing(db, id)
      check?.(current)
      await db.deleteFrom('users').where('id', '=', id).execute()
    })
  }

  async hasStaff(): Promise<boolean> {
    // In the words of the index, so that nobody's many users without rights are looked at.
    const staff = this.#db.selectFrom('users').where(sql<boolean>`(is_staff = 1 or is_superuser = 1)`)
    const able = staff.where('isActive', '=', 1).where('passwordHash', '<>', '')
    return (await able.select('id').limit(1).executeTakeFirst()) !== undefined
  }

  async setPasswordHash(
    id: number,
    passwordHash: string,
    { current }: { current?: string } = {},
  ): Promise<boolean> {
    return await this.#db.transaction().execute(async (db) => {
      await existing(db, id)
      let query = db.updateTable('users').set({ passwordHash }).where('id', '=', id)
      if (current !== undefined) query = query.where('passwordHash', '=', current)
      if ((await query.executeTakeFirst()).numUpdatedRows === 0n) return false
      // Whoever knew the old password, or was signed in with it, has to sign in again.
      await endSessions(db, id)
      return true
    })
  }
}

async function endSessions(db: Kysely<Schema>, userId: number): Promise<void> {
  await db.deleteFrom('sessions').where('userId', '=', userId).execute()
}

async function existing(db: Kysely<Schema>, id: number): Promise<User> {
  const row = await db.selectFrom('users').selectAll().where('id', '=', id).executeTakeFirst()
  if (row === undefined) throw userNotFound([id])
  return userOf(row)
}

function columnsOf({ username, email, isActive, isStaff, isSuperuser }: Omit<User, 'id' | 'createdAt'>) {
  return {
    ...{ username, email },
    isActive: isActive ? 1 : 0,
    isStaff: isStaff ? 1 : 0,
    isSuperuser: isSuperuser ? 1 : 0,
  } as const
}

/** The error for a name that is taken; every other error as it is. */
function userExists(username: string, error: unknown): unknown {
  if (!isUniqueViolation(error)) return error
  return new PushError(
    'PUSH_ERR_USER_EXISTS',
    `username: there is a user named ${JSON.stringify(username)} already; use another name`,
    { field: 'username', cause: error },
  )
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
