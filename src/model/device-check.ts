import type { DeviceChange, DeviceImport } from './device.js'
import { normalizeDeviceToken } from './device-token.js'
import { checkBoolean, checkInteger, checkText, notAllowed } from './text-check.js'
import { checkTimeZone } from './time-zone.js'

/** Characters that the describing fields of a device may have at most: the predecessor's limits. */
export const deviceFieldLimits = { platform: 30, display: 30, osVersion: 20 } as const

/** Checks what is to be changed of a device. Users are ids; whether they exist, the store says. PUSH_ERR_INPUT_INVALID. */
export function checkDeviceChange(input: DeviceChange): DeviceChange {
  const change: DeviceChange = checkDescription(input)
  if (input.users !== undefined) change.users = checkUserIds(input.users)
  return change
}

/** Checks one device of an import, its token included. PUSH_ERR_DEVICE_TOKEN_INVALID, PUSH_ERR_INPUT_INVALID. */
export function checkDeviceImport(input: DeviceImport): DeviceImport {
  return { token: normalizeDeviceToken(input.token), ...checkDescription(input) }
}

function checkDescription(input: Omit<DeviceImport, 'token'>): Omit<DeviceImport, 'token'> {
  const description: Omit<DeviceImport, 'token'> = {}
  if (input.isActive !== undefined) description.isActive = checkBoolean('isActive', input.isActive)
  for (const field of ['platform', 'display', 'osVersion'] as const) {
    const value = input[field]
    if (value !== undefined) description[field] = checkText(field, value, deviceFieldLimits[field])
  }
  if (input.timeZone !== undefined)
    description.timeZone = input.timeZone === '' ? '' : checkTimeZone('timeZone', input.timeZone)
  return description
}

function checkUserIds(users: unknown): number[] {
  if (!Array.isArray(users)) throw notAllowed('users', users, 'a list of user ids')
  const ids = users.map((id) => checkInteger('users', id, 1, Number.MAX_SAFE_INTEGER, 'ids of users'))
  return [...new Set(ids)].sort((a, b) => a - b)
}
