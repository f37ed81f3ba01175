import type { Kysely, Selectable } from 'kysely'
import type { AuditEntry, AuditFilter, NewAuditEntry } from '../model/index.js'
import type { AuditEnd, AuditStore } from './access-stores.js'
import { pageBounds } from './page-bounds.js'
import type { AuditRow, Schema } from './schema.js'
import type { Page } from './store.js'

/** The audit log. An entry is written before what it tells of is done, and ended afterwards. */
export class KyselyAuditStore implements AuditStore {
  readonly #db: Kysely<Schema>

  constructor(db: Kysely<Schema>) {
    this.#db = db
  }

  async begin({ fields, ...entry }: NewAuditEntry, at: number): Promise<number> {
    const row = await this.#db
      .insertInto('auditLog')
      .values({ ...entry, fields: JSON.stringify(fields), at })
      .returning('id')
      .executeTakeFirstOrThrow()
    return row.id
  }

  async end(id: number, end: AuditEnd): Promise<void> {
    await this.#db.updateTable('auditLog').set(end).where('id', '=', id).execute()
  }

  async list({ who, operation, since }: AuditFilter, page?: Page): Promise<AuditEntry[]> {
    const { after, limit } = pageBounds(page)
    let query = this.#db.selectFrom('auditLog').selectAll()
    if (after > 0) query = query.where('id', '<', after)
    if (who !== undefined) query = query.where('who', '=', who)
    if (operation !== undefined) query = query.where('operation', '=', operation)
    if (since !== undefined) query = query.where('at', '>=', since)
    return (await query.orderBy('id', 'desc').limit(limit).execute()).map(entryOf)
  }

  async prune(before: number, limit: number): Promise<boolean> {
    const old = this.#db.selectFrom('auditLog').select('id').where('at', '<', before).limit(limit)
    const { numDeletedRows } = await this.#db.deleteFrom('auditLog').where('id', 'in', old).executeTakeFirst()
    return numDeletedRows > 0n
  }
}

function entryOf({ fields, ...row }: Selectable<AuditRow>): AuditEntry {
  return { ...row, fields: JSON.parse(fields) as string[] }
}
