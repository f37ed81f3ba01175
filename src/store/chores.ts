import type { Kysely } from 'kysely'
import type { Schema } from './schema.js'

/**
 * Whether the caller is the one to do a chore now: the one who moves its time on. A time that lies further ahead than it can was
 * written by a clock that has been set back since.
 */
export async function claimChore(
  db: Kysely<Schema>,
  name: string,
  at: number,
  everyMs: number,
): Promise<boolean> {
  const nextAt = at + everyMs
  const row = await db
    .insertInto('chores')
    .values({ name, nextAt })
    .onConflict((conflict) =>
      conflict
        .column('name')
        .doUpdateSet({ nextAt })
        .where((eb) => eb.or([eb('chores.nextAt', '<=', at), eb('chores.nextAt', '>', nextAt)])),
    )
    .returning('name')
    .executeTakeFirst()
  return row !== undefined
}
