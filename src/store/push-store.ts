import { type Kysely, type RawBuilder, sql } from 'kysely'
import { PushError, shown } from '../base/index.js'
import { type Chunk, type Delivery, type Push, type PushState, WORKER_LOST } from '../model/index.js'
import { pageBounds } from './page-bounds.js'
import { prunePushes, type ReasonCount, reasonsOf } from './push-reasons.js'
import type { Schema } from './schema.js'
import type { DevicePage, NewPush, Page, PageRecord, PushStore, RetryRecord } from './store.js'

const ends = ['done', 'cancelled', 'failed'] as const
/** Devices that wait for an attempt and are ended in one transaction. */
const RETRIES_AT_ONCE = 5000

/** What is a push to the outside. Without its plan, which may be a list of all its tokens, and is needed once. */
const pushColumns = [
  ...(['id', 'uuid', 'serviceId', 'notificationId', 'payload', 'pushType', 'topic', 'priority'] as const),
  ...(['expiration', 'collapseId', 'state', 'stateReason', 'stateBy', 'endingAs', 'urgency'] as const),
  ...(['duplicates', 'maxAttempts', 'dueAt', 'beginsAt', 'deferred', 'localTime', 'audienceKind'] as const),
  ...(['audienceSize', 'skippedInactive', 'skippedUnregistered', 'createdAt', 'startedAt'] as const),
  ...(['finishedAt', 'accepted', 'rejected', 'unknown', 'unsent'] as const),
] as const satisfies readonly (keyof Push)[]

/** Pushes, but for what runs once a page or a chunk, which each database does in its own way. */
export abstract class KyselyPushStore implements PushStore {
  readonly #db: Kysely<Schema>

  constructor(db: Kysely<Schema>) {
    this.#db = db
  }

  abstract plan(push: NewPush): Promise<Push>
  abstract measure(...args: Parameters<PushStore['measure']>): ReturnType<PushStore['measure']>
  abstract lease(...args: Parameters<PushStore['lease']>): Promise<Chunk | undefined>
  abstract page(chunk: Chunk, after: number, limit: number): Promise<DevicePage>
  abstract record(record: PageRecord): Promise<{ deactivated: number[] } | false>
  abstract renew(chunkId: number, fence: number, until: number): Promise<boolean>
  abstract finishChunk(chunkId: number, fence: number, at: number): Promise<boolean>
  abstract begin(pushId: number, at: number): Promise<Push | undefined>
  abstract hand(chunkId: number, fence: number, upTo: number): Promise<boolean>
  abstract pace(serviceId: number, count: number, at: number): Promise<number>
  abstract renewRetries(pushId: number, lease: string, until: number): Promise<boolean>
  abstract releaseRetries(pushId: number, lease: string): Promise<void>
  abstract release(chunkId: number, fence: number): Promise<void>
  abstract leaseRetries(...args: Parameters<PushStore['leaseRetries']>): ReturnType<PushStore['leaseRetries']>
  abstract recordRetries(record: RetryRecord): Promise<{ deactivated: number[] } | false>

  async get(id: number): Promise<Push | undefined> {
    return await this.#db.selectFrom('pushes').select(pushColumns).where('id', '=', id).executeTakeFirst()
  }

  async list(page: Page & { serviceId?: number } = {}): Promise<Push[]> {
    const { after, limit } = pageBounds(page)
    let query = this.#db.selectFrom('pushes').select(pushColumns).where('id', '>', after)
    if (page.serviceId !== undefined) query = query.where('serviceId', '=', page.serviceId)
    return await query.orderBy('id').limit(limit).execute()
  }

  async ofKey(serviceId: number, { key, hash }: { key: string; hash: string }): Promise<Push | undefined> {
    const row = await this.#db
      .selectFrom('pushes')
      .select([...pushColumns, 'requestHash'])
      .where('serviceId', '=', serviceId)
      .where('idempotencyKey', '=', key)
      .executeTakeFirst()
    if (row === undefined) return undefined
    const { requestHash, ...push } = row
    if (requestHash !== hash) throw keyReused(key, push.id)
    return push
  }

