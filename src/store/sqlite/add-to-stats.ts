import type { Delivery, OutcomeCounts } from '../../model/index.js'
import { dayOf, minuteOf } from '../stats-store.js'
import type { SqliteDatabase } from './sqlite-database.js'

const addOfDay = `insert into daily_counts (service_id, day, outcome, reason, count)
  values (@serviceId, @day, @outcome, @reason, @count)
  on conflict (service_id, day, outcome, reason) do update set count = count + excluded.count`
const addOfMinute = `insert into minute_counts (minute, service_id, outcome, count)
  values (@minute, @serviceId, @outcome, @count)
  on conflict (minute, service_id, outcome) do update set count = count + excluded.count`

/** Adds to the sums of a day and a minute what is added to those of a push; inside the same transaction. */
export function addToStats(
  db: SqliteDatabase,
  serviceId: number,
  at: number,
  counts: Omit<OutcomeCounts, 'rejected'>,
  ended: readonly Pick<Delivery, 'outcome' | 'reason'>[] = [],
): void {
  const ofDay = { serviceId, day: dayOf(at) }
  const ofMinute = { serviceId, minute: minuteOf(at) }
  const upsertDay = db.statement(addOfDay)
  const upsertMinute = db.statement(addOfMinute)
  for (const outcome of ['accepted', 'unknown', 'unsent'] as const) {
    if (counts[outcome] === 0) continue
    upsertDay.run({ ...ofDay, outcome, reason: '', count: counts[outcome] })
    upsertMinute.run({ ...ofMinute, outcome, count: counts[outcome] })
  }
  if (ended.length === 0) return
  const rejected = new Map<string, number>()
  let sum = 0
  for (const { outcome, reason } of ended) {
    if (outcome !== 'rejected') continue
    rejected.set(reason, (rejected.get(reason) ?? 0) + 1)
    sum++
  }
  for (const [reason, count] of rejected) upsertDay.run({ ...ofDay, outcome: 'rejected', reason, count })
  if (sum > 0) upsertMinute.run({ ...ofMinute, outcome: 'rejected', count: sum })
}
