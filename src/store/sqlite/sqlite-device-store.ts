import { PushError } from '../../base/index.js'
import type { Device, DeviceImport, SomeDetails } from '../../model/index.js'
import { isForeignKeyViolation, serviceNotFound } from '../constraint-violation.js'
import { textOf } from '../device-row.js'
import { KyselyDeviceStore } from '../device-store.js'
import type { DeviceStore } from '../store.js'
import { isStoreOutage } from '../store-outage.js'
import type { SqliteDatabase } from './sqlite-database.js'

/**
 * A device with what other tables have of it, as `deviceOf` takes it: in the same statement, because each of its own would lock and
 * unlock the file, which takes 7 µs; and as a list, because to name twenty columns takes another 3 µs.
 */
const columns = `id, service_id, token, is_active, added_at, registered_at, last_notified_at, deactivated_at, deactivation_reason,
  platform, display, os_version, time_zone, locale, app_version, push_to_start_tokens, live_activities, attributes,
  (select json_group_array(user_id) from (select user_id from device_users where device_id = devices.id order by user_id)),
  (select json_group_array(tag) from (select tag from device_tags where device_id = devices.id order by tag))`

type Columns = [
  ...[id: number, serviceId: number, token: string, isActive: 0 | 1, addedAt: number, registeredAt: number],
  ...[lastNotifiedAt: number | null, deactivatedAt: number | null, deactivationReason: string | null],
  ...[platform: string, display: string, osVersion: string, timeZone: string, locale: string],
  ...[appVersion: string, pushToStartTokens: string, liveActivities: string, attributes: string],
  ...[users: string, tags: string],
]

function deviceOf(row: Columns): Device {
  return {
    id: row[0],
    serviceId: row[1],
    token: row[2],
    isActive: row[3] === 1,
    addedAt: row[4],
    registeredAt: row[5],
    lastNotifiedAt: row[6],
    deactivatedAt: row[7],
    deactivationReason: row[8],
    platform: row[9],
    display: row[10],
    osVersion: row[11],
    timeZone: row[12],
    locale: row[13],
    appVersion: row[14],
    pushToStartTokens: listOf(row[15]),
    liveActivities: listOf(row[16]),
    attributes: row[17] === '' ? {} : JSON.parse(row[17]),
    users: listOf(row[18]),
    tags: listOf(row[19]),
  }
}

function listOf<Item>(text: string): Item[] {
  return text.length <= 2 ? [] : (JSON.parse(text) as Item[])
}

/**
 * An app registers at every launch: nearly always the device is there and active, and one statement does it all, its users and tags
 * included. It touches no column of an index, and takes half of the time of `registerInactive`.
 */
const registerActive = `update devices set registered_at = ?
  where token = ? and service_id = ? and is_active = 1
  returning ${columns}`

const registerInactive = `update devices
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
    coalesce(@platform, ''), coalesce(@display, ''), coalesce(@osVersion, ''), coalesce(@timeZone, ''))
  on conflict (token, service_id) do update set
    deactivated_at = iif(@isActive, null, coalesce(deactivated_at, @at)),
    deactivation_reason = iif(@isActive, null, coalesce(deactivation_reason, 'import')),
    is_active = @isActive,
    platform = coalesce(@platform, platform),
    display = coalesce(@display, display),
    os_version = coalesce(@osVersion, os_version),
    time_zone = coalesce(@timeZone, time_zone)`

/** What is not said stays. */
const updateDetails = `update devices set platform = coalesce(@platform, platform),
    display = coalesce(@display, display),
    os_version = coalesce(@osVersion, os_version),
    time_zone = coalesce(@timeZone, time_zone),
    locale = coalesce(@locale, locale),
    app_version = coalesce(@appVersion, app_version),
    push_to_start_tokens = coalesce(@pushToStartTokens, push_to_start_tokens),
    live_activities = coalesce(@liveActivities, live_activities),
    attributes = coalesce(@attributes, attributes)
  where id = @id returning ${columns}`

/** What details say, by the names of the parameters; null: nothing. */
function said(details: SomeDetails) {
  const { platform, display, osVersion, timeZone, locale, appVersion } = details
  const { attributes, pushToStartTokens, liveActivities } = details
  return {
    platform: platform ?? null,
    display: display ?? null,
    osVersion: osVersion ?? null,
    timeZone: timeZone ?? null,
    locale: locale ?? null,
    appVersion: appVersion ?? null,
    attributes: attributes === undefined ? null : textOf(attributes),
    pushToStartTokens: pushToStartTokens === undefined ? null : textOf(pushToStartTokens),
    liveActivities: liveActivities === undefined ? null : textOf(liveActivities),
  }
}

function saysMore(details: SomeDetails): boolean {
  const { locale, appVersion, tags, attributes, pushToStartTokens, liveActivities } = details
  return (locale ?? appVersion ?? tags ?? attributes ?? pushToStartTokens ?? liveActivities) !== undefined
}

type Registration = Parameters<DeviceStore['register']>[0]
type Registered = Awaited<ReturnType<DeviceStore['register']>>

