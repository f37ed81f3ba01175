import { PushError } from '../../base/index.js'
import { type Audience, DEFAULT_MAX_ATTEMPTS, type Push } from '../../model/index.js'
import { serviceNotFound } from '../constraint-violation.js'
import { keyReused } from '../push-store.js'
import type { NewPush } from '../store-of-pushes.js'
import { isWalked, type WalkedAudience } from './audience-walk.js'
import type { SqliteDatabase } from './sqlite-database.js'

/** An audience that is resolved in one go: a list of names, or an index as it is. */
export type ListedAudience = Exclude<Audience, WalkedAudience>

/** How an audience comes out: whom a push goes to, and who is left out. */
export type AudienceMeasure = Pick<Push, 'audienceSize' | 'skippedInactive' | 'skippedUnregistered'>

/** Names of an audience are handed to SQLite in lists of so many, to keep the JSON text small. */
const namesAtOnce = 10_000

/**
 * Devices of a service that a list names, by the kind of the list. The names stand in a temporary table of this connection,
 * which drops what is named twice. `cross join` keeps SQLite from walking all devices of the service instead.
 */
const namedDevices = {
  tokens: 'named cross join devices on devices.token = named.name and devices.service_id = @serviceId',
  devices: 'named cross join devices on devices.id = named.name and devices.service_id = @serviceId',
  users: `named cross join device_users on device_users.user_id = named.name
    cross join devices on devices.id = device_users.device_id and devices.service_id = @serviceId`,
} as const

/** Counts an audience. The list of names is left behind for `planPush`. */
export function measureAudience(
  db: SqliteDatabase,
  serviceId: number,
  audience: ListedAudience,
): AudienceMeasure {
  if (audience.kind === 'all') {
    const count = db.statement('select count(*) from devices where service_id = ? and is_active = ?').pluck()
    return {
      audienceSize: count.get(serviceId, 1) as number,
      skippedInactive: count.get(serviceId, 0) as number,
      skippedUnregistered: 0,
    }
  }
  const named = nameAll(db, audience.kind === 'tokens' ? audience.tokens : audience.ids)
  // Only users can lead to a device twice; counting without `distinct` takes half the time.
  const every = audience.kind === 'users' ? 'distinct ' : ''
  const counts = db.statement(`select count(${every}devices.id) filter (where is_active = 1) as active,
    count(${every}devices.id) filter (where is_active = 0) as inactive, count(${every}named.name) as found
    from ${namedDevices[audience.kind]}`)
  const { active, inactive, found } = counts.get({ serviceId }) as Record<string, number>
  return { audienceSize: active!, skippedInactive: inactive!, skippedUnregistered: named - found! }
}

/** How many active devices that a list names are in each time zone. */
export function zonesOfNamed(
  db: SqliteDatabase,
  serviceId: number,
  audience: Exclude<ListedAudience, { kind: 'all' }>,
): { zone: string; count: number }[] {
  nameAll(db, audience.kind === 'tokens' ? audience.tokens : audience.ids)
  const counts = db.statement(`select time_zone as zone, count(distinct devices.id) as count
    from ${namedDevices[audience.kind]} where is_active = 1 group by time_zone`)
  return counts.all({ serviceId }) as { zone: string; count: number }[]
}

/** Fills the table of names, and says how many different ones there are. */
function nameAll(db: SqliteDatabase, names: readonly (string | number)[]): number {
  // `create` can not be compiled in advance once the table is there; it is cheap.
  db.statement('create temporary table if not exists named (name primary key) without rowid').run()
  db.statement('delete from named').run()
  const add = db.statement('insert or ignore into named select value from json_each(?)')
  for (let first = 0; first < names.length; first += namesAtOnce) {
    add.run(JSON.stringify(names.slice(first, first + namesAtOnce)))
  }
  return db.statement('select count(*) from named').pluck().get() as number
}

/**
 * Writes a push with its targets and chunks; inside a transaction. Returns its id, or that of the push that has the same
 * idempotency key. PUSH_ERR_SERVICE_NOT_FOUND, PUSH_ERR_NOTIFICATION_NOT_FOUND, PUSH_ERR_IDEMPOTENCY_KEY_REUSED.
 */
