import type { Delivery, OutcomeCounts } from '../../model/index.js'
import { dayOf } from '../stats-store.js'
import type { SqliteDatabase } from './sqlite-database.js'

const add = `insert into daily_counts (service_id, day, outcome, reason, count)
  values (@serviceId, @day, @outcome, @reason, @count)
  on conflict (service_id, day, outcome, reason) do update set count = count + excluded.count`

/** Adds to the sums of a day what is added to those of a push; inside the same transaction. */
export function addToDay(
  db: SqliteDatabase,
  serviceId: number,
  at: number,
  counts: Omit<OutcomeCounts, 'rejected'>,
  ended: readonly Pick<Delivery, 'outcome' | 'reason'>[] = [],
): void {
  const row = { serviceId, day: dayOf(at) }
  const upsert = db.statement(add)
  for (const outcome of ['accepted', 'unknown', 'unsent'] as const)
    if (counts[outcome] > 0) upsert.run({ ...row, outcome, reason: '', count: counts[outcome] })
  if (ended.length === 0) return
  const rejected = new Map<string, number>()
  for (const { outcome, reason } of ended)
    if (outcome === 'rejected') rejected.set(reason, (rejected.get(reason) ?? 0) + 1)
  for (const [reason, count] of rejected) upsert.run({ ...row, outcome: 'rejected', reason, count })
}