/** A registration that waits for the transaction of its turn. */
interface Waiting {
  readonly registration: Registration
  readonly resolve: (registered: Registered) => void
  readonly reject: (error: unknown) => void
}

/** Reading one, registration and import by prepared statements. */
export class SqliteDeviceStore extends KyselyDeviceStore {
  readonly #database: SqliteDatabase
  #waiting: Waiting[] = []

  constructor(database: SqliteDatabase) {
    super(database.kysely)
    this.#database = database
  }

  override get(id: number): Promise<Device | undefined> {
    return this.#one(`select ${columns} from devices where id = ?`, id)
  }

  override find(token: string, serviceId: number): Promise<Device | undefined> {
    return this.#one(`select ${columns} from devices where token = ? and service_id = ?`, token, serviceId)
  }

  async #one(sql: string, ...parameters: (string | number)[]): Promise<Device | undefined> {
    const row = await this.#database.exclusive(() =>
      this.#database
        .statement(sql)
        .raw()
        .get(...parameters),
    )
    return row === undefined ? undefined : deviceOf(row as Columns)
  }

  /**
   * Registrations that come in one turn of the event loop share a transaction: under load most of what one costs alone is to lock the
   * file and to write its pages to the log. Each is whole all the same, and whoever inserts the row has created it.
   */
  override register(registration: Registration): Promise<Registered> {
    return new Promise((resolve, reject) => {
      if (this.#waiting.length === 0) setImmediate(() => void this.#registerWaiting())
      this.#waiting.push({ registration, resolve, reject })
    })
  }

  async #registerWaiting(): Promise<void> {
    const waiting = this.#waiting
    this.#waiting = []
    await this.#registerAll(waiting)
  }

  async #registerAll(waiting: readonly Waiting[]): Promise<void> {
    try {
      // Told only when it is committed.
      const results = await this.#database.transaction(() =>
        waiting.map(({ registration }) => this.#registerOne(registration)),
      )
      for (const [index, result] of results.entries()) {
        if (result instanceof PushError) waiting[index]?.reject(result)
        else waiting[index]?.resolve(result)
      }
    } catch (error) {
      if (waiting.length > 1 && !isStoreOutage(error)) {
        // Such as a row that can't be read: the others' registrations are as good as alone.
        for (const one of waiting) await this.#registerAll([one])
        return
      }
      for (const { reject } of waiting) reject(error)
    }
  }

  /** One whose service does not exist is no reason to fail for the others: nothing of it was written. */
  #registerOne({ token, serviceId, details, at }: Registration): Registered | PushError {
    try {
      const { device, created } = this.#register(token, serviceId, at)
      return { device: details === undefined ? device : this.#setDetails(device.id, details), created }
    } catch (error) {
      if (isForeignKeyViolation(error)) return serviceNotFound(serviceId)
      throw error
    }
  }

  #register(token: string, serviceId: number, at: number): Registered {
    const active = this.#database.statement(registerActive).raw()
    const added = this.#database.statement(registerNew).raw()
    const inactive = this.#database.statement(registerInactive).raw()
    for (;;) {
      const known = active.get(at, token, serviceId) as Columns | undefined
      if (known !== undefined) return { device: deviceOf(known), created: false }
      const row = added.get(serviceId, token, at, at) as Columns | undefined
      if (row !== undefined) return { device: deviceOf(row), created: true }
      // It is there, and inactive; or it was gone for a moment: then the next round finds out.
      const old = inactive.get(at, token, serviceId) as Columns | undefined
      if (old !== undefined) return { device: deviceOf(old), created: false }
    }
  }

  override importMany(serviceId: number, devices: readonly DeviceImport[], at: number) {
    return this.#database.transaction(() => {
      try {
        const statement = this.#database.statement(importOne)
        const lastId = this.#database.statement('select coalesce(max(id), 0) from devices').pluck().get()
        for (const device of devices) {
          const { token, isActive = true, platform, display, osVersion, timeZone } = device
          statement.run({
            ...{ token, serviceId, at, isActive: isActive ? 1 : 0 },
            ...{ platform: platform ?? null, display: display ?? null },
            ...{ osVersion: osVersion ?? null, timeZone: timeZone ?? null },
          })
          // Most files have nothing more, and those that do take half as long again.
          if (saysMore(device)) this.#setDetails(this.#idOf(token, serviceId), device)
        }
        // Ids only rise, so what lies above is new.
        const count = this.#database.statement('select count(*) from devices where id > ?').pluck()
        const created = count.get(lastId) as number
        return { created, updated: devices.length - created }
      } catch (error) {
        if (isForeignKeyViolation(error)) throw serviceNotFound(serviceId)
        throw error
      }
    })
  }

  #setDetails(id: number, details: SomeDetails): Device {
    // Before the row comes back, with its tags.
    if (details.tags !== undefined) this.#replaceTags(id, details.tags)
    const row = this.#database
      .statement(updateDetails)
      .raw()
      .get({ ...said(details), id })
    return deviceOf(row as Columns)
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
}
