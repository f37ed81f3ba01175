import {
  type ColumnDefinitionBuilder,
  type CreateTableBuilder,
  type Kysely,
  type Migration,
  type RawBuilder,
  sql,
} from 'kysely'
import { addDeviceFields } from './migrations/0003-devices.js'
import { addAccess } from './migrations/0004-access.js'
import { addPushFields } from './migrations/0005-pushes.js'
import { addLiveFigures } from './migrations/0006-live-figures.js'
import { addStaffIndex } from './migrations/0007-staff.js'

/** What differs between the databases when tables are made. */
export interface MigrationDialect {
  /** Makes a column the primary key whose values are given out once and never again. */
  identity(column: ColumnDefinitionBuilder): ColumnDefinitionBuilder
  /** Statements that make the database write down what happens to devices. */
  readonly deviceEventTriggers: readonly RawBuilder<unknown>[]
}

/**
 * Every change of the schema, in order; forward only. A published one is never edited: add another. Names sort in the
 * order of the list.
 *
 * Device ids are never used twice, because the chunks of a push are ranges of them. `push_targets` and `deliveries` point at
 * devices without a foreign key, as they belong to a push and are written by the million.
 */
export function migrations(dialect: MigrationDialect): Record<string, Migration> {
  return {
    '0001_tables': { up: (db: Kysely<unknown>) => createTables(db, dialect) },
    '0002_delivery': { up: (db: Kysely<unknown>) => addDelivery(db, dialect) },
    '0003_devices': { up: (db: Kysely<unknown>) => addDeviceFields(db, dialect) },
    '0004_access': { up: (db: Kysely<unknown>) => addAccess(db, dialect) },
    '0005_pushes': { up: addPushFields },
    '0006_live_figures': { up: addLiveFigures },
    '0007_staff': { up: addStaffIndex },
  }
}

/** What workers need: retries, schedules, limits, and a way back from a deactivation. */
async function addDelivery(db: Kysely<unknown>, { identity }: MigrationDialect): Promise<void> {
  const add = (
    table: string,
    column: string,
    type: 'text' | 'integer' | 'bigint',
    fallback?: string | number,
  ) =>
    db.schema
      .alterTable(table)
      .addColumn(column, type, (it) => (fallback === undefined ? it : it.notNull().defaultTo(fallback)))
      .execute()
  await add('pushes', 'state_by', 'text')
  await add('pushes', 'ending_as', 'text')
  await add('pushes', 'urgency', 'text', 'normal')
  await add('pushes', 'duplicates', 'text', 'bounded')
  await add('pushes', 'max_attempts', 'integer', 5)
  await add('pushes', 'due_at', 'bigint')
  await add('pushes', 'begins_at', 'bigint')
  await add('pushes', 'deferred', 'integer', 0)
  await add('pushes', 'idempotency_key', 'text')
  await add('pushes', 'request_hash', 'text')
  await add('pushes', 'local_time', 'text')
  await add('pushes', 'reasons', 'text')
  await db.schema
    .createIndex('pushes_service_id_idempotency_key')
    .unique()
    .on('pushes')
    .columns(['service_id', 'idempotency_key'])
    .execute()
  await db.schema.createIndex('pushes_state').on('pushes').columns(['state', 'id']).execute()
  await add('chunks', 'deferred', 'integer', 0)
  await add('chunks', 'handed', 'integer', 0)
  await sql`update chunks set handed = position`.execute(db)

  await db.schema
    .createTable('retries')
    .addColumn('push_id', 'integer', (it) => it.notNull().references('pushes.id').onDelete('cascade'))
    .addColumn('device_id', 'integer', (it) => it.notNull())
    .addColumn('attempts', 'integer', (it) => it.notNull())
    .addColumn('due_at', 'bigint', (it) => it.notNull())
    .addColumn('reason', 'text')
    .addColumn('status', 'integer')
    .addColumn('lease', 'text')
    .addColumn('lease_until', 'bigint')
    .addPrimaryKeyConstraint('retries_primary_key', ['push_id', 'device_id'])
    .execute()
  // What can be leased, in its order, and what is leased: a push may have a million of the first, and never has many of the second.
  await db.schema
    .createIndex('retries_waiting')
    .on('retries')
    .columns(['push_id', 'due_at', 'device_id'])
    .where(sql.ref('lease'), 'is', null)
    .execute()
  await db.schema
    .createIndex('retries_leased')
    .on('retries')
    .columns(['push_id', 'lease_until'])
    .where(sql.ref('lease'), 'is not', null)
    .execute()

  await add('devices', 'time_zone', 'text', '')
  await add('services', 'max_per_second', 'integer')
  await add('services', 'paced_until', 'bigint', 0)
  await add('feedback', 'undone_at', 'bigint')
  // The ledger is kept for ever; what has not been dealt with is a small part of it.
  await db.schema
    .createIndex('feedback_open')
    .on('feedback')
    .columns(['service_id', 'id'])
    .where(sql.ref('applied_at'), 'is', null)
    .where(sql.ref('undone_at'), 'is', null)
    .execute()
  await db.schema.createIndex('feedback_device_id').on('feedback').column('device_id').execute()
  await add('pushes', 'pruned_at', 'bigint')
  // The last column, because it may be long, and SQLite reads a row from its beginning.
  await add('pushes', 'plan', 'text')
  await db.schema
    .createIndex('pushes_pruned_at_finished_at')
    .on('pushes')
    .columns(['pruned_at', 'finished_at'])
    .execute()
  await db.schema
    .createTable('chores')
    .addColumn('name', 'text', (it) => it.primaryKey())
    .addColumn('next_at', 'bigint', (it) => it.notNull())
    .execute()

  await db.schema
    .createTable('schedules')
    .addColumn('id', 'integer', identity)
    .addColumn('service_id', 'integer', (it) => it.notNull().references('services.id').onDelete('cascade'))
    .addColumn('cron', 'text', (it) => it.notNull())
    .addColumn('time_zone', 'text', (it) => it.notNull())
    .addColumn('action', 'text', (it) => it.notNull())
    .addColumn('is_paused', 'integer', (it) => it.notNull().defaultTo(0))
    .addColumn('next_at', 'bigint')
    .addColumn('last_at', 'bigint')
    .addColumn('last_push_id', 'integer')
    .addColumn('last_result', 'text')
    .addColumn('created_at', 'bigint', (it) => it.notNull())
    .addColumn('created_by', 'text')
    .execute()
}

