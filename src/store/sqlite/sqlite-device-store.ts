import type { Device, DeviceImport } from '../../model/index.js'
import { isForeignKeyViolation, serviceNotFound } from '../constraint-violation.js'
import { type DeviceColumns, detailColumns, deviceOf } from '../device-row.js'
import { KyselyDeviceStore } from '../device-store.js'
import type { DeviceStore } from '../store.js'
import type { SqliteDatabase } from './sqlite-database.js'

const columns = `id, service_id as serviceId, token, is_active as isActive, added_at as addedAt,
  registered_at as registeredAt, last_notified_at as lastNotifiedAt, deactivated_at as deactivatedAt,
  deactivation_reason as deactivationReason, platform, display, os_version as osVersion,
  time_zone as timeZone, locale, app_version as appVersion, push_to_start_tokens as pushToStartTokens,
  live_activities as liveActivities, attributes`

/**
 * An app registers at every launch: nearly always the device is there and active, and one statement does it all, its users and tags
 * included. It touches no column of an index, and takes half of the time of `registerInactive`.
 */
const registerActive = `update devices set registered_at = ?
  where token = ? and service_id = ? and is_active = 1
  returning ${columns},
    (select json_group_array(user_id) from (select user_id from device_users where device_id = id order by user_id)) as users,
    (select json_group_array(tag) from (select tag from device_tags where device_id = id order by tag)) as tags`

const registerInactive = `update devices
  set is_active = 1, registered_at = ?, deactivated_at = null, deactivation_reason = null
  where token = ? and service_id = ? returning ${columns}`

const registerNew = `insert into devices (service_id, token, is_active, added_at, registered_at)
  values (?, ?, 1, ?, ?) on conflict (token, service_id) do nothing returning ${columns}`

const setDetails = `platform = coalesce(@platform, platform),
    display = coalesce(@display, display),
    os_version = coalesce(@osVersion, os_version),
    time_zone = coalesce(@timeZone, time_zone),
    locale = coalesce(@locale, locale),
    app_version = coalesce(@appVersion, app_version),
    push_to_start_tokens = coalesce(@pushToStartTokens, push_to_start_tokens),
    live_activities = coalesce(@liveActivities, live_activities),
    attributes = coalesce(@attributes, attributes)`

/**
 * What the import does not say of a known device stays as it was. When the app last registered is not known of an
 * imported device (0), so that Apple's news about it counts, however old.
 */
const importOne = `insert into devices
  (service_id, token, is_active, added_at, registered_at, deactivated_at, deactivation_reason, platform, display, os_version, time_zone,
    locale, app_version, push_to_start_tokens, live_activities, attributes)
  values (@serviceId, @token, @isActive, @at, 0, iif(@isActive, null, @at), iif(@isActive, null, 'import'),
    coalesce(@platform, ''), coalesce(@display, ''), coalesce(@osVersion, ''), coalesce(@timeZone, ''), coalesce(@locale, ''),
    coalesce(@appVersion, ''), coalesce(@pushToStartTokens, ''), coalesce(@liveActivities, ''), coalesce(@attributes, ''))
  on conflict (token, service_id) do update set
    deactivated_at = iif(@isActive, null, coalesce(deactivated_at, @at)),
    deactivation_reason = iif(@isActive, null, coalesce(deactivation_reason, 'import')),
    is_active = @isActive,
    ${setDetails}`

/** What is not said stays. */
const updateDetails = `update devices set ${setDetails} where id = @id returning ${columns}`

const unsaid = {
  ...{ platform: null, display: null, osVersion: null, timeZone: null, locale: null, appVersion: null },
  ...{ attributes: null, pushToStartTokens: null, liveActivities: null },
}

/** JSON arrays. */
interface Lists {
  users: string
  tags: string
}

/** Registration and import by prepared statements. */
export class SqliteDeviceStore extends KyselyDeviceStore {
  readonly #database: SqliteDatabase

  constructor(database: SqliteDatabase) {
    super(database.kysely)
    this.#database = database
  }

  /**
   * Without details, as the predecessor's API has none: statements without a transaction. Each is whole, and whoever inserts the
   * row has created it.
   */
  override register({ token, serviceId, details, at }: Parameters<DeviceStore['register']>[0]) {
    const register = () => this.#checkService(serviceId, () => this.#register(token, serviceId, at))
    if (details === undefined) return this.#database.exclusive(register)
    return this.#database.transaction(() => {
      const { device, created } = register()
      const columns = { ...unsaid, ...detailColumns(details), id: device.id }
      const row = this.#database.statement(updateDetails).get(columns) as DeviceColumns
      if (details.tags !== undefined) this.#replaceTags(device.id, details.tags)
      return { device: this.#whole(row), created }
    })
  }

  #register(token: string, serviceId: number, at: number): { device: Device; created: boolean } {
    const active = this.#database.statement(registerActive)
    const added = this.#database.statement(registerNew)
    const inactive = this.#database.statement(registerInactive)
    for (;;) {
      const known = active.get(at, token, serviceId) as (DeviceColumns & Lists) | undefined
      if (known !== undefined) {
        const { users, tags, ...row } = known
        return {
          device: { ...deviceOf(row), users: JSON.parse(users), tags: JSON.parse(tags) },
          created: false,
        }
      }
      const row = added.get(serviceId, token, at, at) as DeviceColumns | undefined
      if (row !== undefined) return { device: deviceOf(row), created: true }
      // It is there, and inactive; or it was gone for a moment: then the next round finds out.
      const old = inactive.get(at, token, serviceId) as DeviceColumns | undefined
      if (old !== undefined) return { device: this.#whole(old), created: false }
    }
  }

  override importMany(serviceId: number, devices: readonly DeviceImport[], at: number) {
    return this.#database.transaction(() =>
      this.#checkService(serviceId, () => {
        const statement = this.#database.statement(importOne)
        const lastId = this.#database.statement('select coalesce(max(id), 0) from devices').pluck().get()
        for (const device of devices) {
          const { token, isActive = true, tags } = device
          const columns = { ...unsaid, ...detailColumns(device) }
          statement.run({ ...columns, token, isActive: isActive ? 1 : 0, serviceId, at })
          if (tags !== undefined) this.#replaceTags(this.#idOf(token, serviceId), tags)
        }
        // Ids only rise, so what lies above is new.
        const count = this.#database.statement('select count(*) from devices where id > ?').pluck()
        const created = count.get(lastId) as number
        return { created, updated: devices.length - created }
      }),
    )
  }

  #idOf(token: string, serviceId: number): number {
    const find = this.#database.statement('select id from devices where token = ? and service_id = ?')
    return find.pluck().get(token, serviceId) as number
  }

  #replaceTags(deviceId: number, tags: readonly string[]): void {
    this.#database.statement('delete from device_tags where device_id = ?').run(deviceId)
    const add = this.#database.statement('insert into device_tags (device_id, tag) values (?, ?)')
    for (const tag of tags) add.run(deviceId, tag)
  }

  #whole(row: DeviceColumns): Device {
    const users = this.#database
      .statement('select user_id from device_users where device_id = ? order by user_id')
      .pluck()
    const tags = this.#database
      .statement('select tag from device_tags where device_id = ? order by tag')
      .pluck()
    return { ...deviceOf(row), users: users.all(row.id) as number[], tags: tags.all(row.id) as string[] }
  }

  #checkService<Result>(serviceId: number, work: () => Result): Result {
    try {
      return work()
    } catch (error) {
      if (isForeignKeyViolation(error)) throw serviceNotFound(serviceId)
      throw error
    }
  }
}
