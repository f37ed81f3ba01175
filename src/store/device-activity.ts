import type { Kysely } from 'kysely'
import { PushError } from '../base/index.js'
import type { Device } from '../model/index.js'
import { pageBounds } from './page-bounds.js'
import type { Schema } from './schema.js'
import type { Page } from './store.js'

/** The reason that is noted when a person, not Apple, switches a device off. */
export const SWITCHED_OFF = 'operator'

/** See `DeviceStore`. */
export async function deactivatedBy(
  db: Kysely<Schema>,
  pushId: number,
  page?: Page,
): Promise<Pick<Device, 'id' | 'token'>[]> {
  const { after, limit } = pageBounds(page)
  const find = db.selectFrom('pushes').select(['createdAt', 'reasons']).where('id', '=', pushId)
  const push = await find.executeTakeFirst()
  if (push === undefined)
    throw new PushError('PUSH_ERR_PUSH_NOT_FOUND', `push with id ${pushId} does not exist`, { field: 'push' })
  if (push.reasons !== null)
    throw new PushError(
      'PUSH_ERR_PUSH_STATE',
      `push ${pushId} ended so long ago that what became of each device is not kept any more; name the devices by their tokens, which the feedback ledger has`,
      { field: 'push' },
    )
  return await db
    .selectFrom('deliveries')
    .innerJoin('devices', 'devices.id', 'deliveries.deviceId')
    .where('deliveries.pushId', '=', pushId)
    .where('deliveries.deviceId', '>', after)
    .where('deliveries.outcome', '=', 'rejected')
    .where('devices.isActive', '=', 0)
    .where('devices.deactivatedAt', '>=', push.createdAt)
    .whereRef('devices.deactivationReason', '=', 'deliveries.reason')
    .select(['devices.id', 'devices.token'])
    .orderBy('deliveries.deviceId')
    .limit(limit)
    .execute()
}

/** See `DeviceStore`. */
export async function reactivate(db: Kysely<Schema>, ids: readonly number[], at: number): Promise<number> {
  return await db.transaction().execute(async (db) => {
    const rows = await db
      .updateTable('devices')
      .set({ isActive: 1, deactivatedAt: null, deactivationReason: null })
      .where('id', 'in', ids)
      .where('isActive', '=', 0)
      .returning('id')
      .execute()
    const made = rows.map(({ id }) => id)
    // Entries that were not applied too: a device may stand in the ledger more than once, and a service may defer feedback.
    if (made.length > 0) {
      const entries = db.updateTable('feedback').set({ undoneAt: at }).where('deviceId', 'in', made)
      await entries.where('undoneAt', 'is', null).execute()
    }
    return made.length
  })
}

/** See `DeviceStore`. */
export async function deactivate(db: Kysely<Schema>, ids: readonly number[], at: number): Promise<number> {
  const { numUpdatedRows } = await db
    .updateTable('devices')
    .set({ isActive: 0, deactivatedAt: at, deactivationReason: SWITCHED_OFF })
    .where('id', 'in', ids)
    .where('isActive', '=', 1)
    .executeTakeFirst()
  return Number(numUpdatedRows)
}
