/*
 * Conditions on devices as SQL. Values are bound, lists as one JSON text each. All of it can be said in PostgreSQL too, with its own
 * words for `json_each` and a function `version_key`.
 */
import { type RawBuilder, sql } from 'kysely'
import type { DeviceCondition, TimeRange, VersionRange } from '../model/index.js'

/** What holds for a row of `devices` that fits. Never null. */
export function deviceWhere(condition: DeviceCondition): RawBuilder<boolean> {
  if ('and' in condition) return sql`(${sql.join(condition.and.map(deviceWhere), sql` and `)})`
  if ('or' in condition) return sql`(${sql.join(condition.or.map(deviceWhere), sql` or `)})`
  if ('not' in condition) return sql`not ${deviceWhere(condition.not)}`
  if ('tokens' in condition) return sql`devices.token in ${values(condition.tokens)}`
  if ('devices' in condition) return sql`devices.id in ${values(condition.devices)}`
  if ('users' in condition)
    return sql`exists (select 1 from device_users where device_id = devices.id and user_id in ${values(condition.users)})`
  if ('tags' in condition)
    return sql`exists (select 1 from device_tags where device_id = devices.id and tag in ${values(condition.tags)})`
  if ('platform' in condition) return sql`devices.platform in ${values(condition.platform)}`
  if ('osVersion' in condition) return versions(sql`devices.os_version`, condition.osVersion)
  if ('appVersion' in condition) return versions(sql`devices.app_version`, condition.appVersion)
  if ('locale' in condition) return locales(condition.locale)
  if ('timeZone' in condition) return sql`devices.time_zone in ${values(condition.timeZone)}`
  if ('registeredAt' in condition) return times(sql`devices.registered_at`, condition.registeredAt)
  if ('lastNotifiedAt' in condition)
    return times(sql`coalesce(devices.last_notified_at, 0)`, condition.lastNotifiedAt)
  if ('addedAt' in condition) return times(sql`devices.added_at`, condition.addedAt)
  return attributes(condition.attributes)
}

/**
 * Ids of devices in ascending order, some of one service after one of them, among which are all that fit: along the index of a list that
 * the condition names, where there is one, so that not every device is looked at. Undefined: there is none.
 */
export function namedDeviceIds(
  condition: DeviceCondition,
  page: { serviceId: number; after: number; limit: number },
): RawBuilder<{ id: number }> | undefined {
  const lists = indexedLists(condition)
  if (lists === undefined) return undefined
  const { after, limit } = page
  const parts = lists.map(
    (list) => sql`select id from (${idsOf(list, page)} and id > ${after} order by id limit ${limit})`,
  )
  // Each part is in order and no longer than the page: so is what they have together, without what comes later.
  return sql`${sql.join(parts, sql` union `)} order by id limit ${limit}`
}

const MAX_PARAMETERS = 20

/** SQLite takes 500 parts of a union; each costs a little on every page. */
const MAX_LISTS = 100

type IndexedList =
  | { tokens: readonly string[] }
  | { devices: readonly number[] }
  | { users: readonly number[] }
  | { tag: string }

/** The lists of which a device must be in one, where there are such: the shortest way there is to all that fit. */
function indexedLists(condition: DeviceCondition): IndexedList[] | undefined {
  if ('tokens' in condition || 'devices' in condition || 'users' in condition) return [condition]
  if ('tags' in condition) return atMost(condition.tags.map((tag) => ({ tag })))
  if ('or' in condition) {
    const each = condition.or.map(indexedLists)
    return each.includes(undefined) ? undefined : atMost((each as IndexedList[][]).flat())
  }
  if (!('and' in condition)) return undefined
  const each = condition.and.map(indexedLists).filter((lists) => lists !== undefined)
  // Tags may have millions of devices, names have few.
  return each.sort((a, b) => tagsIn(a) - tagsIn(b))[0]
}

function atMost(lists: IndexedList[]): IndexedList[] | undefined {
  return lists.length <= MAX_LISTS ? lists : undefined
}

function tagsIn(lists: readonly IndexedList[]): number {
  return lists.filter((list) => 'tag' in list).length
}

/** `cross join` keeps SQLite from walking all devices instead. */
function idsOf(list: IndexedList, { serviceId }: { serviceId: number }): RawBuilder<unknown> {
  if ('devices' in list)
    return sql`select id from (select distinct value as id from ${each(list.devices)}) where true`
  if ('tag' in list) return sql`select device_id as id from device_tags where tag = ${list.tag}`
  if ('tokens' in list)
    return sql`select id from (select value as token from ${each(list.tokens)}) as named
      cross join devices on devices.token = named.token and devices.service_id = ${serviceId} where true`
  return sql`select distinct device_id as id from (select value as name from ${each(list.users)}) as named
    cross join device_users on device_users.user_id = named.name where true`
}

/** A list that is looked up for each device; few members are quicker without the detour over JSON. */
function values(list: readonly (string | number)[]): RawBuilder<unknown> {
  return list.length <= MAX_PARAMETERS ? sql`(${sql.join(list)})` : sql`(select value from ${each(list)})`
}

function each(list: readonly (string | number)[]): RawBuilder<unknown> {
  return sql`json_each(${JSON.stringify(list)})`
}

/** A version that is not known has an empty key, which comes before all others. */
function versions(column: RawBuilder<unknown>, { from, to }: VersionRange): RawBuilder<boolean> {
  const first = from === undefined ? sql`'0'` : sql`version_key(${from})`
  const last = to === undefined ? sql`'~'` : sql`version_key(${to})`
  return sql`(version_key(${column}) between ${first} and ${last})`
}

function times(column: RawBuilder<unknown>, { since, before }: TimeRange): RawBuilder<boolean> {
  const bounds: RawBuilder<boolean>[] = []
  if (since !== undefined) bounds.push(sql`${column} >= ${Date.parse(since)}`)
  if (before !== undefined) bounds.push(sql`${column} < ${Date.parse(before)}`)
  return sql`(${sql.join(bounds, sql` and `)})`
}

function locales(list: readonly string[]): RawBuilder<boolean> {
  return sql`exists (select 1 from ${each(list)}
    where value = lower(devices.locale) or substr(lower(devices.locale), 1, length(value) + 1) = value || '-')`
}

/** Compared as JSON, so that the text "1" is not the number 1. A name in a path is written as in JSON, too: SQLite reads its escapes. */
function attributes(wanted: Readonly<Record<string, string | number | boolean>>): RawBuilder<boolean> {
  const tests = Object.entries(wanted).map(
    ([name, value]) => sql`devices.attributes -> ${`$.${JSON.stringify(name)}`} is ${JSON.stringify(value)}`,
  )
  return sql`(devices.attributes <> '' and ${sql.join(tests, sql` and `)})`
}
