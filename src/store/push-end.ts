/*
 * The end of a push: what is left of it is counted, once and for all, so that the four counts make up the audience.
 */
import { type Kysely, type RawBuilder, sql } from 'kysely'
import { NOT_ATTEMPTED, type Push, type PushState, WORKER_LOST } from '../model/index.js'
import { pushColumns, pushOf } from './push-row.js'
import type { Schema } from './schema.js'
import { countInStats } from './stats-store.js'
import type { PushStore } from './store-of-pushes.js'

const ends = ['done', 'cancelled', 'failed'] as const
/** Devices that wait for an attempt and are ended in one transaction. */
const RETRIES_AT_ONCE = 5000

/** How a push is to end. */
interface PushEnd {
  state: (typeof ends)[number]
  reason: string | null
  by: string | null
  at: number
  /** The time by which leases are judged. */
  leasesAt: number
}

/** See `PushStore.finish`; inside a transaction. */
export async function finishPush(
  db: Kysely<Schema>,
  pushId: number,
  how: PushEnd,
): Promise<Push | undefined> {
  const { push, isPlan } = await pushOf(db, pushId)
  return isEnd(push.state) ? push : await end(db, push, isPlan, how)
}

/** See `PushStore.conclude`; inside a transaction. */
export async function concludePush(
  db: Kysely<Schema>,
  ...[pushId, reason, at, convicting]: Parameters<PushStore['conclude']>
): ReturnType<PushStore['conclude']> {
  const { push, isPlan } = await pushOf(db, pushId)
  if (isEnd(push.state)) return { deactivated: [] }
  const ended = await end(db, push, isPlan, { state: 'done', reason, by: null, at, leasesAt: at })
  if (ended === undefined) return undefined
  // One accepted answer is the evidence that environment and topic are right, so that the others' tokens are wrong.
  const isProven = ended.accepted > 0 && convicting.length > 0
  return { deactivated: isProven ? await deactivateRejected(db, ended, convicting, at) : [] }
}

/** Planned devices of a chunk without an outcome, and outcomes beyond the plan: one of the two is 0. */
const settled = sql`(accepted + rejected + unknown + unsent + deferred)`
const chunkLeft = sql`case when size > ${settled} then size - ${settled} else 0 end`
const chunkExtra = sql`case when size < ${settled} then ${settled} - size else 0 end`
const restColumns = [
  sql<number>`coalesce(sum(${chunkLeft}), 0)`.as('unsent'),
  sql<number>`coalesce(sum(${chunkExtra}), 0)`.as('added'),
]

/** Whether a chunk is not done, or a device waits for another attempt. */
async function hasOpen(db: Kysely<Schema>, pushId: number): Promise<boolean> {
  const chunk = db.selectFrom('chunks').select('id').where('pushId', '=', pushId).where('state', '!=', 'done')
  if ((await chunk.limit(1).executeTakeFirst()) !== undefined) return true
  const retry = db.selectFrom('retries').select('deviceId').where('pushId', '=', pushId)
  return (await retry.limit(1).executeTakeFirst()) !== undefined
}

/** Whether a worker holds a part of the push, so that what it knows is still to come. */
async function isHeld(db: Kysely<Schema>, pushId: number, leasesAt: number): Promise<boolean> {
  const chunk = db.selectFrom('chunks').select('id').where('pushId', '=', pushId)
  const held = chunk.where('state', '=', 'sending').where('leaseUntil', '>', leasesAt)
  if ((await held.limit(1).executeTakeFirst()) !== undefined) return true
  const retry = db.selectFrom('retries').select('deviceId').where('pushId', '=', pushId)
  const leased = retry.where('lease', 'is not', null).where('leaseUntil', '>', leasesAt)
  return (await leased.limit(1).executeTakeFirst()) !== undefined
}

