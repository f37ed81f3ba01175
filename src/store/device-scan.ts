/*
 * Lists of devices, page by page in the order of ids, or backwards.
 *
 * Each step looks at a bounded number of devices, along whichever index leads to the fewest, and says where it has come to: with conditions
 * that few of five million devices meet, a page would be a walk of seconds otherwise, in which nobody else could read or write.
 */
import { type Kysely, type RawBuilder, type Selectable, sql } from 'kysely'
import type { DeviceSearch } from '../model/index.js'
import { contains } from './contains.js'
import type { OrderedBounds } from './page-bounds.js'
import type { DeviceRow, Schema } from './schema.js'

/** Devices that are looked at in one step: some milliseconds. */
const SCAN_ROWS = 5000
/** Devices that are counted in one step along an index that leads to nothing else. */
const COUNTED_ROWS = 100_000
/** A beginning of tokens that more devices share is of no help. */
const SHARED_PREFIX = 20_000

/** Which devices a step is about. */
interface DeviceScan {
  /** A `from` clause and conditions. */
  devices: RawBuilder<unknown>
  /** After which id to go on; absent: there are no more, or that follows from what comes out, because all of it fits. */
  next?: number
}

/** The next devices of a list; after which id to go on, where there are more. A page may be short, or empty, though there are. */
export async function scanDevices(
  db: Kysely<Schema>,
  search: DeviceSearch,
  page: OrderedBounds,
  scanRows?: number,
): Promise<{ rows: Selectable<DeviceRow>[]; next?: number }> {
  const { devices, next } = await nextScan(db, search, page, scanRows)
  const find = sql<
    Selectable<DeviceRow>
  >`select devices.* from ${devices} order by found.id ${sql.raw(page.order)} limit ${page.limit}`
  const { rows } = await find.execute(db)
  const last = rows.length === page.limit ? rows.at(-1)!.id : next
  return { rows, ...(last !== undefined && { next: last }) }
}

/** The next step of counting a list. */
export async function countScanned(
  db: Kysely<Schema>,
  search: DeviceSearch,
  after: number,
): Promise<{ count: number; next?: number }> {
  const page: OrderedBounds = { limit: COUNTED_ROWS, order: 'asc', beyond: '>', from: after }
  const { devices, next } = await nextScan(db, search, page)
  const look = sql<{
    count: number
    last: number | null
  }>`select count(*) as count, max(found.id) as last from ${devices}`
  const { count, last } = (await look.execute(db)).rows[0]!
  const goOn = count === page.limit ? last! : next
  return { count, ...(goOn !== undefined && { next: goOn }) }
}

async function nextScan(
  db: Kysely<Schema>,
  search: DeviceSearch,
  page: OrderedBounds,
  scanRows = SCAN_ROWS,
): Promise<DeviceScan> {
  const [way, rest] = await wayTo(db, search)
  const conditions = conditionsOf(rest)
  if (conditions.length === 0) return { devices: found(way(page)) }
  const range = { ...page, limit: scanRows }
  const end = page.order === 'asc' ? sql`max(id)` : sql`min(id)`
  const look = sql<{ last: number | null; rows: number }>`select ${end} as last, count(*) as "rows"
    from (${way(range)}) as scanned`
  const { last, rows } = (await look.execute(db)).rows[0]!
  const devices = sql`${found(way(range, last ?? page.from))} where ${sql.join(conditions, sql` and `)}`
  return { devices, ...(rows === scanRows && { next: last! }) }
}

/** `cross join` keeps SQLite from looking at all devices instead. */
function found(ids: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`(${ids}) as found cross join devices on devices.id = found.id`
}

/** Ids of a page in its order; with `upTo` none beyond that one. */
type Way = (page: OrderedBounds, upTo?: number) => RawBuilder<unknown>

/** The shortest way to devices that may fit, and what remains to be looked at in each. */
async function wayTo(db: Kysely<Schema>, search: DeviceSearch): Promise<[Way, DeviceSearch]> {
  const { ids, token, tokenPrefix, userId, tag, serviceId, isActive } = search
  const { ids: _ids, ...butIds } = search
  if (ids !== undefined)
    return [
      deviceWay(sql`id in (select value from json_each(${JSON.stringify([...ids])}))`, sql`+id`),
      butIds,
    ]
  const { token: _token, ...butToken } = search
  if (token !== undefined) return [deviceWay(sql`token = ${token}`, sql`+id`), butToken]
  const { tokenPrefix: _prefix, ...butPrefix } = search
  if (tokenPrefix !== undefined && (await isRare(db, tokenPrefix)))
    return [deviceWay(withPrefix(tokenPrefix), sql`+id`), butPrefix]
  const { userId: _userId, ...butUser } = search
  if (userId !== undefined) return [linkWay(sql`device_users where user_id = ${userId}`), butUser]
  const { tag: _tag, ...butTag } = search
  if (tag !== undefined) return [linkWay(sql`device_tags where tag = ${tag}`), butTag]
  const { serviceId: _serviceId, isActive: _isActive, ...butService } = search
  if (serviceId === undefined) return [deviceWay(sql`true`), search]
  const run = (flag: 0 | 1) => deviceWay(sql`service_id = ${serviceId} and is_active = ${flag}`)
  if (isActive !== undefined) return [run(isActive ? 1 : 0), butService]
  // All devices of a service stand in its index as two runs in order of id, the active and the others. With one condition on the
  // service alone the database would sort all of them for every page.
  const both: Way = (page, upTo) =>
    sql`select id from (${run(1)(page, upTo)}) union all select id from (${run(0)(page, upTo)})
      order by id ${sql.raw(page.order)} limit ${page.limit}`
  return [both, butService]
}

