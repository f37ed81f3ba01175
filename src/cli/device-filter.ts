import type { Command } from 'commander'
import type { App, DeviceQuery } from '../app/index.js'
import { integer } from './arguments.js'
import { wrongUse } from './wrong-use.js'

/** The options of `device list` and `device export` that say which devices are meant. */
export interface DeviceFilterOptions {
  service?: number
  active?: true
  inactive?: true
  user?: number
}

/** Adds these options to a command. */
export function withDeviceFilter(command: Command): Command {
  return command
    .option('--service <id>', 'of this APN service', integer(1))
    .option('--active', 'active ones only')
    .option('--inactive', 'inactive ones only')
    .option('--user <id>', 'of this user', integer(1))
}

/** The filter that the options ask for. PUSH_ERR_SERVICE_NOT_FOUND: an empty list would hide a wrong id. */
export async function deviceFilter(
  app: App,
  { service, active, inactive, user }: DeviceFilterOptions,
): Promise<DeviceQuery> {
  if (active && inactive) throw wrongUse('--active', 'give --active or --inactive, not both')
  if (service !== undefined && (await app.services.get(service)) === undefined)
    throw (await import('../app/index.js')).serviceNotFound(service)
  return {
    ...(service !== undefined && { service }),
    ...((active || inactive) && { active: active ?? false }),
    ...(user !== undefined && { user }),
  }
}
