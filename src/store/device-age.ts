import type { Expression, ExpressionBuilder, Kysely, SqlBool } from 'kysely'
import type { Schema } from './schema.js'
import type { DeviceAge, Page } from './store.js'

/** See `DeviceStore`. */
export async function countAged(db: Kysely<Schema>, age: DeviceAge): Promise<number> {
  const query = db.selectFrom('devices').where(isAged(age))
  const row = await query.select((eb) => eb.fn.countAll<number>().as('count')).executeTakeFirstOrThrow()
  return Number(row.count)
}

/**
 * See `DeviceStore`. Walks the index of the service from `after` on, so that all pages together are one walk. Where few are aged, a
 * page is a long walk: nobody who writes shall have to wait for it, so only the rest, what was found, is a transaction.
 */
export async function removeAged(
  db: Kysely<Schema>,
  age: DeviceAge,
  { after, limit }: Required<Page>,
): Promise<{ ids: number[]; last: number | undefined }> {
  const find = db.selectFrom('devices').select('id').where('id', '>', after).where(isAged(age))
  const found = (await find.orderBy('id').limit(limit).execute()).map(({ id }) => id)
  const last = found.length < limit ? undefined : found.at(-1)
  if (found.length === 0) return { ids: [], last }
  // Unless they have come back meanwhile.
  const remove = db.deleteFrom('devices').where('id', 'in', found).where(isAged(age)).returning('id')
  const ids = (await remove.execute()).map(({ id }) => id)
  return { ids: ids.sort((a, b) => a - b), last }
}

function isAged({ serviceId, isActive, unseenSince, inactiveSince }: DeviceAge) {
  return (eb: ExpressionBuilder<Schema, 'devices'>): Expression<SqlBool> => {
    const all = [eb('serviceId', '=', serviceId), eb('isActive', '=', isActive ? 1 : 0)]
    if (unseenSince !== undefined)
      all.push(eb('registeredAt', '<', unseenSince), eb('addedAt', '<', unseenSince))
    if (inactiveSince !== undefined) all.push(eb('deactivatedAt', '<', inactiveSince))
    return eb.and(all)
  }
}
