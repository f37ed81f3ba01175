import { PushError, shown } from '../base/index.js'
import type { DeviceChange, DeviceDetails, DeviceImport, SomeDetails } from './device.js'
import { normalizeDeviceToken } from './device-token.js'
import { checkJsonObject } from './json-object.js'
import { checkLocale } from './locale.js'
import { checkBoolean, checkInteger, checkText, notAllowed } from './text-check.js'
import { checkTimeZone } from './time-zone.js'

/** Characters that the describing fields of a device may have at most; the first three are the predecessor's limits. */
export const deviceFieldLimits = { platform: 30, display: 30, osVersion: 20, appVersion: 40 } as const
/** How many there may be of a device, characters of a name, and bytes of its attributes as JSON. */
export const deviceListLimits = {
  tags: 100,
  tag: 64,
  tokens: 20,
  name: 128,
  attributesBytes: 4096,
} as const

/** Checks what is to be changed of a device. Users are ids; whether they exist, the store says. PUSH_ERR_INPUT_INVALID. */
export function checkDeviceChange(input: DeviceChange): DeviceChange {
  return {
    ...checkDetails(input),
    ...(input.isActive !== undefined && { isActive: checkBoolean('isActive', input.isActive) }),
    ...(input.users !== undefined && { users: checkUserIds(input.users) }),
  }
}

/** Checks one device of an import, its token included. PUSH_ERR_DEVICE_TOKEN_INVALID, PUSH_ERR_INPUT_INVALID. */
export function checkDeviceImport(input: DeviceImport): DeviceImport {
  return {
    token: normalizeDeviceToken(input.token),
    ...checkDetails(input),
    ...(input.isActive !== undefined && { isActive: checkBoolean('isActive', input.isActive) }),
  }
}

/** A tag: a word, so that several can stand in one field of a file. PUSH_ERR_INPUT_INVALID. */
function checkTag(field: string, value: unknown): string {
  const tag = checkText(field, value, deviceListLimits.tag, 1)
  if (/[\s,\p{Cc}\p{Surrogate}]/u.test(tag))
    throw notAllowed(field, tag, 'words without white space and commas')
  return tag
}

/** Checks what an app says of itself. PUSH_ERR_INPUT_INVALID, PUSH_ERR_DEVICE_TOKEN_INVALID. */
export function checkDetails(input: SomeDetails): SomeDetails {
  const details: Partial<DeviceDetails> = {}
  for (const field of ['platform', 'display', 'osVersion', 'appVersion'] as const) {
    const value = input[field]
    if (value !== undefined) details[field] = checkPlainText(field, value, deviceFieldLimits[field])
  }
  const { timeZone, locale, tags, attributes, pushToStartTokens, liveActivities } = input
  if (timeZone !== undefined) details.timeZone = timeZone === '' ? '' : checkTimeZone('timeZone', timeZone)
  if (locale !== undefined) details.locale = locale === '' ? '' : checkLocale('locale', locale)
  if (tags !== undefined) {
    const words = listOf('tags', tags, deviceListLimits.tags).map((tag) => checkTag('tags', tag))
    details.tags = [...new Set(words)].sort()
  }
  if (attributes !== undefined) details.attributes = checkAttributes(attributes)
  if (pushToStartTokens !== undefined)
    details.pushToStartTokens = checkTokens('pushToStartTokens', 'attributesType', pushToStartTokens)
  if (liveActivities !== undefined)
    details.liveActivities = checkTokens('liveActivities', 'activityId', liveActivities)
  return details
}

/** PostgreSQL stores neither NUL nor half a surrogate pair. */
function checkPlainText(field: string, value: unknown, max: number, min = 0): string {
  const text = checkText(field, value, max, min)
  if (/[\0\p{Surrogate}]/u.test(text)) throw notAllowed(field, text, 'whole characters, and no NUL')
  return text
}

function checkAttributes(input: unknown): DeviceDetails['attributes'] {
  const attributes = checkJsonObject(input, 'attributes')
  const bytes = Buffer.byteLength(JSON.stringify(attributes))
  const { attributesBytes: most } = deviceListLimits
  if (bytes <= most) return attributes
  throw new PushError(
    'PUSH_ERR_INPUT_INVALID',
    `attributes: they have ${bytes} bytes as JSON; at most ${most} are allowed`,
    { field: 'attributes' },
  )
}

/** Tokens with the names of what they are for; a name comes once. */
function checkTokens<Name extends string>(field: string, name: Name, input: unknown) {
  const names = new Set<string>()
  return listOf(field, input, deviceListLimits.tokens).map((entry, index) => {
    const place = `${field}[${index}]`
    if (typeof entry !== 'object' || entry === null)
      throw notAllowed(place, entry, `an object with ${name} and token`)
    const given = entry as Record<string, unknown>
    const stray = Object.keys(given).find((key) => key !== name && key !== 'token')
    if (stray !== undefined) throw notAllowed(place, stray, `the keys ${name} and token`)
    const what = checkPlainText(`${place}.${name}`, given[name], deviceListLimits.name, 1)
    if (names.has(what)) throw notAllowed(`${place}.${name}`, what, 'each name once')
    names.add(what)
    return { [name]: what, token: normalizeDeviceToken(given['token'], `${place}.token`) } as Record<
      Name | 'token',
      string
    >
  })
}

function listOf(field: string, input: unknown, most: number): unknown[] {
  if (!Array.isArray(input)) throw notAllowed(field, input, 'a list')
  if (input.length <= most) return input
  throw new PushError(
    'PUSH_ERR_INPUT_INVALID',
    `${field}: ${shown(input.length)} are given; at most ${most} are allowed`,
    { field },
  )
}

function checkUserIds(users: unknown): number[] {
  if (!Array.isArray(users)) throw notAllowed('users', users, 'a list of user ids')
  const ids = users.map((id) => checkInteger('users', id, 1, Number.MAX_SAFE_INTEGER, 'ids of users'))
  return [...new Set(ids)].sort((a, b) => a - b)
}