/** Ends a push that has not ended, or does a part of that; undefined where it is not to be ended yet. */
async function end(db: Kysely<Schema>, push: Push, isPlan: boolean, how: PushEnd): Promise<Push | undefined> {
  const { state, reason, by, at, leasesAt } = how
  if (state === 'done' ? await hasOpen(db, push.id) : await isHeld(db, push.id, leasesAt)) return undefined
  if (state !== 'done' && !(await closeRetries(db, push, at))) {
    const part = await db
      .updateTable('pushes')
      .set({ state: 'paused', stateReason: reason, stateBy: by, endingAs: state, dueAt: null })
      .where('id', '=', push.id)
      .returning(pushColumns)
      .executeTakeFirstOrThrow()
    return await counted(db, push, part, at)
  }
  const left = state === 'done' ? { unknown: 0, unsent: 0, added: 0 } : await closeChunks(db, push, at)
  const ended = await db
    .updateTable('pushes')
    .set((eb) => ({
      // Where there is a plan still, nothing was sent, and nothing can have been counted but unsent.
      unsent: isPlan
        ? sql`case when audience_size > unsent then audience_size else unsent end`
        : eb('unsent', '+', left.unsent),
      unknown: eb('unknown', '+', left.unknown),
      audienceSize: eb('audienceSize', '+', left.added),
      deferred: 0,
      state,
      stateReason: reason,
      stateBy: by,
      endingAs: null,
      dueAt: null,
      plan: null,
      finishedAt: at,
    }))
    .where('id', '=', push.id)
    .returning(pushColumns)
    .executeTakeFirstOrThrow()
  return await counted(db, push, ended, at)
}

/** Adds what has been added to the unknown and the unsent of a push to the sums of the day. */
async function counted(db: Kysely<Schema>, before: Push, after: Push, at: number): Promise<Push> {
  await countInStats(db, after.serviceId, at, [
    { outcome: 'unknown', reason: '', count: after.unknown - before.unknown },
    { outcome: 'unsent', reason: '', count: after.unsent - before.unsent },
  ])
  return after
}

/** Deactivates the devices of a push that were rejected for one of these reasons, unless they registered since it was made. */
async function deactivateRejected(
  db: Kysely<Schema>,
  { id: pushId, createdAt }: Push,
  reasons: readonly string[],
  at: number,
): Promise<number[]> {
  const rejected = db
    .selectFrom('deliveries')
    .where('pushId', '=', pushId)
    .where('outcome', '=', 'rejected')
    .where('reason', 'in', reasons)
  const rows = await db
    .updateTable('devices')
    .set((eb) => ({
      isActive: 0,
      deactivatedAt: at,
      deactivationReason: eb
        .selectFrom('deliveries')
        .select('reason')
        .where('pushId', '=', pushId)
        .whereRef('deviceId', '=', 'devices.id'),
    }))
    .where('id', 'in', rejected.select('deviceId'))
    .where('isActive', '=', 1)
    .where('registeredAt', '<=', createdAt)
    .returning('id')
    .execute()
  return rows.map(({ id }) => id).sort((a, b) => a - b)
}

/** Closes the chunks of a push that are open, and says what that adds to its counters. */
async function closeChunks(db: Kysely<Schema>, push: Push, at: number) {
  const open = db.selectFrom('chunks').where('pushId', '=', push.id).where('state', '!=', 'done')
  // What was handed over by a worker that never came back may have left.
  let lost = 0
  for (const chunk of await open
    .select(['id', 'position', 'handed'])
    .whereRef('handed', '>', 'position')
    .execute())
    lost += await writeLost(db, push, chunk, at)
  const rest = await open.select(restColumns).executeTakeFirstOrThrow()
  await db
    .updateTable('chunks')
    .set((eb) => ({
      unsent: sql<number>`unsent + ${chunkLeft}`,
      size: sql<number>`size + ${chunkExtra}`,
      state: 'done',
      // Whoever still works on it is refused from now on.
      fence: eb('fence', '+', 1),
      leaseOwner: null,
      leaseUntil: null,
    }))
    .where('pushId', '=', push.id)
    .where('state', '!=', 'done')
    .execute()
  return { unknown: lost, unsent: Number(rest.unsent), added: Number(rest.added) }
}

