/*
 * What is kept of the devices of a push that has ended long ago: rows of `deliveries` are counted by outcome and reason into
 * `pushes.reasons`, in the transaction that removes them, so that rows and counts together always tell the same.
 */
import { type Kysely, type Selectable, sql } from 'kysely'
import type { FailedOutcome } from '../model/index.js'
import type { PushRow, Schema } from './schema.js'

/** How many devices of a push had an outcome for a reason. */
export interface ReasonCount {
  outcome: FailedOutcome
  reason: string
  count: number
}

/** A push, and what is kept of its devices. */
type Kept = Pick<Selectable<PushRow>, 'id' | 'reasons'>

/** See `PushStore`. The most frequent come first. */
export async function reasonsOf(db: Kysely<Schema>, pushId: number): Promise<ReasonCount[]> {
  const find = db.selectFrom('pushes').select(['id', 'reasons']).where('id', '=', pushId)
  const push = await find.executeTakeFirst()
  return merged(keptReasons(push), await countReasons(db, pushId, Number.MAX_SAFE_INTEGER))
}

/** See `PushStore`. */
export async function prunePushes(
  db: Kysely<Schema>,
  endedBefore: number,
  limit: number,
  at: number,
): Promise<boolean> {
  return await db.transaction().execute(async (db) => {
    let left = limit
    while (left > 0) {
      const push = await db
        .selectFrom('pushes')
        .select(['id', 'reasons'])
        .where('prunedAt', 'is', null)
        .where('finishedAt', '<', endedBefore)
        .orderBy('finishedAt')
        .limit(1)
        .executeTakeFirst()
      if (push === undefined) break
      left -= await pruneRows(db, push, left)
      if (left <= 0) break
      await db.updateTable('pushes').set({ prunedAt: at }).where('id', '=', push.id).execute()
      left--
    }
    return left < limit
  })
}

/**
 * Removes rows of one device or one chunk each of a push that has ended, at most `limit` of them; inside a transaction. Returns how many;
 * fewer than `limit`: no more are left.
 */
export async function pruneRows(db: Kysely<Schema>, push: Kept, limit: number): Promise<number> {
  // From now on not all is there any more of what became of each device, and that can be seen.
  if (push.reasons === null)
    await db.updateTable('pushes').set({ reasons: '[]' }).where('id', '=', push.id).execute()
  let left = limit - (await pruneDeliveries(db, push, limit))
  if (left > 0) left -= await removeRows(db, 'pushTargets', push.id, left)
  if (left > 0) left -= await removeRows(db, 'chunks', push.id, left)
  return limit - left
}

async function pruneDeliveries(db: Kysely<Schema>, push: Kept, limit: number): Promise<number> {
  const last = await lastOf(db, push.id, limit)
  const counts = await countReasons(db, push.id, last)
  const those = db.deleteFrom('deliveries').where('pushId', '=', push.id).where('deviceId', '<=', last)
  const { numDeletedRows } = await those.executeTakeFirst()
  if (numDeletedRows === 0n) return 0
  const reasons = JSON.stringify(merged(keptReasons(push), counts))
  await db.updateTable('pushes').set({ reasons }).where('id', '=', push.id).execute()
  return Number(numDeletedRows)
}

async function removeRows(
  db: Kysely<Schema>,
  table: 'pushTargets' | 'chunks',
  pushId: number,
  limit: number,
): Promise<number> {
  const key = table === 'chunks' ? 'id' : 'deviceId'
  const { numDeletedRows } = await db
    .deleteFrom(table)
    .where('pushId', '=', pushId)
    .where(key, 'in', (eb) =>
      eb
        .selectFrom(table)
        .select(sql<number>`${sql.ref(key)}`.as('key'))
        .where('pushId', '=', pushId)
        .limit(limit),
    )
    .executeTakeFirst()
  return Number(numDeletedRows)
}

/** Up to which device there are `limit` deliveries of a push, or all of them. */
async function lastOf(db: Kysely<Schema>, pushId: number, limit: number): Promise<number> {
  const row = await db
    .selectFrom('deliveries')
    .select('deviceId')
    .where('pushId', '=', pushId)
    .orderBy('deviceId')
    .limit(1)
    .offset(limit - 1)
    .executeTakeFirst()
  return row?.deviceId ?? Number.MAX_SAFE_INTEGER
}

async function countReasons(db: Kysely<Schema>, pushId: number, last: number): Promise<ReasonCount[]> {
  const rows = await db
    .selectFrom('deliveries')
    .select(['outcome', 'reason'])
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('pushId', '=', pushId)
    .where('deviceId', '<=', last)
    .where('outcome', '<>', 'accepted')
    .groupBy(['outcome', 'reason'])
    .execute()
  return rows.map((row) => ({ ...row, outcome: row.outcome as FailedOutcome, count: Number(row.count) }))
}

function keptReasons(push: Kept | undefined): ReasonCount[] {
  return push?.reasons == null ? [] : (JSON.parse(push.reasons) as ReasonCount[])
}

function merged(kept: readonly ReasonCount[], counts: readonly ReasonCount[]): ReasonCount[] {
  const sums = new Map<string, ReasonCount>()
  for (const one of [...kept, ...counts]) {
    const key = `${one.outcome} ${one.reason}`
    sums.set(key, { ...one, count: one.count + (sums.get(key)?.count ?? 0) })
  }
  return [...sums.values()].sort((a, b) => b.count - a.count || (a.reason < b.reason ? -1 : 1))
}
