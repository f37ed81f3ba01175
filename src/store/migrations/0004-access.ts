import type { ColumnDefinitionBuilder, Kysely } from 'kysely'
import type { MigrationDialect } from '../migrations.js'

/** API tokens, sessions and the audit log. Tokens of either kind are kept as SHA-256 in hexadecimal digits. */
export async function addAccess(db: Kysely<unknown>, { identity }: MigrationDialect): Promise<void> {
  const withId = (name: string) => db.schema.createTable(name).addColumn('id', 'integer', identity)
  const needed = (column: ColumnDefinitionBuilder) => column.notNull()
  const unique = (column: ColumnDefinitionBuilder) => column.notNull().unique()

  await withId('api_tokens')
    .addColumn('name', 'text', needed)
    .addColumn('token_hash', 'text', unique)
    .addColumn('scopes', 'text', needed)
    .addColumn('user_id', 'integer', (it) => it.references('users.id').onDelete('cascade'))
    .addColumn('created_by', 'text', needed)
    .addColumn('created_at', 'bigint', needed)
    .addColumn('expires_at', 'bigint')
    .addColumn('last_used_at', 'bigint')
    .addColumn('revoked_at', 'bigint')
    .execute()
  await db.schema.createIndex('api_tokens_user_id').on('api_tokens').column('user_id').execute()

  await withId('sessions')
    .addColumn('token_hash', 'text', unique)
    .addColumn('user_id', 'integer', (it) => it.notNull().references('users.id').onDelete('cascade'))
    .addColumn('created_at', 'bigint', needed)
    .addColumn('last_seen_at', 'bigint', needed)
    .addColumn('address', 'text', needed)
    .addColumn('user_agent', 'text', needed)
    .execute()
  await db.schema.createIndex('sessions_user_id').on('sessions').columns(['user_id', 'id']).execute()

  // No foreign keys: the log outlives users and tokens.
  await withId('audit_log')
    .addColumn('at', 'bigint', needed)
    .addColumn('via', 'text', needed)
    .addColumn('who', 'text', needed)
    .addColumn('user_id', 'integer')
    .addColumn('token_id', 'integer')
    .addColumn('operation', 'text', needed)
    .addColumn('resource', 'text')
    .addColumn('fields', 'text', needed)
    .addColumn('address', 'text', needed)
    .addColumn('user_agent', 'text', needed)
    .addColumn('outcome', 'text', (it) => it.notNull().defaultTo('pending'))
    .addColumn('status', 'integer')
    .execute()
  for (const column of ['who', 'operation'])
    await db.schema.createIndex(`audit_log_${column}`).on('audit_log').columns([column, 'id']).execute()
  await db.schema.createIndex('audit_log_at').on('audit_log').column('at').execute()
}
