import type { Device, DeviceImport } from '../../model/index.js'
import { isForeignKeyViolation, serviceNotFound } from '../constraint-violation.js'
import { KyselyDeviceStore } from '../device-store.js'
import type { SqliteDatabase } from './sqlite-database.js'

const columns = `id, service_id as serviceId, token, is_active as isActive, added_at as addedAt,
  registered_at as registeredAt, last_notified_at as lastNotifiedAt, deactivated_at as deactivatedAt,
  deactivation_reason as deactivationReason, platform, display, os_version as osVersion,
  time_zone as timeZone`

/** An app registers at every launch: nearly always the device is there, and one statement does it all. */
const registerKnown = `update devices
  set is_active = 1, registered_at = ?, deactivated_at = null, deactivation_reason = null
  where token = ? and service_id = ? returning ${columns}`

const registerNew = `insert into devices (service_id, token, is_active, added_at, registered_at)
  values (?, ?, 1, ?, ?) on conflict (token, service_id) do nothing returning ${columns}`

/**
 * What the import does not say of a known device stays as it was. When the app last registered is not known of an
 * imported device (0), so that Apple's news about it counts, however old.
 */
const importOne = `insert into devices
  (service_id, token, is_active, added_at, registered_at, deactivated_at, deactivation_reason, platform, display, os_version, time_zone)
  values (@serviceId, @token, @isActive, @at, 0, iif(@isActive, null, @at), iif(@isActive, null, 'import'),
    coalesce(@platform, ''), coalesce(@display, ''), coalesce(@osVersion, ''),
    coalesce(@timeZone, ''))
  on conflict (token, service_id) do update set
    deactivated_at = iif(@isActive, null, coalesce(deactivated_at, @at)),
    deactivation_reason = iif(@isActive, null, coalesce(deactivation_reason, 'import')),
    is_active = @isActive,
    platform = coalesce(@platform, platform),
    display = coalesce(@display, display),
    os_version = coalesce(@osVersion, os_version),
    time_zone = coalesce(@timeZone, time_zone)`

interface DeviceColumns extends Omit<Device, 'isActive' | 'users'> {
  isActive: 0 | 1
}

/** Registration and import by prepared statements. */
export class SqliteDeviceStore extends KyselyDeviceStore {
  readonly #database: SqliteDatabase

  constructor(database: SqliteDatabase) {
    super(database.kysely)
    this.#database = database
  }

  /** Two statements without a transaction: each is whole, and whoever inserts the row has created it. */
  override register({ token, serviceId, at }: { token: string; serviceId: number; at: number }) {
    return this.#database.exclusive(() =>
      this.#checkService(serviceId, () => {
        const known = this.#database.statement(registerKnown)
        const added = this.#database.statement(registerNew)
        for (;;) {
          const old = known.get(at, token, serviceId) as DeviceColumns | undefined
          if (old !== undefined) return { device: this.#withUsers(old), created: false }
          // Nothing comes back where another process was quicker: then it is a known one.
          const device = added.get(serviceId, token, at, at) as DeviceColumns | undefined
          if (device !== undefined) return { device: { ...device, isActive: true, users: [] }, created: true }
        }
      }),
    )
  }

  override importMany(serviceId: number, devices: readonly DeviceImport[], at: number) {
    return this.#database.transaction(() =>
      this.#checkService(serviceId, () => {
        const statement = this.#database.statement(importOne)
        const lastId = this.#database.statement('select coalesce(max(id), 0) from devices').pluck().get()
        const unsaid = { platform: null, display: null, osVersion: null, timeZone: null }
        for (const device of devices)
          statement.run({ ...unsaid, ...device, isActive: device.isActive === false ? 0 : 1, serviceId, at })
        // Ids only rise, so what lies above is new.
        const count = this.#database.statement('select count(*) from devices where id > ?').pluck()
        const created = count.get(lastId) as number
        return { created, updated: devices.length - created }
      }),
    )
  }

  #withUsers(row: DeviceColumns): Device {
    const users = this.#database
      .statement('select user_id from device_users where device_id = ? order by user_id')
      .pluck()
    return { ...row, isActive: row.isActive === 1, users: users.all(row.id) as number[] }
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