/** `+id` where the ids are to be sorted, because walking along them would look at every device. */
function deviceWay(which: RawBuilder<unknown>, column = sql`id`): Way {
  return (page, upTo) =>
    sql`select id from devices where ${which} and ${within(column, page, upTo)} order by ${column} ${sql.raw(page.order)} limit ${page.limit}`
}

function linkWay(links: RawBuilder<unknown>): Way {
  return (page, upTo) =>
    sql`select device_id as id from ${links} and ${within(sql`device_id`, page, upTo)}
      order by device_id ${sql.raw(page.order)} limit ${page.limit}`
}

/** Both ends of a range of ids, so that the database walks it and no more. */
function within(column: RawBuilder<unknown>, { beyond, from, order }: OrderedBounds, upTo?: number) {
  const begin = sql`${column} ${sql.raw(beyond)} ${from}`
  if (upTo === undefined) return begin
  return sql`${begin} and ${column} ${sql.raw(order === 'asc' ? '<=' : '>=')} ${upTo}`
}

/** Tokens are hexadecimal digits, all of which come before `g`. */
function withPrefix(prefix: string): RawBuilder<boolean> {
  return sql`devices.token >= ${prefix} and devices.token < ${`${prefix}g`}`
}

async function isRare(db: Kysely<Schema>, prefix: string): Promise<boolean> {
  const found = sql<{ count: number }>`select count(*) as count
    from (select 1 from devices where ${withPrefix(prefix)} limit ${SHARED_PREFIX})`
  return (await found.execute(db)).rows[0]!.count < SHARED_PREFIX
}

const columns = {
  token: 'token',
  platform: 'platform',
  display: 'display',
  osVersion: 'os_version',
  appVersion: 'app_version',
  timeZone: 'time_zone',
  deactivationReason: 'deactivation_reason',
  serviceId: 'service_id',
} as const
const versions = { osVersion: 'os_version', appVersion: 'app_version' } as const
const times = {
  registered: 'devices.registered_at',
  lastNotified: 'coalesce(devices.last_notified_at, 0)',
  added: 'devices.added_at',
  // One that is active was not deactivated at any time.
  deactivated: 'devices.deactivated_at',
} as const

/** What a row of `devices` must meet. */
function conditionsOf(search: DeviceSearch): RawBuilder<boolean>[] {
  const { isActive, tokenPrefix, platformContains, locale, tag, userId } = search
  const all: RawBuilder<boolean>[] = []
  const entries = <Names extends Readonly<Record<string, string>>>(names: Names) =>
    Object.entries(names) as [keyof Names & string, string][]
  for (const [field, column] of entries(columns))
    if (search[field] !== undefined) all.push(sql`devices.${sql.ref(column)} = ${search[field]}`)
  for (const [field, column] of entries(versions)) {
    const from = search[`${field}From`]
    const to = search[`${field}To`]
    // A version that is not known has an empty key, which comes before all others.
    if (from !== undefined || to !== undefined)
      all.push(sql`version_key(devices.${sql.ref(column)})
        between ${from === undefined ? '0' : sql`version_key(${from})`} and ${to === undefined ? '~' : sql`version_key(${to})`}`)
  }
  for (const [field, expression] of entries(times)) {
    const since = search[`${field}Since`]
    const before = search[`${field}Before`]
    if (since !== undefined) all.push(sql`${sql.raw(expression)} >= ${since}`)
    if (before !== undefined) all.push(sql`${sql.raw(expression)} < ${before}`)
  }
  if (isActive !== undefined) all.push(sql`devices.is_active = ${isActive ? 1 : 0}`)
  if (tokenPrefix !== undefined) all.push(withPrefix(tokenPrefix))
  if (platformContains !== undefined) all.push(contains(sql`devices.platform`, platformContains))
  if (locale !== undefined)
    all.push(
      sql`(devices.locale = ${locale} or substr(devices.locale, 1, ${locale.length + 1}) = ${`${locale}-`})`,
    )
  if (tag !== undefined)
    all.push(sql`exists (select 1 from device_tags where device_id = devices.id and tag = ${tag})`)
  if (userId !== undefined)
    all.push(sql`exists (select 1 from device_users where device_id = devices.id and user_id = ${userId})`)
  return all
}