  async active(
    at: number,
    leasesAt = at,
  ): Promise<{ push: Push; hasWork: boolean; isHeld: boolean; isOpen: boolean }[]> {
    const held = sql<number>`exists (select 1 from chunks where push_id = pushes.id
        and state = 'sending' and lease_until > ${leasesAt})
      or exists (select 1 from retries where push_id = pushes.id and lease is not null and lease_until > ${leasesAt})`
    const leasable = sql<number>`exists (select 1 from chunks where push_id = pushes.id
        and (state = 'queued' or state = 'sending' and lease_until <= ${leasesAt}))
      or exists (select 1 from retries where push_id = pushes.id and lease is null and due_at <= ${at})
      or exists (select 1 from retries where push_id = pushes.id and lease is not null and lease_until <= ${leasesAt})`
    const open = sql<number>`exists (select 1 from chunks where push_id = pushes.id and state in ('queued', 'sending'))
      or exists (select 1 from retries where push_id = pushes.id)`
    // Before the first answer one worker is alone with a push: see `lease`.
    const hasWork = sql<number>`(${leasable}) and (accepted + rejected > 0 or not (${held}))`
    const rows = await this.#db
      .selectFrom('pushes')
      .select(pushColumns)
      .select(sql<number>`case when ${hasWork} then 1 else 0 end`.as('hasWork'))
      .select(sql<number>`case when ${open} then 1 else 0 end`.as('isOpen'))
      .select(sql<number>`case when ${held} then 1 else 0 end`.as('isHeld'))
      .where((eb) =>
        eb.or([
          eb('state', 'in', ['queued', 'sending']),
          eb.and([eb('state', 'in', ['scheduled', 'paused']), eb('dueAt', '<=', at)]),
          eb.and([eb('state', '=', 'paused'), eb('endingAs', 'is not', null)]),
        ]),
      )
      .orderBy(sql`case when urgency = 'urgent' then 0 else 1 end`)
      .orderBy('id')
      .execute()
    return rows.map(({ hasWork, isHeld, isOpen, ...push }) => ({
      push,
      hasWork: hasWork === 1,
      isHeld: isHeld === 1,
      isOpen: isOpen === 1,
    }))
  }

  async states(
    ids: readonly number[],
  ): Promise<Pick<Push, 'id' | 'state' | 'stateReason' | 'stateBy' | 'endingAs'>[]> {
    if (ids.length === 0) return []
    return await this.#db
      .selectFrom('pushes')
      .select(['id', 'state', 'stateReason', 'stateBy', 'endingAs'])
      .where('id', 'in', ids)
      .execute()
  }

