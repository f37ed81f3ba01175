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
import { serviceNotFound } from './not-found.js'

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
}

function filterOf({ service, active, token, user }: DeviceQuery): DeviceFilter {
  return {
    ...(service !== undefined && { serviceId: service }),
    ...(active !== undefined && { isActive: active }),
    ...(token !== undefined && { token: normalizeDeviceToken(token) }),
    ...(user !== undefined && { userId: user }),
  }
}
