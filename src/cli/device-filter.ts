import type { DeviceQuery } from '../app/index.js'
import { wrongUse } from './wrong-use.js'

/** The options of `device list` and `device export` that say which devices are meant. */
export interface DeviceFilterOptions {
  service?: number
  active?: true
  inactive?: true
  user?: number
}

/** The filter that the options ask for. */
export function deviceFilter({ service, active, inactive, user }: DeviceFilterOptions): DeviceQuery {
  if (active && inactive) throw wrongUse('--active', 'give --active or --inactive, not both')
  return {
    ...(service !== undefined && { service }),
    ...((active || inactive) && { active: active ?? false }),
    ...(user !== undefined && { user }),
  }
}
