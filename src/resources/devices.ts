import { type Clock, PushError } from '../base/index.js'
import {
  checkDeviceChange,
  checkDeviceImport,
  type Device,
  type DeviceChange,
  type DeviceFilter,
  type DeviceImport,
  normalizeDeviceToken,
} from '../model/index.js'
import type { DeviceStore, Page, Store } from '../store/index.js'
import { type DevicePruning, type PruneOptions, pruneDevices } from './device-prune.js'
import { nextTurn } from './next-turn.js'
import { serviceNotFound } from './not-found.js'

/** Devices that are dealt with in one transaction. */
const DEVICES_AT_ONCE = 1000

/** Which devices; all conditions must hold. Absent ones do not count. */
export interface DeviceQuery {
  /** The id of a service. */
  service?: number
  active?: boolean
  /** The exact token. */
  token?: string
  /** The id of a user. */
  user?: number
}

/** Some devices: those with these ids, or those of a service with these tokens. */
export type DeviceChoice = { devices: readonly number[] } | { service: number; tokens: readonly string[] }

/** How many devices were changed, or would be. */
export interface ActivityChange {
  devices: number
  /** Ids or tokens that no device has. */
  unregistered: number
}

/** What became of an import. Devices at fault are left out; the others are in the registry. */
export interface ImportResult {
  created: number
  updated: number
  /** Positions in the list that was given, with what is wrong there. */
  faults: { index: number; error: PushError }[]
}

/** The device registry. Unique is a token with its service. */
export class Devices {
  readonly #store: Store
  readonly #clock: Clock

  constructor(store: Store, clock: Clock) {
    this.#store = store
    this.#clock = clock
  }

