/*
 * The sums of each day, and for two days those of each minute: a row for each outcome of a service on a day of UTC, and for `rejected` for each reason. They are added to in the
 * transaction that counts the same in a push, once a page, so that they are right whatever happens to the process, and stay when what
 * became of single devices is removed.
 */
import { type Kysely, sql } from 'kysely'
import type { DailyCount } from '../model/index.js'
import type { Schema } from './schema.js'
import type { StatsStore } from './store.js'

const DAY_MS = 24 * 3_600_000
const MINUTE_MS = 60_000
/** Entries of an index that are counted in one go: some milliseconds. */
const DEVICES_AT_ONCE = 50_000

/** The number of the day of UTC since 1970. */
export function dayOf(at: number): number {
  return Math.floor(at / DAY_MS)
}

/** The number of the minute since 1970. */
export function minuteOf(at: number): number {
  return Math.floor(at / MINUTE_MS)
}

/** Adds to the sums of a day and a minute; inside a transaction. */
export async function countInStats(
  db: Kysely<Schema>,
  serviceId: number,
  at: number,
  counts: readonly DailyCount[],
): Promise<void> {
  const rows = counts.filter(({ count }) => count !== 0)
  if (rows.length === 0) return
  await db
    .insertInto('dailyCounts')
    .values(rows.map((row) => ({ ...row, serviceId, day: dayOf(at) })))
    .onConflict((conflict) =>
      conflict
        .columns(['serviceId', 'day', 'outcome', 'reason'])
        .doUpdateSet({ count: sql`daily_counts.count + excluded.count` }),
    )
    .execute()
  for (const { outcome, count } of rows)
    await db
      .insertInto('minuteCounts')
      .values({ minute: minuteOf(at), serviceId, outcome, count })
      .onConflict((conflict) =>
        conflict
          .columns(['minute', 'serviceId', 'outcome'])
          .doUpdateSet({ count: sql`minute_counts.count + excluded.count` }),
      )
      .execute()
}

/** The sums of days, and how many devices were active. */
export class KyselyStatsStore implements StatsStore {
  readonly #db: Kysely<Schema>

  constructor(db: Kysely<Schema>) {
    this.#db = db
  }

  async counts({ serviceId, from, to }: Parameters<StatsStore['counts']>[0]) {
    let query = this.#db
      .selectFrom('dailyCounts')
      .selectAll()
      .where('day', '>=', dayOf(from))
      .where('day', '<=', dayOf(to))
    if (serviceId !== undefined) query = query.where('serviceId', '=', serviceId)
    const rows = await query
      .orderBy('day')
      .orderBy('serviceId')
      .orderBy('count', 'desc')
      .orderBy('reason')
      .execute()
    return rows.map(({ day, ...row }) => ({ ...row, day: day * DAY_MS }))
  }

  async minutes({ serviceId, from }: Parameters<StatsStore['minutes']>[0]) {
    let query = this.#db.selectFrom('minuteCounts').selectAll().where('minute', '>=', minuteOf(from))
    if (serviceId !== undefined) query = query.where('serviceId', '=', serviceId)
    const rows = await query.orderBy('minute').orderBy('serviceId').execute()
    return rows.map(({ minute, ...row }) => ({ ...row, minute: minute * MINUTE_MS }))
  }

  async pruneMinutes(before: number): Promise<void> {
    await this.#db.deleteFrom('minuteCounts').where('minute', '<', minuteOf(before)).execute()
  }

  async activeDevices({ serviceId, from, to }: Parameters<StatsStore['activeDevices']>[0]) {
    let query = this.#db
      .selectFrom('dailyDevices')
      .selectAll()
      .where('day', '>=', dayOf(from))
      .where('day', '<=', dayOf(to))
    if (serviceId !== undefined) query = query.where('serviceId', '=', serviceId)
    const rows = await query.orderBy('day').orderBy('serviceId').execute()
    return rows.map(({ day, ...row }) => ({ ...row, day: day * DAY_MS }))
  }

  async countActive(serviceId: number, after: number): Promise<{ active: number; next: number | null }> {
    const some = this.#db
      .selectFrom('devices')
      .select('id')
      .where('serviceId', '=', serviceId)
      .where('isActive', '=', 1)
      .where('id', '>', after)
      .orderBy('id')
      .limit(DEVICES_AT_ONCE)
    const { count, last } = await this.#db
      .selectFrom(some.as('some'))
      .select((eb) => [eb.fn.countAll<number>().as('count'), eb.fn.max('id').as('last')])
      .executeTakeFirstOrThrow()
    const active = Number(count)
    return { active, next: active < DEVICES_AT_ONCE ? null : Number(last) }
  }

  async noteActive(serviceId: number, at: number, active: number): Promise<void> {
    await this.#db
      .insertInto('dailyDevices')
      .values({ serviceId, day: dayOf(at), active })
      .onConflict((conflict) => conflict.columns(['serviceId', 'day']).doNothing())
      .execute()
  }
}