async function createTables(db: Kysely<unknown>, { identity }: MigrationDialect): Promise<void> {
  const table = (name: string) => db.schema.createTable(name)
  const withId = (name: string) => table(name).addColumn('id', 'integer', identity)
  const text = (column: ColumnDefinitionBuilder) => column.notNull()
  const emptyText = (column: ColumnDefinitionBuilder) => column.notNull().defaultTo('')
  const number = (column: ColumnDefinitionBuilder) => column.notNull()
  const zero = (column: ColumnDefinitionBuilder) => column.notNull().defaultTo(0)
  const belongsTo = (owner: string) => (column: ColumnDefinitionBuilder) =>
    column.notNull().references(`${owner}.id`).onDelete('cascade')
  const counts = <T extends string>(builder: CreateTableBuilder<T>) =>
    builder
      .addColumn('accepted', 'integer', zero)
      .addColumn('rejected', 'integer', zero)
      .addColumn('unknown', 'integer', zero)
      .addColumn('unsent', 'integer', zero)

  await withId('services')
    .addColumn('name', 'text', text)
    .addColumn('hostname', 'text', text)
    .addColumn('port', 'integer', number)
    .addColumn('topic', 'text', text)
    .addColumn('authentication', 'text', text)
    .addColumn('key_id', 'text')
    .addColumn('team_id', 'text')
    .addColumn('certificate', 'text')
    .addColumn('ca', 'text')
    .addColumn('feedback', 'text', text)
    .addColumn('credential', 'text', text)
    .addColumn('created_at', 'bigint', number)
    .addColumn('updated_at', 'bigint', number)
    .addUniqueConstraint('services_name_hostname', ['name', 'hostname'])
    .execute()

  await withId('devices')
    .addColumn('service_id', 'integer', belongsTo('services'))
    .addColumn('token', 'text', text)
    .addColumn('is_active', 'integer', number)
    .addColumn('added_at', 'bigint', number)
    .addColumn('registered_at', 'bigint', number)
    .addColumn('last_notified_at', 'bigint')
    .addColumn('deactivated_at', 'bigint')
    .addColumn('deactivation_reason', 'text')
    .addColumn('platform', 'text', emptyText)
    .addColumn('display', 'text', emptyText)
    .addColumn('os_version', 'text', emptyText)
    .addUniqueConstraint('devices_token_service_id', ['token', 'service_id'])
    .execute()
  // Pushes are planned by this index alone, and read along it.
  await db.schema
    .createIndex('devices_service_id_is_active_id')
    .on('devices')
    .columns(['service_id', 'is_active', 'id'])
    .execute()

  await withId('users')
    .addColumn('username', 'text', (column) => column.notNull().unique())
    .addColumn('email', 'text', text)
    .addColumn('password_hash', 'text', text)
    .addColumn('is_active', 'integer', number)
    .addColumn('is_staff', 'integer', number)
    .addColumn('is_superuser', 'integer', number)
    .addColumn('created_at', 'bigint', number)
    .execute()

  await table('device_users')
    .addColumn('device_id', 'integer', belongsTo('devices'))
    .addColumn('user_id', 'integer', belongsTo('users'))
    .addPrimaryKeyConstraint('device_users_primary_key', ['device_id', 'user_id'])
    .execute()
  await db.schema.createIndex('device_users_user_id').on('device_users').column('user_id').execute()

  await withId('notifications')
    .addColumn('service_id', 'integer', belongsTo('services'))
    .addColumn('message', 'text', text)
    .addColumn('title', 'text', text)
    .addColumn('badge', 'integer')
    .addColumn('silent', 'integer')
    .addColumn('sound', 'text', text)
    .addColumn('custom_payload', 'text')
    .addColumn('loc_payload', 'text')
    .addColumn('payload', 'text')
    .addColumn('push_type', 'text')
    .addColumn('priority', 'integer')
    .addColumn('collapse_id', 'text')
    .addColumn('expiration', 'bigint')
    .addColumn('created_at', 'bigint', number)
    .addColumn('last_sent_at', 'bigint')
    .execute()
  await db.schema
    .createIndex('notifications_service_id')
    .on('notifications')
    .columns(['service_id', 'id'])
    .execute()

  await counts(
    withId('pushes')
      .addColumn('uuid', 'text', (column) => column.notNull().unique())
      .addColumn('service_id', 'integer', belongsTo('services'))
      .addColumn('notification_id', 'integer', (column) =>
        column.references('notifications.id').onDelete('set null'),
      )
      .addColumn('payload', 'text', text)
      .addColumn('push_type', 'text', text)
      .addColumn('topic', 'text', text)
      .addColumn('priority', 'integer')
      .addColumn('expiration', 'bigint')
      .addColumn('collapse_id', 'text')
      .addColumn('state', 'text', text)
      .addColumn('state_reason', 'text')
      .addColumn('audience_kind', 'text', text)
      .addColumn('audience_size', 'integer', number)
      .addColumn('skipped_inactive', 'integer', number)
      .addColumn('skipped_unregistered', 'integer', number)
      .addColumn('created_at', 'bigint', number)
      .addColumn('started_at', 'bigint')
      .addColumn('finished_at', 'bigint'),
  ).execute()
  await db.schema.createIndex('pushes_service_id').on('pushes').columns(['service_id', 'id']).execute()
  await db.schema.createIndex('pushes_notification_id').on('pushes').column('notification_id').execute()

  await table('push_targets')
    .addColumn('push_id', 'integer', belongsTo('pushes'))
    .addColumn('device_id', 'integer', number)
    .addPrimaryKeyConstraint('push_targets_primary_key', ['push_id', 'device_id'])
    .execute()

  await counts(
    withId('chunks')
      .addColumn('push_id', 'integer', belongsTo('pushes'))
      .addColumn('first_device_id', 'integer', number)
      .addColumn('last_device_id', 'integer', number)
      .addColumn('size', 'integer', number)
      .addColumn('position', 'integer', number)
      .addColumn('state', 'text', (column) => column.notNull().defaultTo('queued'))
      .addColumn('fence', 'integer', zero)
      .addColumn('lease_owner', 'text')
      .addColumn('lease_until', 'bigint'),
  ).execute()
  await db.schema
    .createIndex('chunks_push_id_state')
    .on('chunks')
    .columns(['push_id', 'state', 'id'])
    .execute()

  await table('deliveries')
    .addColumn('push_id', 'integer', belongsTo('pushes'))
    .addColumn('device_id', 'integer', number)
    .addColumn('outcome', 'text', text)
    .addColumn('reason', 'text', text)
    .addColumn('status', 'integer')
    .addColumn('apns_id', 'text')
    .addColumn('at', 'bigint', number)
    .addPrimaryKeyConstraint('deliveries_primary_key', ['push_id', 'device_id'])
    .execute()

  await withId('feedback')
    .addColumn('service_id', 'integer', belongsTo('services'))
    .addColumn('device_id', 'integer', number)
    .addColumn('token', 'text', text)
    .addColumn('reason', 'text', text)
    .addColumn('timestamp', 'bigint', number)
    .addColumn('received_at', 'bigint', number)
    .addColumn('applied_at', 'bigint')
    .execute()
  await db.schema.createIndex('feedback_service_id').on('feedback').columns(['service_id', 'id']).execute()

  await withId('feedback_services')
    .addColumn('name', 'text', text)
    .addColumn('hostname', 'text', text)
    .addColumn('service_id', 'integer', belongsTo('services'))
    .addUniqueConstraint('feedback_services_name_hostname', ['name', 'hostname'])
    .execute()
}