  get #devices(): DeviceStore {
    return this.#store.devices
  }

  /**
   * Adds a device, or makes it active again. `<`, `>` and white space in the token are dropped.
   * PUSH_ERR_DEVICE_TOKEN_INVALID, PUSH_ERR_SERVICE_NOT_FOUND.
   */
  async register(input: { token: string; service: number }): Promise<{ device: Device; created: boolean }> {
    return await this.#devices.register({
      token: normalizeDeviceToken(input.token),
      serviceId: input.service,
      at: this.#clock.now(),
    })
  }

  /**
   * Registers many at once, in one transaction; a few thousand are a good number. One that is at fault does not stop the
   * others. PUSH_ERR_SERVICE_NOT_FOUND.
   */
  async importMany(service: number, inputs: readonly DeviceImport[]): Promise<ImportResult> {
    if ((await this.#store.services.get(service)) === undefined) throw serviceNotFound(service)
    const devices: DeviceImport[] = []
    const faults: ImportResult['faults'] = []
    for (const [index, input] of inputs.entries()) {
      try {
        devices.push(checkDeviceImport(input))
      } catch (error) {
        if (!(error instanceof PushError)) throw error
        faults.push({ index, error })
      }
    }
    if (devices.length === 0) return { created: 0, updated: 0, faults }
    return { ...(await this.#devices.importMany(service, devices, this.#clock.now())), faults }
  }

  /** Undefined where there is none. PUSH_ERR_DEVICE_TOKEN_INVALID. */
  async find(token: string, service: number): Promise<Device | undefined> {
    return await this.#devices.find(normalizeDeviceToken(token), service)
  }

  /** By id, a page at a time. PUSH_ERR_DEVICE_TOKEN_INVALID. */
  async list(query: DeviceQuery = {}, page: Page = {}): Promise<Device[]> {
    return await this.#devices.list(filterOf(query), page)
  }

  /** How many there are. PUSH_ERR_DEVICE_TOKEN_INVALID. */
  async count(query: DeviceQuery = {}): Promise<number> {
    return await this.#devices.count(filterOf(query))
  }

  /** PUSH_ERR_DEVICE_NOT_FOUND, PUSH_ERR_USER_NOT_FOUND, PUSH_ERR_INPUT_INVALID. */
  async update(id: number, change: DeviceChange): Promise<Device> {
    return await this.#devices.update(id, checkDeviceChange(change), this.#clock.now())
  }

  /**
   * Takes deactivations back: those of a push, or of some devices. The devices are active again as if nothing had been; when their apps
   * last registered stays, so that only news of Apple's that is yet to come deactivates them again. What stands in the feedback ledger
   * of them is marked as undone. A push can be undone as long as it is known what became of its devices (`retentionDays`).
   * PUSH_ERR_PUSH_NOT_FOUND, PUSH_ERR_PUSH_STATE, PUSH_ERR_SERVICE_NOT_FOUND, PUSH_ERR_DEVICE_TOKEN_INVALID.
   *
   * @param options.dryRun only counts
   */
  async reactivate(
    choice: { push: number } | DeviceChoice,
    { dryRun = false }: { dryRun?: boolean } = {},
  ): Promise<ActivityChange> {
    if (!('push' in choice))
      return await this.#change(choice, false, dryRun, (ids, at) => this.#devices.reactivate(ids, at))
    let devices = 0
    for (let after = 0; ; ) {
      const page = await this.#devices.deactivatedBy(choice.push, { after, limit: DEVICES_AT_ONCE })
      const ids = page.map(({ id }) => id)
      devices +=
        dryRun || ids.length === 0 ? ids.length : await this.#devices.reactivate(ids, this.#clock.now())
      if (ids.length < DEVICES_AT_ONCE) return { devices, unregistered: 0 }
      after = ids.at(-1)!
      await nextTurn()
    }
  }

  /**
   * Switches some devices off, with the reason `operator`, until their apps register again.
   * PUSH_ERR_SERVICE_NOT_FOUND, PUSH_ERR_DEVICE_TOKEN_INVALID.
   *
   * @param options.dryRun only counts
   */
  async deactivate(
    choice: DeviceChoice,
    { dryRun = false }: { dryRun?: boolean } = {},
  ): Promise<ActivityChange> {
    return await this.#change(choice, true, dryRun, (ids, at) => this.#devices.deactivate(ids, at))
  }

  /**
   * Deletes devices whose apps have not registered for so many days, or that have been inactive for so long. A running push counts
   * those of them that it has not come to as unsent. PUSH_ERR_SERVICE_NOT_FOUND, PUSH_ERR_INPUT_INVALID.
   */
  async prune(options: PruneOptions): Promise<DevicePruning> {
    if ((await this.#store.services.get(options.service)) === undefined)
      throw serviceNotFound(options.service)
    return await pruneDevices(this.#devices, options, this.#clock.now())
  }

  async #change(
    choice: DeviceChoice,
    wereActive: boolean,
    dryRun: boolean,
    change: (ids: readonly number[], at: number) => Promise<number>,
  ): Promise<ActivityChange> {
    const { ids: all, named } = await this.#idsOf(choice)
    let devices = 0
    let registered = 0
    for (let first = 0; first < all.length; first += DEVICES_AT_ONCE) {
      const ids = all.slice(first, first + DEVICES_AT_ONCE)
      registered += await this.#devices.count({ ids })
      devices += dryRun
        ? await this.#devices.count({ ids, isActive: wereActive })
        : await change(ids, this.#clock.now())
      await nextTurn()
    }
    return { devices, unregistered: named - registered }
  }

  /** The ids that are meant, and how many different names there were. */
  async #idsOf(choice: DeviceChoice): Promise<{ ids: number[]; named: number }> {
    if ('devices' in choice) {
      const ids = [...new Set(choice.devices)]
      return { ids, named: ids.length }
    }
    if ((await this.#store.services.get(choice.service)) === undefined) throw serviceNotFound(choice.service)
    const tokens = [
      ...new Set(choice.tokens.map((token, index) => normalizeDeviceToken(token, `tokens[${index}]`))),
    ]
    const ids: number[] = []
    for (let first = 0; first < tokens.length; first += DEVICES_AT_ONCE)
      ids.push(...(await this.#devices.idsOf(choice.service, tokens.slice(first, first + DEVICES_AT_ONCE))))
    return { ids, named: tokens.length }
  }
}

function filterOf({ service, active, token, user }: DeviceQuery): DeviceFilter {
  return {
    ...(service !== undefined && { serviceId: service }),
    ...(active !== undefined && { isActive: active }),
    ...(token !== undefined && { token: normalizeDeviceToken(token) }),
    ...(user !== undefined && { userId: user }),
  }
}
