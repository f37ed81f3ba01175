/*
 * The timeline of a device: what is written down of it, what Apple said, and the pushes of its service with what became of them for it.
 *
 * Each of the three stands in the order of its own ids; they are merged by time, and a page ends with how far each has come. Pushes are looked
 * at some hundred at a time, because most of a service with many small ones have nothing to do with the device.
 */
import { type Kysely, type Selectable, sql } from 'kysely'
import { PushError, shown } from '../base/index.js'
import {
  Activity,
  type Chunk,
  type Device,
  type DeviceEvent,
  judgePush,
  type Push,
  type PushEntry,
  type PushTraces,
  type TimelineEntry,
  type TimelinePage,
} from '../model/index.js'
import { pushColumns } from './push-row.js'
import type { Schema } from './schema.js'

/** Pushes that are looked at for one page at most. */
const PUSHES_A_PAGE = 200
/** How much longer than the rows of a push events are kept for one that is not pruned, in milliseconds: a year. */
const LONGER_MS = 365 * 24 * 3_600_000
/** Changes of a device's activity that are taken into account: more than there are in any retention time. */
const MAX_CHANGES = 10_000

/** How far each part has come: the last id of it, going down. */
interface Position {
  push: number
  event: number
  feedback: number
}

/** An entry, and the position that it leads to. */
interface Placed {
  entry: TimelineEntry
  part: keyof Position
  id: number
}

/** See `DeviceStore`. */
export async function deviceTimeline(
  db: Kysely<Schema>,
  device: Device,
  { after, limit }: { after: string | undefined; limit: number },
): Promise<TimelinePage> {
  const position = positionOf(after)
  const pushes = await pushEntries(db, device, position.push, limit)
  // Of one moment, what followed from the other comes first, as the newer.
  const parts = [
    await events(db, device.id, position.event, limit),
    await feedback(db, device.id, position.feedback, limit),
    pushes.found,
  ]
  const entries: TimelineEntry[] = []
  while (entries.length < limit) {
    const newest = parts
      .filter((part) => part.length > 0)
      .sort(([a], [b]) => b!.entry.at - a!.entry.at)[0]?.[0]
    if (newest === undefined) break
    // What comes next may be a push that has not been looked at.
    if (pushes.found.length === 0 && newest.entry.at < pushes.knownSince) break
    for (const part of parts) if (part[0] === newest) part.shift()
    entries.push(newest.entry)
    position[newest.part] = newest.id
  }
  const isEnd = parts.every((part) => part.length === 0) && pushes.knownSince === 0
  // All that was looked at has been told, or has nothing to do with the device.
  if (pushes.found.length === 0) position.push = Math.min(position.push, pushes.last)
  if (!isEnd || entries.length === limit) return { entries, next: textOf(position) }
  return { entries: [...entries, { kind: 'added', at: device.addedAt }], next: null }
}

function positionOf(text: string | undefined): Position {
  const start = Number.MAX_SAFE_INTEGER
  if (text === undefined) return { push: start, event: start, feedback: start }
  const numbers = /^(\d{1,16})-(\d{1,16})-(\d{1,16})$/.exec(text)?.slice(1).map(Number)
  if (numbers === undefined || !numbers.every(Number.isSafeInteger))
    throw new PushError(
      'PUSH_ERR_INPUT_INVALID',
      `after: ${shown(text)} is not allowed; use the next of the page before`,
      { field: 'after' },
    )
  const [push, event, feedback] = numbers as [number, number, number]
  return { push, event, feedback }
}

function textOf({ push, event, feedback }: Position): string {
  return `${push}-${event}-${feedback}`
}

async function events(
  db: Kysely<Schema>,
  deviceId: number,
  before: number,
  limit: number,
): Promise<Placed[]> {
  const find = db.selectFrom('deviceEvents').selectAll().where('deviceId', '=', deviceId)
  const rows = await find.where('id', '<', before).orderBy('id', 'desc').limit(limit).execute()
  return rows.map(({ id, kind, at, reason }) => ({ part: 'event', id, entry: { kind, at, reason } }))
}

async function feedback(
  db: Kysely<Schema>,
  deviceId: number,
  before: number,
  limit: number,
): Promise<Placed[]> {
  const find = db.selectFrom('feedback').selectAll().where('deviceId', '=', deviceId)
  const rows = await find.where('id', '<', before).orderBy('id', 'desc').limit(limit).execute()
  return rows.map((row) => ({
    part: 'feedback',
    id: row.id,
    entry: { kind: 'feedback', at: row.receivedAt, feedback: row },
  }))
}

