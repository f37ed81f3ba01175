import { dueIn, isTooLate, LOCAL_TIME_PASSED, type Push } from '../../model/index.js'
import { addToStats } from './add-to-stats.js'
import { isWalked, type WalkedAudience, walkAudience } from './audience-walk.js'
import { cut, type ListedAudience, measureAudience, type PushPlan, queue, writeTargets } from './push-plan.js'
import type { SqliteDatabase } from './sqlite-database.js'

/**
 * Devices that are given their time in one transaction, while a registration has to wait: it takes 8 ms with 20
 * time zones among them, 18 ms with 400 (CPU, 200,000 devices).
 */
const DEVICES_AT_ONCE = 2500

/** Devices of a push after one of them, by id, with their zone. */
const pages = {
  all: `select id, time_zone from devices where service_id = @serviceId and is_active = 1 and id > @after
    order by id limit ${DEVICES_AT_ONCE}`,
  named: `select devices.id, time_zone from push_targets join devices on devices.id = device_id
    where push_id = @pushId and device_id > @after and is_active = 1 order by device_id limit ${DEVICES_AT_ONCE}`,
}

/** The devices of a page with their instants; zones come as pairs, and are looked up in an index that SQLite makes of them. */
const withInstants = (page: string) => `with
  page as materialized (${page}),
  zones as materialized (select key as name, value as due_at from json_each(@zones))
  select id, due_at from page cross join zones on zones.name = page.time_zone order by due_at, id`

/**
 * Resolves an audience, cuts a scheduled push into chunks, or gives devices their local time: some thousand devices a call, where it can't be
 * done in one; inside a transaction. False: it is not scheduled any more.
 */
export function beginPush(db: SqliteDatabase, pushId: number, at: number): boolean {
  const find =
    db.statement(`select service_id as serviceId, local_time as localTime, audience_kind as audienceKind,
    resolved_up_to as resolvedUpTo, plan
    from pushes where id = ? and state = 'scheduled' and plan is not null`)
  const push = find.get(pushId) as
    | (Pick<Push, 'serviceId' | 'localTime' | 'audienceKind'> & { resolvedUpTo: number; plan: string })
    | undefined
  if (push === undefined) return false
  const { serviceId, localTime, audienceKind, resolvedUpTo } = push
  const { audience, ...plan } = JSON.parse(push.plan) as PushPlan
  if (audience !== undefined && isWalked(audience)) {
    if (!resolvePage(db, { pushId, serviceId, audience, resolvedUpTo })) return true
    // The next page, that of local times, is another transaction.
    if (localTime !== null)
      db.statement('update pushes set plan = ? where id = ?').run(JSON.stringify(plan), pushId)
    else queue(db, { pushId, serviceId, isAll: false, chunkSize: plan.chunkSize, at })
    return true
  }
  if (localTime !== null) {
    beginAtLocalTime(db, { pushId, serviceId, audienceKind, localTime, audience, plan, at })
    return true
  }
  cut(db, { pushId, serviceId, audience: audience!, chunkSize: plan.chunkSize, at })
  return true
}

/** Writes down who fits among the next devices. True: those were the last. Where it stands is kept in the same transaction. */
function resolvePage(
  db: SqliteDatabase,
  push: { pushId: number; serviceId: number; audience: WalkedAudience; resolvedUpTo: number },
): boolean {
  const { pushId, serviceId, audience, resolvedUpTo } = push
  const { ids, inactive, next } = walkAudience(db, serviceId, audience, resolvedUpTo)
  const add = db.statement(
    'insert or ignore into push_targets (push_id, device_id) select ?, value from json_each(?)',
  )
  const active = add.run(pushId, ids).changes
  db.statement(`update pushes set audience_size = audience_size + ?, skipped_inactive = skipped_inactive + ?,
    resolved_up_to = ? where id = ?`).run(active, inactive, next ?? resolvedUpTo, pushId)
  return next === null
}

interface LocalPush {
  pushId: number
  serviceId: number
  audienceKind: Push['audienceKind']
  localTime: string
  audience: ListedAudience | undefined
  plan: Omit<PushPlan, 'audience'>
  at: number
}

/**
 * Gives the next devices of a push their local time; the push is queued when all of them have it. Where it stands is kept in its
 * plan, in the same transaction.
 */
function beginAtLocalTime(db: SqliteDatabase, push: LocalPush): void {
  const { pushId, serviceId, audienceKind, at } = push
  const { audience, plan } = push
  if (audience !== undefined) resolveAudience(db, pushId, serviceId, audience)
  const page = audienceKind === 'all' ? pages.all : pages.named
  const place = { pushId, serviceId, after: plan.after ?? 0 }
  const read = db.statement(
    `select count(*) as size, max(id) as last, json_group_array(distinct time_zone) as zones from (${page})`,
  )
  const { size, last, zones } = read.get(place) as { size: number; last: number | null; zones: string }
  const { waiting, late } = instants(JSON.parse(zones), push)
  const put = db.statement(`insert into retries (push_id, device_id, attempts, due_at)
    select @pushId, id, 0, due_at from (${withInstants(page)})`)
  const drop = db.statement(`insert into deliveries (push_id, device_id, outcome, reason, at)
    select @pushId, id, 'unsent', '${LOCAL_TIME_PASSED}', @at from (${withInstants(page)})`)
  const deferred = put.run({ ...place, zones: JSON.stringify(waiting) }).changes
  const unsent =
    Object.keys(late).length > 0 ? drop.run({ ...place, at, zones: JSON.stringify(late) }).changes : 0
  addToStats(db, serviceId, at, { accepted: 0, unknown: 0, unsent })
  const isLast = size < DEVICES_AT_ONCE
  const progress = JSON.stringify({ ...plan, after: last ?? place.after } satisfies PushPlan)
  db.statement('update pushes set deferred = deferred + ?, unsent = unsent + ?, plan = ? where id = ?').run(
    ...[deferred, unsent, isLast ? null : progress, pushId],
  )
  // Who has registered since the audience was counted belongs to it, too.
  if (!isLast)
    db.statement('update pushes set audience_size = max(audience_size, deferred + unsent) where id = ?').run(
      pushId,
    )
  else
    db.statement(`update pushes set audience_size = deferred + unsent, due_at = null,
      state = case when deferred + unsent = 0 then 'done' else 'queued' end,
      finished_at = case when deferred + unsent = 0 then @at end where id = @pushId`).run({ pushId, at })
}

function resolveAudience(
  db: SqliteDatabase,
  pushId: number,
  serviceId: number,
  audience: ListedAudience,
): void {
  const { audienceSize, skippedInactive, skippedUnregistered } =
    audience.kind === 'all'
      ? measureAudience(db, serviceId, audience)
      : writeTargets(db, pushId, serviceId, audience)
  db.statement(
    'update pushes set audience_size = ?, skipped_inactive = ?, skipped_unregistered = ? where id = ?',
  ).run(...[audienceSize, skippedInactive, skippedUnregistered, pushId])
}

/** The instants of zones: those that are to come, and those that have passed. A zone that is not known is the push's. */
function instants(zones: readonly string[], { localTime, plan, at }: LocalPush) {
  const waiting: Record<string, number> = {}
  const late: Record<string, number> = {}
  for (const zone of zones) {
    const dueAt = dueIn(zone, localTime, plan.timeZone ?? 'UTC')
    if (isTooLate(dueAt, at)) late[zone] = dueAt
    else waiting[zone] = dueAt
  }
  return { waiting, late }
}