  async finish(
    pushId: number,
    state: (typeof ends)[number],
    reason: string | null,
    at: number,
    by: string | null = null,
    leasesAt = at,
  ): Promise<Push | undefined> {
    return await this.#db.transaction().execute(async (db) => {
      const { push, isPlan } = await pushOf(db, pushId)
      return isEnd(push.state) ? push : await end(db, push, isPlan, { state, reason, by, at, leasesAt })
    })
  }

  async conclude(
    pushId: number,
    reason: string | null,
    at: number,
    convicting: readonly string[],
  ): Promise<{ deactivated: number[] } | undefined> {
    return await this.#db.transaction().execute(async (db) => {
      const { push, isPlan } = await pushOf(db, pushId)
      if (isEnd(push.state)) return { deactivated: [] }
      const ended = await end(db, push, isPlan, { state: 'done', reason, by: null, at, leasesAt: at })
      if (ended === undefined) return undefined
      // One accepted answer is the evidence that environment and topic are right, so that the others' tokens are wrong.
      const isProven = ended.accepted > 0 && convicting.length > 0
      return { deactivated: isProven ? await deactivateRejected(db, ended, convicting, at) : [] }
    })
  }

  async setState(
    pushId: number,
    from: readonly PushState[],
    change: Parameters<PushStore['setState']>[2],
    seenDueAt?: number | null,
  ): Promise<Push> {
    return await this.#db.transaction().execute(async (db) => {
      const { push, isPlan } = await pushOf(db, pushId)
      const { state, endingAs, dueAt, beginsAt } = push
      if (endingAs !== null && change.endingAs === null) {
        const message = `push ${pushId} is to be ${endingAs} as soon as its workers have stopped; that is final`
        throw new PushError('PUSH_ERR_PUSH_STATE', message, { field: 'state' })
      }
      if (!from.includes(state)) {
        throw new PushError(
          'PUSH_ERR_PUSH_STATE',
          `push ${pushId} is ${state}; that is possible only while it is ${from.join(' or ')}`,
          { field: 'state' },
        )
      }
      if (seenDueAt !== undefined && seenDueAt !== dueAt) {
        const message = `push ${pushId} is ${state}, and when it goes on has been changed meanwhile`
        throw new PushError('PUSH_ERR_PUSH_STATE', message, { field: 'state' })
      }
      // Where the audience has not been resolved yet, that comes first.
      const isUnplanned = change.state === 'queued' && isPlan
      return await db
        .updateTable('pushes')
        .set(isUnplanned ? { ...change, state: 'scheduled', dueAt: change.dueAt ?? beginsAt } : change)
        .where('id', '=', pushId)
        .returning(pushColumns)
        .executeTakeFirstOrThrow()
    })
  }

  prune(endedBefore: number, limit: number, at: number): Promise<boolean> {
    return prunePushes(this.#db, endedBefore, limit, at)
  }

  reasons(pushId: number): Promise<ReasonCount[]> {
    return reasonsOf(this.#db, pushId)
  }

  async deliveries(pushId: number, page?: Page): Promise<Delivery[]> {
    const { after, limit } = pageBounds(page)
    return await this.#db
      .selectFrom('deliveries')
      .selectAll()
      .where('pushId', '=', pushId)
      .where('deviceId', '>', after)
      .orderBy('deviceId')
      .limit(limit)
      .execute()
  }
}

/** PUSH_ERR_IDEMPOTENCY_KEY_REUSED. */
export function keyReused(key: string, pushId: number): PushError {
  return new PushError(
    'PUSH_ERR_IDEMPOTENCY_KEY_REUSED',
    `idempotencyKey: ${shown(key)} was used for push ${pushId}, which was another request; use a new key`,
    { field: 'idempotencyKey' },
  )
}

/** Planned devices of a chunk without an outcome, and outcomes beyond the plan: one of the two is 0. */
const counted = sql`(accepted + rejected + unknown + unsent + deferred)`
const chunkLeft = sql`case when size > ${counted} then size - ${counted} else 0 end`
const chunkExtra = sql`case when size < ${counted} then ${counted} - size else 0 end`
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
async function end(
  db: Kysely<Schema>,
  push: Push,
  isPlan: boolean,
  how: {
    state: (typeof ends)[number]
    reason: string | null
    by: string | null
    at: number
    leasesAt: number
  },
): Promise<Push | undefined> {
  const { state, reason, by, at, leasesAt } = how
  if (state === 'done' ? await hasOpen(db, push.id) : await isHeld(db, push.id, leasesAt)) return undefined
  if (state !== 'done' && !(await closeRetries(db, push.id, at)))
    return await db
      .updateTable('pushes')
      .set({ state: 'paused', stateReason: reason, stateBy: by, endingAs: state, dueAt: null })
      .where('id', '=', push.id)
      .returning(pushColumns)
      .executeTakeFirstOrThrow()
  const left = state === 'done' ? { unknown: 0, unsent: 0, added: 0 } : await closeChunks(db, push, at)
  return await db
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
async function closeRetries(db: Kysely<Schema>, pushId: number, at: number): Promise<boolean> {
  const those = db.selectFrom('retries').select('deviceId').where('pushId', '=', pushId).orderBy('deviceId')
  const last = await those
    .offset(RETRIES_AT_ONCE - 1)
    .limit(1)
    .executeTakeFirst()
  // What workers have lost comes first, all of it, so that none of them records a part of what it has.
  await closeSome(db, pushId, sql`lease is not null`, at)
  await closeSome(db, pushId, last === undefined ? sql`true` : sql`device_id <= ${last.deviceId}`, at)
  return (await those.limit(1).executeTakeFirst()) === undefined
}

/** By Apple's last word, where there is one. Those that never left get no row, like those in chunks that nobody has come to. */
async function closeSome(db: Kysely<Schema>, pushId: number, which: RawBuilder<unknown>, at: number) {
  await sql`insert into deliveries (push_id, device_id, outcome, reason, status, at)
    select push_id, device_id,
      case when lease is not null then 'unknown' else 'rejected' end,
      case when lease is not null then ${WORKER_LOST} else reason end,
      case when lease is null then status end, ${at}
    from retries where push_id = ${pushId} and ${which} and (lease is not null or reason is not null)
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

/** A push, and whether there still is a plan to be carried out before anything of it can be leased. PUSH_ERR_PUSH_NOT_FOUND. */
async function pushOf(db: Kysely<Schema>, id: number): Promise<{ push: Push; isPlan: boolean }> {
  const row = await db
    .selectFrom('pushes')
    .select(pushColumns)
    .select(sql<number>`case when plan is null then 0 else 1 end`.as('isPlan'))
    .where('id', '=', id)
    .executeTakeFirst()
  if (row === undefined)
    throw new PushError('PUSH_ERR_PUSH_NOT_FOUND', `push with id ${id} does not exist`, { field: 'push' })
  const { isPlan, ...push } = row
  return { push, isPlan: isPlan === 1 }
}
