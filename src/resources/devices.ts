import { type Clock, PushError } from '../base/index.js'
import {
  checkDetails,
  checkDeviceChange,
  checkDeviceImport,
  checkInteger,
  type Device,
  type DeviceChange,
  type DeviceImport,
  type DeviceSearch,
  normalizeDeviceToken,
  type SomeDetails,
  type TimelinePage,
} from '../model/index.js'
import type { DeviceStore, OrderedPage, Store } from '../store/index.js'
import { type FileImport, type FileImportOptions, importFile } from './device-import.js'
import { type DevicePruning, type PruneOptions, pruneDevices } from './device-prune.js'
import { type DeviceQuery, searchOf } from './device-query.js'
import { type ExportFormat, exporter } from './exported-device.js'
import { nextTurn } from './next-turn.js'
import { serviceNotFound } from './not-found.js'

/** Devices that are dealt with in one transaction. */
const DEVICES_AT_ONCE = 1000
/** Devices of an export that are read at once. */
const EXPORTED_AT_ONCE = 500
/** Steps of the store, of 5,000 devices each, that a page takes at most. */
const STEPS_A_PAGE = 20

/** A device to be registered, with what its app says of itself. */
export interface DeviceRegistration extends SomeDetails {
  token: string
  /** The id of a service. */
  service: number
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
   * Adds a device, or makes it active again, with what the app says of itself; what it does not say stays. `<`, `>` and white space in the
   * token are dropped. PUSH_ERR_DEVICE_TOKEN_INVALID, PUSH_ERR_INPUT_INVALID, PUSH_ERR_SERVICE_NOT_FOUND.
   */
  async register({
    token,
    service,
    ...said
  }: DeviceRegistration): Promise<{ device: Device; created: boolean }> {
    const details = checkDetails(said)
    return await this.#devices.register({
      token: normalizeDeviceToken(token),
      serviceId: service,
      ...(Object.keys(details).length > 0 && { details }),
      at: this.#clock.now(),
    })
  }

  /**
   * Registers many at once, in one transaction; a few thousand are a good number. One that is at fault does not stop the
   * others. PUSH_ERR_SERVICE_NOT_FOUND.
   */
  async importMany(service: number, inputs: readonly DeviceImport[]): Promise<ImportResult> {
    await this.#requireService(service)
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

  /**
   * Imports a file of devices as it comes in: NDJSON, CSV with a header, or one token a line, which tell themselves apart. Lines at fault are left
   * out. Where the source breaks off, what was imported until then stays. PUSH_ERR_SERVICE_NOT_FOUND; PUSH_ERR_INPUT_INVALID where it
   * is no such file at all.
   */
  async importFile(
    service: number,
    source: AsyncIterable<Buffer>,
    options: FileImportOptions = {},
  ): Promise<FileImport> {
    await this.#requireService(service)
    return await importFile(this.#devices, service, source, options, () => this.#clock.now())
  }

  /**
   * Devices as the text of a file that `importFile` takes, some hundred at a time. Nothing is read ahead of whoever takes it.
   * PUSH_ERR_DEVICE_TOKEN_INVALID, PUSH_ERR_INPUT_INVALID.
   */
  export(query: DeviceQuery, format: ExportFormat): AsyncGenerator<string, void, undefined> {
    return this.#export(searchOf(query), format)
  }

  async *#export(search: DeviceSearch, format: ExportFormat): AsyncGenerator<string, void, undefined> {
    const { head, page } = exporter(format)
    if (head !== '') yield head
    for (let after: number | undefined = 0; after !== undefined; ) {
      const { devices, next } = await this.#devices.list(search, { after, limit: EXPORTED_AT_ONCE })
      after = next
      if (devices.length > 0) yield page(devices)
      await nextTurn()
    }
  }

  /** Undefined where there is none. */
  get(id: number): Promise<Device | undefined> {
    return this.#devices.get(id)
  }

  /** Undefined where there is none. PUSH_ERR_DEVICE_TOKEN_INVALID. */
  async find(token: string, service: number): Promise<Device | undefined> {
    return await this.#devices.find(normalizeDeviceToken(token), service)
  }

  /** By id, a whole page, however many devices have to be looked at for it. PUSH_ERR_DEVICE_TOKEN_INVALID, PUSH_ERR_INPUT_INVALID. */
  async list(
    query: DeviceQuery = {},
    { after = 0, limit = 100, ...order }: OrderedPage = {},
  ): Promise<Device[]> {
    const found: Device[] = []
    for (let next: number | undefined = after; next !== undefined && found.length < limit; ) {
      const page = await this.#page(query, { ...order, after: next, limit: limit - found.length })
      found.push(...page.devices)
      next = page.next
    }
    return found
  }

  /**
   * By id, what is found among the next 100,000 devices that have to be looked at; so a page may hold fewer than `limit`, or none,
   * though there are more. `next`: what to go on after; absent: there are no more. PUSH_ERR_DEVICE_TOKEN_INVALID, PUSH_ERR_INPUT_INVALID.
   */
  page(query: DeviceQuery = {}, page: OrderedPage = {}): Promise<{ devices: Device[]; next?: number }> {
    return this.#page(query, page)
  }

  async #page(query: DeviceQuery, { after = 0, limit = 100, ...order }: OrderedPage) {
    const search = searchOf(query)
    const devices: Device[] = []
    let next: number | undefined = after
    for (let step = 0; step < STEPS_A_PAGE && next !== undefined && devices.length < limit; step++) {
      if (step > 0) await nextTurn()
      const found = await this.#devices.list(search, {
        ...order,
        after: next,
        limit: limit - devices.length,
      })
      devices.push(...found.devices)
      next = found.next
    }
    return { devices, ...(next !== undefined && { next }) }
  }

  /** How many there are. PUSH_ERR_DEVICE_TOKEN_INVALID, PUSH_ERR_INPUT_INVALID; PUSH_ERR_ABORTED by the signal. */
  async count(query: DeviceQuery = {}, { signal }: { signal?: AbortSignal } = {}): Promise<number> {
    const search = searchOf(query)
    let sum = 0
    for (let after: number | undefined = 0; after !== undefined; ) {
      if (signal?.aborted) throw new PushError('PUSH_ERR_ABORTED', 'counting was given up')
      const { count, next } = await this.#devices.countStep(search, after)
      sum += count
      after = next
      if (after !== undefined) await nextTurn()
    }
    return sum
  }

  /**
   * PUSH_ERR_DEVICE_NOT_FOUND, PUSH_ERR_USER_NOT_FOUND, PUSH_ERR_INPUT_INVALID.
   *
   * @param options.check sees the device before it is changed, and may throw; nothing is changed then
   */
  async update(
    id: number,
    change: DeviceChange,
    { check }: { check?: (current: Device) => void } = {},
  ): Promise<Device> {
    return await this.#devices.update(id, checkDeviceChange(change), this.#clock.now(), check)
  }

  /** Deletes a device; a running push that has not come to it counts it as unsent. PUSH_ERR_DEVICE_NOT_FOUND. See `update`. */
  async remove(id: number, { check }: { check?: (current: Device) => void } = {}): Promise<void> {
    await this.#devices.remove(id, check)
  }

  /**
   * What happened to a device, the newest first: it answers why somebody did not get a push. `after` is the `next` of the page before; a page may be
   * short, or empty, though there are more. A push whose audience was named is in it only where the device was part of that and
   * active. PUSH_ERR_DEVICE_NOT_FOUND, PUSH_ERR_INPUT_INVALID.
   *
   * @param page.limit at most so many; 1 to 1,000, 100 by default
   */
  async timeline(
    id: number,
    { after, limit = 100 }: { after?: string; limit?: number } = {},
  ): Promise<TimelinePage> {
    checkInteger('limit', limit, 1, 1000, 'a whole number from 1 to 1000')
    return await this.#devices.timeline(id, { after, limit })
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
    await this.#requireService(options.service)
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

  async #requireService(id: number): Promise<void> {
    if ((await this.#store.services.get(id)) === undefined) throw serviceNotFound(id)
  }

  /** The ids that are meant, and how many different names there were. */
  async #idsOf(choice: DeviceChoice): Promise<{ ids: number[]; named: number }> {
    if ('devices' in choice) {
      const ids = [...new Set(choice.devices)]
      return { ids, named: ids.length }
    }
    await this.#requireService(choice.service)
    const tokens = [
      ...new Set(choice.tokens.map((token, index) => normalizeDeviceToken(token, `tokens[${index}]`))),
    ]
    const ids: number[] = []
    for (let first = 0; first < tokens.length; first += DEVICES_AT_ONCE)
      ids.push(...(await this.#devices.idsOf(choice.service, tokens.slice(first, first + DEVICES_AT_ONCE))))
    return { ids, named: tokens.length }
  }
}
