import type { Command } from 'commander'
import type { App, DeviceQuery } from '../app/index.js'
import { instant, integer } from './arguments.js'
import { wrongUse } from './wrong-use.js'

/** The options of `device list` and `device export` that say which devices are meant. */
export interface DeviceFilterOptions
  extends Pick<
    DeviceQuery,
    | 'tokenPrefix'
    | 'platform'
    | 'osVersionFrom'
    | 'osVersionTo'
    | 'appVersion'
    | 'locale'
    | 'timeZone'
    | 'tag'
  > {
  service?: number
  active?: true
  inactive?: true
  user?: number
  /** In seconds since 1970. */
  registeredSince?: number
  registeredBefore?: number
}

/** Adds these options to a command. */
export function withDeviceFilter(command: Command): Command {
  return command
    .option('--service <id>', 'of this APN service', integer(1))
    .option('--active', 'active ones only')
    .option('--inactive', 'inactive ones only')
    .option('--user <id>', 'of this user', integer(1))
    .option('--tag <tag>', 'with this tag')
    .option('--token-prefix <digits>', 'whose token begins so, with four digits or more')
    .option('--platform <text>', 'of this platform')
    .option('--os-version-from <version>', 'whose system has this version or a later one')
    .option('--os-version-to <version>', 'whose system has this version or an earlier one')
    .option('--app-version <text>', 'with this version of the app')
    .option('--locale <tag>', 'of this language (de) or locale (de-AT)')
    .option('--time-zone <name>', 'in this time zone')
    .option('--registered-since <time>', 'whose app has registered at this time or later', instant)
    .option('--registered-before <time>', 'whose app has not registered at this time or later', instant)
}

/** The filter that the options ask for. PUSH_ERR_SERVICE_NOT_FOUND: an empty list would hide a wrong id. */
export async function deviceFilter(app: App, options: DeviceFilterOptions): Promise<DeviceQuery> {
  const { service, active, inactive, user, registeredSince, registeredBefore } = options
  const { tag, tokenPrefix, platform, osVersionFrom, osVersionTo, appVersion, locale, timeZone } = options
  if (active && inactive) throw wrongUse('--active', 'give --active or --inactive, not both')
  if (service !== undefined && (await app.services.get(service)) === undefined)
    throw (await import('../app/index.js')).serviceNotFound(service)
  return {
    ...(service !== undefined && { service }),
    ...((active || inactive) && { active: active ?? false }),
    ...(user !== undefined && { user }),
    ...(tag !== undefined && { tag }),
    ...(tokenPrefix !== undefined && { tokenPrefix }),
    ...(platform !== undefined && { platform }),
    ...(osVersionFrom !== undefined && { osVersionFrom }),
    ...(osVersionTo !== undefined && { osVersionTo }),
    ...(appVersion !== undefined && { appVersion }),
    ...(locale !== undefined && { locale }),
    ...(timeZone !== undefined && { timeZone }),
    ...(registeredSince !== undefined && { registeredSince: registeredSince * 1000 }),
    ...(registeredBefore !== undefined && { registeredBefore: registeredBefore * 1000 }),
  }
}