export function planPush(db: SqliteDatabase, push: NewPush): number {
  requireRows(db, push)
  const known = pushOfKey(db, push)
  if (known !== undefined) return known
  const { audience, serviceId, chunkSize, dueAt, localTime, timeZone, at } = push
  const pushId = insertPush(db, push)
  if (dueAt === undefined && !isWalked(audience)) {
    cut(db, { pushId, serviceId, audience, chunkSize, at })
  } else {
    // What is resolved page by page is counted then.
    const { audienceSize, skippedInactive, skippedUnregistered } = isWalked(audience)
      ? { audienceSize: 0, skippedInactive: 0, skippedUnregistered: 0 }
      : measureAudience(db, serviceId, audience)
    db.statement(`update pushes set audience_size = ?, skipped_inactive = ?, skipped_unregistered = ?,
      state = 'scheduled', due_at = ?, begins_at = ?, local_time = ?, plan = ? where id = ?`).run(
      audienceSize,
      skippedInactive,
      skippedUnregistered,
      dueAt ?? at,
      dueAt ?? null,
      localTime ?? null,
      JSON.stringify({ audience, chunkSize, timeZone } satisfies PushPlan),
      pushId,
    )
  }
  return pushId
}

/** What is kept of a push whose devices do not all have their chunk, or their local time, yet. */
export interface PushPlan {
  /** Absent: it is resolved, and, unless it is `all`, stands in `push_targets`. A list may be long, and at a local time the plan is written once a page. */
  audience?: Audience
  chunkSize: number
  /** The time zone of devices whose own is not known, where it is a push at a local time. */
  timeZone: string | undefined
  /** The last device that has its local time already. Absent: none. */
  after?: number
}

/** Resolves an audience and writes targets and chunks; the push is queued then, or done where there is nobody. */
export function cut(
  db: SqliteDatabase,
  push: Pick<NewPush, 'serviceId' | 'chunkSize' | 'at'> & { audience: ListedAudience; pushId: number },
): void {
  const { pushId, serviceId, audience } = push
  const { skippedInactive, skippedUnregistered } =
    audience.kind === 'all'
      ? // Its size comes out of the chunks: counting it beforehand would be a second walk.
        { skippedInactive: countInactive(db, serviceId), skippedUnregistered: 0 }
      : writeTargets(db, pushId, serviceId, audience)
  db.statement('update pushes set skipped_inactive = ?, skipped_unregistered = ? where id = ?').run(
    ...[skippedInactive, skippedUnregistered, pushId],
  )
  queue(db, { ...push, isAll: audience.kind === 'all' })
}

/** Cuts the devices of a push into chunks: all of its service, or its targets. It is queued then, or done where there is nobody. */
export function queue(
  db: SqliteDatabase,
  push: { pushId: number; serviceId: number; isAll: boolean; chunkSize: number; at: number },
): void {
  const { pushId, serviceId, isAll, chunkSize, at } = push
  const range = isAll
    ? { from: 'devices where service_id = @owner and is_active = 1 and id', id: 'id', owner: serviceId }
    : { from: 'push_targets where push_id = @owner and device_id', id: 'device_id', owner: pushId }
  const size = writeChunks(db, pushId, range, chunkSize)
  db.statement(`update pushes set audience_size = @size, state = iif(@size = 0, 'done', 'queued'),
    finished_at = iif(@size = 0, @at, null), due_at = null, plan = null where id = @pushId`).run({
    ...{ pushId, size, at },
  })
}

/** Writes down who of an audience that is named is a device now. */
export function writeTargets(
  db: SqliteDatabase,
  pushId: number,
  serviceId: number,
  audience: Exclude<ListedAudience, { kind: 'all' }>,
): AudienceMeasure {
  const measure = measureAudience(db, serviceId, audience)
  const add = db.statement(`insert into push_targets (push_id, device_id)
    select distinct @pushId, devices.id from ${namedDevices[audience.kind]} where is_active = 1`)
  add.run({ pushId, serviceId })
  return measure
}

