import { type Kysely, sql } from 'kysely'

/** Audiences that are resolved page by page, pushes that try others again, what Apple names a push, and the sums of each day. */
export async function addPushFields(db: Kysely<unknown>): Promise<void> {
  const pushes = () => db.schema.alterTable('pushes')
  await pushes()
    .addColumn('retry_of', 'integer', (it) => it.references('pushes.id').onDelete('set null'))
    .execute()
  await pushes()
    .addColumn('resolved_up_to', 'integer', (it) => it.notNull().defaultTo(0))
    .execute()
  // The plan stays the last column, because it may be long, and SQLite reads a row from its beginning.
  await pushes().renameColumn('plan', 'old_plan').execute()
  await pushes().addColumn('plan', 'text').execute()
  await sql`update pushes set plan = old_plan where old_plan is not null`.execute(db)
  await pushes().dropColumn('old_plan').execute()
  await db.schema.alterTable('deliveries').addColumn('apns_unique_id', 'text').execute()
  const ofDay = (table: string) =>
    db.schema
      .createTable(table)
      .addColumn('service_id', 'integer', (it) => it.notNull().references('services.id').onDelete('cascade'))
      .addColumn('day', 'integer', (it) => it.notNull())
  await ofDay('daily_counts')
    .addColumn('outcome', 'text', (it) => it.notNull())
    .addColumn('reason', 'text', (it) => it.notNull())
    .addColumn('count', 'integer', (it) => it.notNull())
    .addPrimaryKeyConstraint('daily_counts_primary_key', ['service_id', 'day', 'outcome', 'reason'])
    .execute()
  await ofDay('daily_devices')
    .addColumn('active', 'integer', (it) => it.notNull())
    .addPrimaryKeyConstraint('daily_devices_primary_key', ['service_id', 'day'])
    .execute()
  await db.schema.createIndex('pushes_retry_of').on('pushes').column('retry_of').execute()
}
