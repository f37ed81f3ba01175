/*
 * What became of devices of a push, the newest first.
 *
 * Rows of `deliveries` are keyed by push and device; SQLite numbers them in the order in which they were written, too. There is no index of
 * a push by that number, which every device that does not accept would have to pay for: so what is looked at is the end of the
 * table, whoever wrote it, a bounded number of rows a step.
 */
import type { Delivery } from '../../model/index.js'
import type { LatestQuery, PushStore } from '../store-of-pushes.js'
import type { SqliteDatabase } from './sqlite-database.js'

/** Rows that are looked at in one step: some milliseconds. */
const SCAN_ROWS = 20_000

const find = `select push_id as pushId, device_id as deviceId, outcome, reason, status, apns_id as apnsId,
    apns_unique_id as apnsUniqueId, at
  from deliveries where rowid < @before and rowid >= @from and +push_id = @pushId
    and (@outcome is null or outcome = @outcome or @outcome = 'failed' and outcome <> 'accepted')
    and (@reason is null or reason = @reason)
  order by rowid desc limit @limit`

/** The next step from the end; to be called where nobody else writes. */
export function latestDeliveries(
  db: SqliteDatabase,
  pushId: number,
  { outcome, reason, limit, before, scanRows = SCAN_ROWS }: LatestQuery,
): Awaited<ReturnType<PushStore['latestDeliveries']>> {
  const last = db.statement('select coalesce(max(rowid), 0) from deliveries').pluck()
  const end = before ?? (last.get() as number) + 1
  const from = Math.max(end - scanRows, 1)
  const which = { pushId, outcome: outcome ?? null, reason: reason ?? null }
  const deliveries = db.statement(find).all({ ...which, limit, before: end, from }) as Delivery[]
  return { deliveries, ...(from > 1 && { next: from }) }
}
