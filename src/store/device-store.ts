import type { Kysely, Selectable, SelectQueryBuilder, Updateable } from 'kysely'
import { PushError } from '../base/index.js'
import type { Device, DeviceChange, DeviceFilter, DeviceImport, DeviceSearch } from '../model/index.js'
import { deactivate, deactivatedBy, reactivate, SWITCHED_OFF } from './device-activity.js'
import { countAged, removeAged } from './device-age.js'
import { detailColumns, deviceOf } from './device-row.js'
import { countScanned, scanDevices } from './device-scan.js'
import { deviceTimeline, pruneDeviceEvents } from './device-timeline.js'
import { orderedBounds } from './page-bounds.js'
import type { DeviceRow, Schema } from './schema.js'
import type { DeviceAge, DeviceStore, OrderedPage, Page } from './store.js'
import { userNotFound } from './user-store.js'

/** The registry, but for registration and import, which each database does in its own way. */
export abstract class KyselyDeviceStore implements DeviceStore {
  readonly #db: Kysely<Schema>

  constructor(db: Kysely<Schema>) {
    this.#db = db
  }

  abstract register(...args: Parameters<DeviceStore['register']>): ReturnType<DeviceStore['register']>

  abstract importMany(
    serviceId: number,
    devices: readonly DeviceImport[],
    at: number,
  ): Promise<{ created: number; updated: number }>

  async get(id: number): Promise<Device | undefined> {
    const rows = await this.#db.selectFrom('devices').selectAll().where('id', '=', id).execute()
    return (await this.#whole(this.#db, rows))[0]
  }

  async find(token: string, serviceId: number): Promise<Device | undefined> {
    return (await this.list({ token, serviceId }, { limit: 1 })).devices[0]
  }

  async list(search: DeviceSearch, page?: OrderedPage, scanRows?: number): ReturnType<DeviceStore['list']> {
    const { rows, ...end } = await scanDevices(this.#db, search, orderedBounds(page), scanRows)
    return { devices: await this.#whole(this.#db, rows), ...end }
  }

  countStep(search: DeviceSearch, after: number): ReturnType<DeviceStore['countStep']> {
    return countScanned(this.#db, search, after)
  }

  async count(filter: DeviceFilter): Promise<number> {
    const query = filtered(this.#db.selectFrom('devices'), filter)
    const row = await query.select((eb) => eb.fn.countAll<number>().as('count')).executeTakeFirstOrThrow()
    return Number(row.count)
  }

  async update(
    id: number,
    change: DeviceChange,
    at: number,
    check?: (current: Device) => void,
  ): Promise<Device> {
    return await this.#db.transaction().execute(async (db) => {
      const old = await this.#existing(db, id, check)
      const { users, tags } = change
      const columns = { ...detailColumns(change), ...activityColumns(old.isActive, change.isActive, at) }
      if (Object.keys(columns).length > 0)
        await db.updateTable('devices').set(columns).where('id', '=', id).execute()
      if (users !== undefined) await replaceUsers(db, id, users)
      if (tags !== undefined) await replaceTags(db, id, tags)
      return await this.#existing(db, id)
    })
  }

  /** A running push that has not come to it counts it as unsent, as with those that have become inactive. */
  async remove(id: number, check?: (current: Device) => void): Promise<void> {
    await this.#db.transaction().execute(async (db) => {
      await this.#existing(db, id, check)
      await db.deleteFrom('devices').where('id', '=', id).execute()
    })
  }

  async timeline(...[id, page]: Parameters<DeviceStore['timeline']>): ReturnType<DeviceStore['timeline']> {
    return await deviceTimeline(this.#db, await this.#existing(this.#db, id), {
      after: page.after,
      limit: page.limit,
    })
  }