/** The next pushes. `last`: as far as has been looked; `knownSince`: older ones have not been looked at; 0: there are none. */
async function pushEntries(
  db: Kysely<Schema>,
  device: Device,
  before: number,
  limit: number,
): Promise<{ found: Placed[]; last: number; knownSince: number }> {
  const rows = await db
    .selectFrom('pushes')
    .select(pushColumns)
    .select(['reasons', 'prunedAt', 'eventsSince'])
    .select(sql<0 | 1>`plan is not null`.as('isPlan'))
    .where('serviceId', '=', device.serviceId)
    .where('id', '<', before)
    .orderBy('id', 'desc')
    .limit(PUSHES_A_PAGE)
    .execute()
  const traces = await tracesOf(db, device.id, rows)
  const activity = new Activity(device.isActive, await changes(db, device.id))
  const found: Placed[] = []
  for (const {
    reasons: _reasons,
    prunedAt: _prunedAt,
    eventsSince: _since,
    isPlan: _isPlan,
    ...push
  } of rows) {
    const entry = entryOf(push, traces.get(push.id)!, device, activity)
    if (entry === undefined) continue
    found.push({ part: 'push', id: push.id, entry })
    // Others are looked at with the next page.
    if (found.length === limit) return { found, last: push.id, knownSince: entry.at }
  }
  const oldest = rows.at(-1)
  if (oldest === undefined || rows.length < PUSHES_A_PAGE) return { found, last: 0, knownSince: 0 }
  return { found, last: oldest.id, knownSince: timeOf(oldest) }
}

function entryOf(push: Push, traces: PushTraces, device: Device, activity: Activity): PushEntry | undefined {
  const judgement = judgePush(traces, device, activity)
  if (judgement === undefined) return undefined
  const nothing = { status: null, apnsId: null, apnsUniqueId: null, attempts: null, dueAt: null }
  return { kind: 'push', at: timeOf(push), push, ...nothing, ...judgement }
}

function timeOf({ startedAt, beginsAt, createdAt }: Push): number {
  return startedAt ?? Math.max(beginsAt ?? 0, createdAt)
}

type Row = Push & {
  reasons: string | null
  prunedAt: number | null
  eventsSince: number | null
  isPlan: 0 | 1
}

async function tracesOf(
  db: Kysely<Schema>,
  deviceId: number,
  rows: readonly Row[],
): Promise<Map<number, PushTraces>> {
  if (rows.length === 0) return new Map()
  const ids = rows.map(({ id }) => id)
  const byPush = <One extends { pushId: number }>(found: readonly One[]) =>
    new Map(found.map((one) => [one.pushId, one]))
  const deliveries = db.selectFrom('deliveries').selectAll().where('deviceId', '=', deviceId)
  const retries = db.selectFrom('retries').selectAll().where('deviceId', '=', deviceId)
  const targets = db.selectFrom('pushTargets').selectAll().where('deviceId', '=', deviceId)
  const delivered = byPush(await deliveries.where('pushId', 'in', ids).execute())
  const waiting = byPush(await retries.where('pushId', 'in', ids).execute())
  const targeted = byPush(await targets.where('pushId', 'in', ids).execute())
  const chunks = byPush(await chunksOf(db, ids, deviceId))
  return new Map(
    rows.map(({ reasons, prunedAt, eventsSince, isPlan, ...push }) => [
      push.id,
      {
        push,
        isPruned: prunedAt !== null || reasons !== null,
        isPlan: isPlan === 1,
        eventsSince: eventsSince ?? 0,
        delivery: delivered.get(push.id),
        retry: retryOf(waiting.get(push.id)),
        chunk: chunks.get(push.id),
        isTarget: targeted.has(push.id),
      },
    ]),
  )
}

function retryOf(row: Selectable<Schema['retries']> | undefined): PushTraces['retry'] {
  if (row === undefined) return undefined
  const { attempts, dueAt, reason, status } = row
  return { attempts, dueAt, reason, status }
}

/** The chunk of each push in whose range the device lies. */
async function chunksOf(db: Kysely<Schema>, pushIds: readonly number[], deviceId: number) {
  const find = sql<{ pushId: number; position: number; state: Chunk['state'] }>`
    select chunks.push_id, chunks.position, chunks.state
    from json_each(${JSON.stringify(pushIds)}) as pushed join chunks on chunks.id = (
      select id from chunks where push_id = pushed.value and last_device_id >= ${deviceId}
      order by last_device_id limit 1)
    where chunks.first_device_id <= ${deviceId}`
  return (await find.execute(db)).rows
}

/** When the device was switched off and on, in ascending order. */
async function changes(db: Kysely<Schema>, deviceId: number): Promise<DeviceEvent[]> {
  const find = db.selectFrom('deviceEvents').select(['kind', 'at', 'reason']).where('deviceId', '=', deviceId)
  const newest = find.where('kind', '!=', 'registered').orderBy('id', 'desc').limit(MAX_CHANGES)
  return (await newest.execute()).reverse()
}

/** See `DeviceStore`. */
export async function pruneDeviceEvents(db: Kysely<Schema>, before: number, limit: number): Promise<boolean> {
  // Who was active while a push ran is told by them, as long as that push has not been pruned; one that never ends does not keep them for ever.
  const oldest = db
    .selectFrom('pushes')
    .select(sql<number>`min(created_at)`.as('at'))
    .where('prunedAt', 'is', null)
  const { at } = await oldest.executeTakeFirstOrThrow()
  const until = Math.min(before, Math.max(at ?? before, before - LONGER_MS))
  if (at !== null && at < until)
    await db
      .updateTable('pushes')
      .set({ eventsSince: until })
      .where('prunedAt', 'is', null)
      .where('createdAt', '<', until)
      .execute()
  const first = db.selectFrom('deviceEvents').select('id').orderBy('id').limit(limit)
  const remove = db.deleteFrom('deviceEvents').where('id', 'in', first).where('at', '<', until)
  return (await remove.executeTakeFirstOrThrow()).numDeletedRows > 0n
}
