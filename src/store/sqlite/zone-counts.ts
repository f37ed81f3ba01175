import { setImmediate as otherWork } from 'node:timers/promises'
import { PushError } from '../../base/index.js'
import type { Audience } from '../../model/index.js'
import { isWalked, walkAudience } from './audience-walk.js'
import { zonesOfNamed } from './push-plan.js'
import type { SqliteDatabase } from './sqlite-database.js'

/** Devices that are looked at in one go, while a registration has to wait: some 2 ms with 400 time zones among them (CPU, 200,000 devices). */
const DEVICES_AT_ONCE = 2500

const pageOfAll = `with page as materialized (select id, time_zone from devices
    where service_id = @serviceId and is_active = 1 and id > @after order by id limit ${DEVICES_AT_ONCE})
  select time_zone as zone, count(*) as count, max(id) as last from page group by time_zone`
const ofIds = `select time_zone as zone, count(*) as count from devices
  where id in (select value from json_each(?)) group by time_zone`

/** Devices of one page. */
interface ZonePage {
  zones: { zone: string; count: number }[]
  /** After which device to go on; null: there are no more. */
  next: number | null
}

/** How many active devices of an audience are in each time zone. */
export async function countZones(
  db: SqliteDatabase,
  serviceId: number,
  audience: Audience,
  signal?: AbortSignal,
): Promise<Map<string, number>> {
  const counts = new Map<string, number>()
  for (let after: number | null = 0; after !== null; ) {
    if (signal?.aborted) throw new PushError('PUSH_ERR_ABORTED', 'counting was given up')
    const from: number = after
    const page = await db.exclusive(() => zonePage(db, serviceId, audience, from))
    for (const { zone, count } of page.zones) counts.set(zone, (counts.get(zone) ?? 0) + count)
    after = page.next
    if (after !== null) await otherWork()
  }
  return counts
}

function zonePage(db: SqliteDatabase, serviceId: number, audience: Audience, after: number): ZonePage {
  if (isWalked(audience)) {
    const { ids, next } = walkAudience(db, serviceId, audience, after)
    return { zones: db.statement(ofIds).all(ids) as ZonePage['zones'], next }
  }
  if (audience.kind !== 'all') return { zones: zonesOfNamed(db, serviceId, audience), next: null }
  const zones = db.statement(pageOfAll).all({ serviceId, after }) as (ZonePage['zones'][number] & {
    last: number
  })[]
  const size = zones.reduce((sum, { count }) => sum + count, 0)
  return { zones, next: size < DEVICES_AT_ONCE ? null : Math.max(...zones.map(({ last }) => last)) }
}
