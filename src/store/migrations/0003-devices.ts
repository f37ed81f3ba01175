import type { Kysely } from 'kysely'
import type { MigrationDialect } from '../migrations.js'

/** What is known of a device beyond the predecessor's fields, its tags, and what happened to it. */
export async function addDeviceFields(db: Kysely<unknown>, dialect: MigrationDialect): Promise<void> {
  const text = async (column: string) => {
    const table = db.schema.alterTable('devices')
    await table.addColumn(column, 'text', (it) => it.notNull().defaultTo('')).execute()
  }
  await text('locale')
  await text('app_version')
  // The last ones, because they may be long, and SQLite reads a row from its beginning.
  await text('push_to_start_tokens')
  await text('live_activities')
  await text('attributes')

  await db.schema
    .createTable('device_tags')
    .addColumn('device_id', 'integer', (it) => it.notNull().references('devices.id').onDelete('cascade'))
    .addColumn('tag', 'text', (it) => it.notNull())
    .addPrimaryKeyConstraint('device_tags_primary_key', ['device_id', 'tag'])
    .execute()
  await db.schema
    .createIndex('device_tags_tag')
    .on('device_tags')
    .columns(['tag', 'device_id'])
    .unique()
    .execute()

  await db.schema
    .createTable('device_events')
    .addColumn('id', 'integer', dialect.identity)
    .addColumn('device_id', 'integer', (it) => it.notNull().references('devices.id').onDelete('cascade'))
    .addColumn('at', 'bigint', (it) => it.notNull())
    .addColumn('kind', 'text', (it) => it.notNull())
    .addColumn('reason', 'text')
    .execute()
  await db.schema
    .createIndex('device_events_device_id')
    .on('device_events')
    .columns(['device_id', 'id'])
    .execute()
  await db.schema.alterTable('pushes').addColumn('events_since', 'bigint').execute()
  // The chunk of a push that a device lies in. That it is unique tells SQLite that devices chunk by chunk are in order: it sorts nothing.
  await db.schema
    .createIndex('chunks_push_id_last_device_id')
    .on('chunks')
    .unique()
    .columns(['push_id', 'last_device_id'])
    .execute()
  // Devices of a user in the order of their ids.
  await db.schema.dropIndex('device_users_user_id').execute()
  await db.schema
    .createIndex('device_users_user_id')
    .unique()
    .on('device_users')
    .columns(['user_id', 'device_id'])
    .execute()
  for (const trigger of dialect.deviceEventTriggers) await trigger.execute(db)
}
