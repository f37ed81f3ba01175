import { type Kysely, sql } from 'kysely'

/** Finds the few users who may sign in among all that only have devices. */
export async function addStaffIndex(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createIndex('users_staff')
    .on('users')
    .column('id')
    .where(sql<boolean>`is_staff = 1 or is_superuser = 1`)
    .execute()
}
