import { type Kysely, type RawBuilder, type Selectable, sql } from 'kysely'
import type { NotificationSearch } from '../model/index.js'
import { contains } from './contains.js'
import type { OrderedBounds } from './page-bounds.js'
import type { NotificationRow, Schema } from './schema.js'

/** Notifications that are looked at in one step: some milliseconds. There may be as many as there were pushes. */
const SCAN_ROWS = 5000

/** The next notifications that meet all conditions; after which id to go on, where there are more. A page may be short though there are. */
export async function scanNotifications(
  db: Kysely<Schema>,
  { serviceId, ...search }: NotificationSearch,
  page: OrderedBounds,
  scanRows = SCAN_ROWS,
): Promise<{ rows: Selectable<NotificationRow>[]; next?: number }> {
  const { beyond, from, order, limit } = page
  const conditions = conditionsOf(search)
  const inRange = () => {
    const query = db.selectFrom('notifications').where('id', beyond, from).orderBy('id', order)
    return serviceId === undefined ? query : query.where('serviceId', '=', serviceId)
  }
  if (conditions.length === 0) {
    const rows = await inRange().selectAll().limit(limit).execute()
    return { rows, ...(rows.length === limit && { next: rows.at(-1)!.id }) }
  }
  const scanned = await inRange()
    .select('id')
    .offset(scanRows - 1)
    .limit(1)
    .executeTakeFirst()
  let query = inRange().selectAll().limit(limit)
  if (scanned !== undefined) query = query.where('id', order === 'asc' ? '<=' : '>=', scanned.id)
  for (const condition of conditions) query = query.where(condition)
  const rows = await query.execute()
  const next = rows.length === limit ? rows.at(-1)!.id : scanned?.id
  return { rows, ...(next !== undefined && { next }) }
}

const times = { created: sql`created_at`, lastSent: sql`coalesce(last_sent_at, 0)` }
/** Where a text is looked for; JSON as it is stored. */
const texts = ['message', 'title', 'custom_payload', 'loc_payload', 'payload'] as const

function conditionsOf(search: Omit<NotificationSearch, 'serviceId'>): RawBuilder<boolean>[] {
  const all: RawBuilder<boolean>[] = []
  for (const field of ['created', 'lastSent'] as const) {
    const since = search[`${field}Since`]
    const before = search[`${field}Before`]
    if (since !== undefined) all.push(sql`${times[field]} >= ${since}`)
    if (before !== undefined) all.push(sql`${times[field]} < ${before}`)
  }
  if (search.text !== undefined) {
    const { text } = search
    const found = texts.map((column) => contains(sql.ref(column), text))
    all.push(sql`(${sql.join(found, sql` or `)})`)
  }
  return all
}
