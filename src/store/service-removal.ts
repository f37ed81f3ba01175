/*
 * The removal of all that hangs on a service, in steps: one statement for all of it would hold up this process, and whoever else
 * writes, for as long as it takes (16 µs a device).
 *
 *   pushes that have not ended are cancelled ──> pushes, each after its rows ──> feedback ledger, notifications, devices
 *
 * After each step all that is still there is true: it may be the last one, where the process is killed.
 */
import { type Kysely, sql } from 'kysely'
import { finishPush } from './push-end.js'
import { pruneRows } from './push-reasons.js'
import type { Schema } from './schema.js'

const open = ['scheduled', 'queued', 'sending', 'paused'] as const
/** In the order in which they go. */
const tables = ['feedback', 'notifications', 'devices'] as const
/** What the statements for a push cost that has next to no rows, in rows. */
const ROWS_A_PUSH = 50

/** See `ServiceStore`. */
export async function removeDependants(
  db: Kysely<Schema>,
  serviceId: number,
  limit: number,
  at: number,
): Promise<boolean> {
  return await db.transaction().execute(async (db) => {
    if (await cancelOne(db, serviceId, at)) return true
    let left = await removePushes(db, serviceId, limit)
    for (const table of tables) if (left > 0) left -= await removeRows(db, table, serviceId, left)
    return left < limit
  })
}

/** Cancels a push that has not ended, or does a part of that. False: all have ended. */
async function cancelOne(db: Kysely<Schema>, serviceId: number, at: number): Promise<boolean> {
  const push = await db
    .selectFrom('pushes')
    .select('id')
    .where('state', 'in', open)
    // Not by the index of the service: most of its pushes have ended.
    .where(sql<boolean>`+service_id = ${serviceId}`)
    .limit(1)
    .executeTakeFirst()
  if (push === undefined) return false
  await finishPush(db, push.id, {
    state: 'cancelled',
    reason: 'its service is being removed',
    by: null,
    at,
    // Workers are not waited for: what they hold is taken from them, and what they have handed over is unknown.
    leasesAt: Number.MAX_SAFE_INTEGER,
  })
  return true
}

/** Returns what is left of `limit`; at most 0 where there may be more pushes. */
async function removePushes(db: Kysely<Schema>, serviceId: number, limit: number): Promise<number> {
  const first = db.selectFrom('pushes').select(['id', 'reasons']).where('serviceId', '=', serviceId)
  let left = limit
  while (left > 0) {
    const push = await first.orderBy('id').limit(1).executeTakeFirst()
    if (push === undefined) break
    left -= await pruneRows(db, push, left)
    if (left <= 0) break
    await db.deleteFrom('pushes').where('id', '=', push.id).execute()
    left -= ROWS_A_PUSH
  }
  return left
}

async function removeRows(
  db: Kysely<Schema>,
  table: (typeof tables)[number],
  serviceId: number,
  limit: number,
): Promise<number> {
  const some = db.selectFrom(table).select('id').where('serviceId', '=', serviceId).limit(limit)
  const { numDeletedRows } = await db.deleteFrom(table).where('id', 'in', some).executeTakeFirstOrThrow()
  return Number(numDeletedRows)
}
