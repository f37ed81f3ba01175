import type { Kysely, SelectQueryBuilder } from 'kysely'
import type { Schema } from './schema.js'
import type { DeviceAge, Page } from './store.js'

/** See `DeviceStore`. */
export async function countAged(db: Kysely<Schema>, age: DeviceAge): Promise<number> {
  const query = aged(db.selectFrom('devices'), age)
  const row = await query.select((eb) => eb.fn.countAll<number>().as('count')).executeTakeFirstOrThrow()
  return Number(row.count)
}

/** See `DeviceStore`. Walks the index of the service from `after` on, so that all pages together are one walk. */
export async function removeAged(
  db: Kysely<Schema>,
  age: DeviceAge,
  { after, limit }: Required<Page>,
): Promise<number[]> {
  return await db.transaction().execute(async (db) => {
    const query = aged(db.selectFrom('devices').where('id', '>', after), age)
    const rows = await query.select('id').orderBy('id').limit(limit).execute()
    const ids = rows.map(({ id }) => id)
    if (ids.length > 0) await db.deleteFrom('devices').where('id', 'in', ids).execute()
    return ids
  })
}

function aged<Row>(
  query: SelectQueryBuilder<Schema, 'devices', Row>,
  { serviceId, isActive, unseenSince, inactiveSince }: DeviceAge,
): SelectQueryBuilder<Schema, 'devices', Row> {
  let result = query.where('serviceId', '=', serviceId).where('isActive', '=', isActive ? 1 : 0)
  if (unseenSince !== undefined)
    result = result.where('registeredAt', '<', unseenSince).where('addedAt', '<', unseenSince)
  if (inactiveSince !== undefined) result = result.where('deactivatedAt', '<', inactiveSince)
  return result
}