  pruneEvents(before: number, limit: number): Promise<boolean> {
    return pruneDeviceEvents(this.#db, before, limit)
  }

  deactivatedBy(pushId: number, page?: Page): Promise<Pick<Device, 'id' | 'token'>[]> {
    return deactivatedBy(this.#db, pushId, page)
  }

  async idsOf(serviceId: number, tokens: readonly string[]): Promise<number[]> {
    if (tokens.length === 0) return []
    const query = this.#db.selectFrom('devices').select('id').where('token', 'in', tokens)
    const rows = await query.where('serviceId', '=', serviceId).orderBy('id').execute()
    return rows.map(({ id }) => id)
  }

  reactivate(ids: readonly number[], at: number): Promise<number> {
    return reactivate(this.#db, ids, at)
  }

  deactivate(ids: readonly number[], at: number): Promise<number> {
    return deactivate(this.#db, ids, at)
  }

  countAged(age: DeviceAge): Promise<number> {
    return countAged(this.#db, age)
  }

  removeAged(...[age, page]: Parameters<DeviceStore['removeAged']>): ReturnType<DeviceStore['removeAged']> {
    return removeAged(this.#db, age, page)
  }

  async #existing(db: Kysely<Schema>, id: number, check?: (current: Device) => void): Promise<Device> {
    const row = await db.selectFrom('devices').selectAll().where('id', '=', id).execute()
    const device = (await this.#whole(db, row))[0]
    if (device === undefined) {
      throw new PushError('PUSH_ERR_DEVICE_NOT_FOUND', `Device with id ${id} does not exist`, {
        field: 'device',
      })
    }
    check?.(device)
    return device
  }

  /** Adds their users and tags to some rows with one query each, however many they are. */
  async #whole(db: Kysely<Schema>, rows: readonly Selectable<DeviceRow>[]): Promise<Device[]> {
    const devices = rows.map(deviceOf)
    const byId = new Map(devices.map((device) => [device.id, device]))
    if (byId.size === 0) return []
    const ids = [...byId.keys()]
    const links = db.selectFrom('deviceUsers').selectAll().where('deviceId', 'in', ids)
    for (const { deviceId, userId } of await links.orderBy('userId').execute())
      byId.get(deviceId)?.users.push(userId)
    const words = db.selectFrom('deviceTags').selectAll().where('deviceId', 'in', ids)
    for (const { deviceId, tag } of await words.orderBy('tag').execute()) byId.get(deviceId)?.tags.push(tag)
    return devices
  }
}

function filtered<Row>(
  query: SelectQueryBuilder<Schema, 'devices', Row>,
  { serviceId, isActive, token, userId, ids }: DeviceFilter,
): SelectQueryBuilder<Schema, 'devices', Row> {
  let result = query
  if (serviceId !== undefined) result = result.where('devices.serviceId', '=', serviceId)
  if (isActive !== undefined) result = result.where('devices.isActive', '=', isActive ? 1 : 0)
  if (token !== undefined) result = result.where('devices.token', '=', token)
  if (ids !== undefined) result = result.where('devices.id', 'in', ids)
  if (userId !== undefined) {
    result = result.where('devices.id', 'in', (eb) =>
      eb.selectFrom('deviceUsers').select('deviceId').where('userId', '=', userId),
    )
  }
  return result
}

function activityColumns(
  wasActive: boolean,
  isActive: boolean | undefined,
  at: number,
): Updateable<DeviceRow> {
  if (isActive === true) return { isActive: 1, deactivatedAt: null, deactivationReason: null }
  // A device that is off already keeps the time and the reason of that.
  if (isActive === false && wasActive)
    return { isActive: 0, deactivatedAt: at, deactivationReason: SWITCHED_OFF }
  return {}
}

async function replaceTags(db: Kysely<Schema>, deviceId: number, tags: readonly string[]): Promise<void> {
  await db.deleteFrom('deviceTags').where('deviceId', '=', deviceId).execute()
  const rows = tags.map((tag) => ({ deviceId, tag }))
  if (rows.length > 0) await db.insertInto('deviceTags').values(rows).execute()
}

async function replaceUsers(db: Kysely<Schema>, deviceId: number, users: readonly number[]): Promise<void> {
  const ids = [...new Set(users)]
  const found =
    ids.length === 0 ? [] : await db.selectFrom('users').select('id').where('id', 'in', ids).execute()
  const known = new Set(found.map(({ id }) => id))
  const missing = ids.filter((id) => !known.has(id))
  if (missing.length > 0) throw userNotFound(missing)
  await db.deleteFrom('deviceUsers').where('deviceId', '=', deviceId).execute()
  const links = ids.map((userId) => ({ deviceId, userId }))
  if (links.length > 0) await db.insertInto('deviceUsers').values(links).execute()
}