/** Writes devices as unknown that lie between the position of a chunk and what was handed over of it. */
async function writeLost(
  db: Kysely<Schema>,
  push: Push,
  chunk: { id: number; position: number; handed: number },
  at: number,
): Promise<number> {
  const devices =
    push.audienceKind === 'all'
      ? sql`select id as device_id from devices where service_id = ${push.serviceId}
          and (is_active = 1 or deactivated_at >= ${push.createdAt})
          and id > ${chunk.position} and id <= ${chunk.handed}`
      : sql`select device_id from push_targets where push_id = ${push.id}
          and device_id > ${chunk.position} and device_id <= ${chunk.handed}`
  const { numAffectedRows = 0n } = await sql`insert into deliveries (push_id, device_id, outcome, reason, at)
    select ${push.id}, device_id, 'unknown', ${WORKER_LOST}, ${at} from (${devices}) as lost where true
    on conflict (push_id, device_id) do nothing`.execute(db)
  const lost = Number(numAffectedRows)
  await db
    .updateTable('chunks')
    .set((eb) => ({ unknown: eb('unknown', '+', lost), position: chunk.handed }))
    .where('id', '=', chunk.id)
    .execute()
  return lost
}

/**
 * Ends the devices that wait for an attempt, or some thousand of them, and counts them in the push. A push at a local time may have
 * millions: in one transaction they would hold up whoever else writes for seconds. False: there are more.
 */
async function closeRetries(db: Kysely<Schema>, push: Push, at: number): Promise<boolean> {
  const { id: pushId } = push
  const those = db.selectFrom('retries').select('deviceId').where('pushId', '=', pushId).orderBy('deviceId')
  const last = await those
    .offset(RETRIES_AT_ONCE - 1)
    .limit(1)
    .executeTakeFirst()
  // What workers have lost comes first, all of it, so that none of them records a part of what it has.
  await closeSome(db, push, sql`lease is not null`, at)
  await closeSome(db, push, last === undefined ? sql`true` : sql`device_id <= ${last.deviceId}`, at)
  return (await those.limit(1).executeTakeFirst()) === undefined
}

/** By Apple's last word, where there is one. */
async function closeSome(db: Kysely<Schema>, push: Push, which: RawBuilder<unknown>, at: number) {
  const { id: pushId, serviceId } = push
  await sql`insert into deliveries (push_id, device_id, outcome, reason, status, at)
    select push_id, device_id,
      case when lease is not null then 'unknown' when reason is null then 'unsent' else 'rejected' end,
      case when lease is not null then ${WORKER_LOST} else coalesce(reason, ${NOT_ATTEMPTED}) end,
      case when lease is null then status end, ${at}
    from retries where push_id = ${pushId} and ${which}
    on conflict (push_id, device_id) do nothing`.execute(db)
  const count = (those: RawBuilder<unknown>) =>
    sql<number>`coalesce(sum(case when ${those} then 1 else 0 end), 0)`
  const counts = await db
    .selectFrom('retries')
    .select([
      count(sql`lease is not null`).as('unknown'),
      count(sql`lease is null and reason is null`).as('unsent'),
      count(sql`lease is null and reason is not null`).as('rejected'),
    ])
    .where('pushId', '=', pushId)
    .where(sql<boolean>`${which}`)
    .executeTakeFirstOrThrow()
  const [unknown, unsent, rejected] = [counts.unknown, counts.unsent, counts.rejected].map(Number)
  const ended = unknown! + unsent! + rejected!
  if (ended === 0) return
  if (rejected! > 0) {
    const byReason = db.selectFrom('retries').where('pushId', '=', pushId).where(sql<boolean>`${which}`)
    const rows = await byReason
      .where('lease', 'is', null)
      .where('reason', 'is not', null)
      .select(['reason', (eb) => eb.fn.countAll<number>().as('count')])
      .groupBy('reason')
      .execute()
    const counts = rows.map(({ reason, count }) => ({ reason: reason!, count: Number(count) }))
    await countInStats(
      db,
      serviceId,
      at,
      counts.map((one) => ({ outcome: 'rejected' as const, ...one })),
    )
  }
  await db.deleteFrom('retries').where('pushId', '=', pushId).where(sql<boolean>`${which}`).execute()
  await db
    .updateTable('pushes')
    .set((eb) => ({
      unknown: eb('unknown', '+', unknown!),
      unsent: eb('unsent', '+', unsent!),
      rejected: eb('rejected', '+', rejected!),
      deferred: eb('deferred', '-', ended),
    }))
    .where('id', '=', pushId)
    .execute()
}

function isEnd(state: PushState): boolean {
  return (ends as readonly PushState[]).includes(state)
}