/** The push that was made with the same key. PUSH_ERR_IDEMPOTENCY_KEY_REUSED where it was another request. */
function pushOfKey(db: SqliteDatabase, { serviceId, idempotency }: NewPush): number | undefined {
  if (idempotency === undefined) return undefined
  const find = db.statement(
    'select id, request_hash as hash from pushes where service_id = ? and idempotency_key = ?',
  )
  const push = find.get(serviceId, idempotency.key) as { id: number; hash: string } | undefined
  if (push === undefined || push.hash === idempotency.hash) return push?.id
  throw keyReused(idempotency.key, push.id)
}

/** The devices of a push as a walk along an index. */
interface DeviceRange {
  from: string
  id: string
  owner: number
}

/**
 * Cuts the devices into chunks by stepping along the index from bound to bound; no row of a device is read. Ranges adjoin,
 * so a device that comes back while the push runs lies in one. 5,000,000 devices take 0.1 s in chunks of
 * 10,000, 0.3 s in chunks of 100.
 */
function writeChunks(db: SqliteDatabase, pushId: number, range: DeviceRange, chunkSize: number): number {
  const { from, id, owner } = range
  const first = db.statement(`select min(${id}) from ${from} > 0`).pluck()
  const bound = db.statement(`select ${id} from ${from} > @after order by ${id} limit 1 offset @skip`).pluck()
  const rest = db.statement(`select max(${id}) as last, count(*) as size from ${from} > @after`)
  const add =
    db.statement(`insert into chunks (push_id, first_device_id, last_device_id, size, position, handed)
    values (?, ?, ?, ?, ?, ?)`)
  let after = ((first.get({ owner }) as number | null) ?? 1) - 1
  let total = 0
  for (;;) {
    let last = bound.get({ owner, after, skip: chunkSize - 1 }) as number | undefined
    let size = chunkSize
    if (last === undefined) {
      const left = rest.get({ owner, after }) as { last: number | null; size: number }
      if (left.last === null) return total
      last = left.last
      size = left.size
    }
    add.run(pushId, after + 1, last, size, after, after)
    total += size
    after = last
  }
}

function countInactive(db: SqliteDatabase, serviceId: number): number {
  const count = db.statement('select count(*) from devices where service_id = ? and is_active = 0').pluck()
  return count.get(serviceId) as number
}

function requireRows(db: SqliteDatabase, { serviceId, notificationId }: NewPush): void {
  if (db.statement('select 1 from services where id = ?').get(serviceId) === undefined) {
    throw serviceNotFound(serviceId)
  }
  if (notificationId === null) return
  const notification = db.statement('select 1 from notifications where id = ? and service_id = ?')
  if (notification.get(notificationId, serviceId) !== undefined) return
  throw new PushError(
    'PUSH_ERR_NOTIFICATION_NOT_FOUND',
    `service ${serviceId} has no notification with id ${notificationId}`,
    { field: 'notification' },
  )
}

function insertPush(db: SqliteDatabase, push: NewPush): number {
  const {
    audience,
    idempotency,
    chunkSize: _,
    dueAt: _at,
    localTime: _time,
    timeZone: _zone,
    ...content
  } = push
  const insert =
    db.statement(`insert into pushes (uuid, service_id, notification_id, payload, push_type, topic, priority,
      expiration, collapse_id, state, state_by, urgency, duplicates, max_attempts, idempotency_key, request_hash,
      audience_kind, retry_of, audience_size, skipped_inactive, skipped_unregistered, created_at)
    values (@uuid, @serviceId, @notificationId, @payload, @pushType, @topic, @priority,
      @expiration, @collapseId, 'queued', @by, @urgency, @duplicates, @maxAttempts, @idempotencyKey, @requestHash,
      @audienceKind, @retryOf, 0, 0, 0, @at)`)
  const row = {
    urgency: 'normal',
    duplicates: 'bounded',
    maxAttempts: DEFAULT_MAX_ATTEMPTS,
    by: null,
    ...content,
    idempotencyKey: idempotency?.key ?? null,
    requestHash: idempotency?.hash ?? null,
    audienceKind: audience.kind,
    retryOf: audience.kind === 'retry' ? audience.pushId : null,
  }
  return Number(insert.run(row).lastInsertRowid)
}
