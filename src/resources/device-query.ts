import {
  checkLocale,
  checkTimeZone,
  type DeviceSearch,
  type DeviceTraits,
  normalizeDeviceToken,
  notAllowed,
} from '../model/index.js'

/** Which devices; all conditions must hold. Absent ones do not count. */
export interface DeviceQuery extends DeviceTraits {
  /** The id of a service. */
  service?: number
  active?: boolean
  /** The exact token. */
  token?: string
  /** How the token begins: 4 to 512 hexadecimal digits. */
  tokenPrefix?: string
  /** The id of a user. */
  user?: number
}

/** The same for the store. PUSH_ERR_DEVICE_TOKEN_INVALID, PUSH_ERR_INPUT_INVALID. */
export function searchOf({
  service,
  active,
  token,
  tokenPrefix,
  user,
  locale,
  timeZone,
  ...traits
}: DeviceQuery): DeviceSearch {
  for (const field of ['osVersionFrom', 'osVersionTo', 'appVersionFrom', 'appVersionTo'] as const) {
    const version = traits[field]
    if (version !== undefined && !/\d/.test(version))
      throw notAllowed(field, version, 'a version such as 17.4')
  }
  return {
    ...traits,
    ...(service !== undefined && { serviceId: service }),
    ...(active !== undefined && { isActive: active }),
    ...(token !== undefined && { token: normalizeDeviceToken(token) }),
    ...(tokenPrefix !== undefined && { tokenPrefix: prefix(tokenPrefix) }),
    ...(user !== undefined && { userId: user }),
    ...(locale !== undefined && { locale: locale === '' ? '' : checkLocale('locale', locale) }),
    ...(timeZone !== undefined && { timeZone: timeZone === '' ? '' : checkTimeZone('timeZone', timeZone) }),
  }
}

function prefix(value: string): string {
  if (/^[0-9a-f]{4,512}$/i.test(value)) return value.toLowerCase()
  throw notAllowed('tokenPrefix', value, '4 to 512 hexadecimal digits')
}
