import { PushError } from '../base/index.js'
import { checkInteger } from '../model/index.js'
import type { DeviceAge, DeviceStore } from '../store/index.js'
import { nextTurn } from './next-turn.js'

const DAY_MS = 24 * 3_600_000
/** Devices that are deleted in one transaction. */
const DEVICES_AT_ONCE = 1000

/** Which devices are to be deleted: one of `unseenDays` and `inactiveDays`. */
export interface PruneOptions {
  /** The id of the service. */
  service: number
  /** Those whose apps have not registered for so many days, and that were not added since; 1 to 36,500. */
  unseenDays?: number
  /** Those that have been inactive for so many days; 1 to 36,500. */
  inactiveDays?: number
  /** Only count them. */
  dryRun?: boolean
}

/** What was deleted, or would be. */
export interface DevicePruning {
  devices: number
  /** How many of them are active. */
  active: number
  /** How many active devices the service has, or had before. */
  activeDevices: number
}

/** See `Devices.prune`. */
export async function pruneDevices(
  store: DeviceStore,
  options: PruneOptions,
  now: number,
): Promise<DevicePruning> {
  const ages = agesOf(options, now)
  const activeDevices = await store.count({ serviceId: options.service, isActive: true })
  const pruning: DevicePruning = { devices: 0, active: 0, activeDevices }
  for (const age of ages) {
    const devices = options.dryRun ? await store.countAged(age) : await removeAll(store, age)
    pruning.devices += devices
    if (age.isActive) pruning.active += devices
  }
  return pruning
}

function agesOf({ service, unseenDays, inactiveDays }: PruneOptions, now: number): DeviceAge[] {
  if ((unseenDays === undefined) === (inactiveDays === undefined))
    throw new PushError('PUSH_ERR_INPUT_INVALID', 'give either unseenDays or inactiveDays', {
      field: 'unseenDays',
    })
  const since = (field: string, days: number) =>
    now - checkInteger(field, days, 1, 36_500, 'a whole number of days from 1 to 36500') * DAY_MS
  if (unseenDays === undefined)
    return [{ serviceId: service, isActive: false, inactiveSince: since('inactiveDays', inactiveDays!) }]
  const unseenSince = since('unseenDays', unseenDays)
  return [false, true].map((isActive) => ({ serviceId: service, isActive, unseenSince }))
}

async function removeAll(store: DeviceStore, age: DeviceAge): Promise<number> {
  let removed = 0
  for (let after = 0; ; ) {
    const { ids, last } = await store.removeAged(age, { after, limit: DEVICES_AT_ONCE })
    removed += ids.length
    if (last === undefined) return removed
    after = last
    await nextTurn()
  }
}
