import type { Kysely } from 'kysely'

/** The sums of each minute, and the workers that are alive. */
export async function addLiveFigures(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('minute_counts')
    .addColumn('minute', 'integer', (it) => it.notNull())
    .addColumn('service_id', 'integer', (it) => it.notNull().references('services.id').onDelete('cascade'))
    .addColumn('outcome', 'text', (it) => it.notNull())
    .addColumn('count', 'integer', (it) => it.notNull())
    .addPrimaryKeyConstraint('minute_counts_primary_key', ['minute', 'service_id', 'outcome'])
    .execute()
  // A service that is removed takes its sums with it.
  await db.schema.createIndex('minute_counts_service_id').on('minute_counts').column('service_id').execute()
  await db.schema
    .createTable('workers')
    .addColumn('id', 'text', (it) => it.primaryKey())
    .addColumn('host', 'text', (it) => it.notNull())
    .addColumn('pid', 'integer', (it) => it.notNull())
    .addColumn('started_at', 'bigint', (it) => it.notNull())
    .addColumn('seen_at', 'bigint', (it) => it.notNull())
    .execute()
}
