/*
 * Audiences that are found by looking at devices, page by page: those of a condition, and those of a push that is tried again.
 *
 * A page is one statement: a number of ids along an index, in ascending order, and which of them fit. Between two pages everything else
 * has its turn, so that an audience may be looked for among millions.
 */
import { type RawBuilder, sql } from 'kysely'
import type { Audience, RetryAudience } from '../../model/index.js'
import { NOT_ATTEMPTED } from '../../model/index.js'
import { deviceWhere, namedDeviceIds } from '../device-where.js'
import type { SqliteDatabase } from './sqlite-database.js'

/** Devices that are looked at in one go: some 5 ms. */
const DEVICES_AT_ONCE = 2500

/** An audience that is resolved page by page. */
export type WalkedAudience = Extract<Audience, { kind: 'where' | 'retry' }>

/** What was found among some devices. */
export interface WalkedPage {
  /** Active devices that fit, as a JSON list of their ids, ascending. */
  ids: string
  /** How many those are. */
  active: number
  /** How many fit, but are inactive. */
  inactive: number
  /** After which device to go on; null: there are no more. */
  next: number | null
}

export function isWalked(audience: Audience): audience is WalkedAudience {
  return audience.kind === 'where' || audience.kind === 'retry'
}

/** Looks at the next devices after one of them. */
export function walkAudience(
  db: SqliteDatabase,
  serviceId: number,
  audience: WalkedAudience,
  after: number,
): WalkedPage {
  const page = { serviceId, after, limit: DEVICES_AT_ONCE }
  const [ids, fits] =
    audience.kind === 'where'
      ? [namedDeviceIds(audience.where, page) ?? allIds(page), deviceWhere(audience.where)]
      : [endedIds(audience, page), endedSo(audience)]
  const [row] = db.compiled<Omit<WalkedPage, 'next'> & { size: number; last: number | null }>(sql`
    with page as materialized (${ids})
    select count(*) as size, max(page.id) as last,
      json_group_array(devices.id) filter (where devices.is_active = 1) as ids,
      count(*) filter (where devices.is_active = 1) as active,
      count(*) filter (where devices.is_active = 0) as inactive
    from page left join devices on devices.id = page.id and devices.service_id = ${serviceId} and ${fits}`)
  const { size, last, ...found } = row!
  return { ...found, next: size < DEVICES_AT_ONCE ? null : last }
}

interface Place {
  serviceId: number
  after: number
  limit: number
}

/** All devices of the service, along its index. */
function allIds({ serviceId, after, limit }: Place): RawBuilder<unknown> {
  const some = (isActive: 0 | 1) => sql`select id from (select id from devices where service_id = ${serviceId}
    and is_active = ${isActive} and id > ${after} order by id limit ${limit})`
  return sql`${some(1)} union all ${some(0)} order by id limit ${limit}`
}

/**
 * Devices of a push that may have ended for one of the causes: those that have a row, and those that lie behind the position of their chunk,
 * because the push ended before it came to them. A device that was inactive when it would have been its turn lies before it, and has
 * no row: it is not known any more.
 */
function endedIds({ pushId }: RetryAudience, { serviceId, after, limit }: Place): RawBuilder<unknown> {
  const told = sql`select device_id as id from deliveries where push_id = ${pushId} and device_id > ${after}
    order by device_id limit ${limit}`
  const [push] = [sql`select audience_kind from pushes where id = ${pushId}`]
  const chunks = sql`chunks cross join`
  const behind = sql`chunks.push_id = ${pushId} and chunks.state = 'done' and chunks.last_device_id > ${after}`
  const left = sql`select devices.id as id from ${chunks} devices on devices.service_id = ${serviceId} and devices.is_active = 1
      and devices.id > max(chunks.position, ${after}) and devices.id <= chunks.last_device_id
    where ${behind} and (${push}) = 'all' order by chunks.last_device_id, devices.id limit ${limit}`
  const leftNamed = sql`select device_id as id from ${chunks} push_targets on push_targets.push_id = ${pushId}
      and device_id > max(chunks.position, ${after}) and device_id <= chunks.last_device_id
    where ${behind} and (${push}) <> 'all' order by chunks.last_device_id, device_id limit ${limit}`
  const parts = [told, left, leftNamed].map((part) => sql`select id from (${part})`)
  return sql`${sql.join(parts, sql` union `)} order by id limit ${limit}`
}

/** Who has no row was not attempted. */
function endedSo({ pushId, causes }: RetryAudience): RawBuilder<boolean> {
  const wanted = JSON.stringify(causes.map(({ outcome, reason }) => `${outcome} ${reason}`))
  return sql`coalesce((select outcome || ' ' || reason from deliveries where push_id = ${pushId} and device_id = devices.id),
    ${`unsent ${NOT_ATTEMPTED}`}) in (select value from json_each(${wanted}))`
}
