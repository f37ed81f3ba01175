import { errorMessage, shown } from '../base/index.js'
import { type DeviceChange, deviceFieldLimits, normalizeDeviceToken } from '../model/index.js'
import type { BodyFields } from './request-body.js'

/** What is wrong with each field: sentences for a person. */
export type FieldErrors = Record<string, string[]>

const required = 'This field is required.'

/** The describing fields of a device: their names in the body and in the model. */
const describing = [
  ['platform', 'platform'],
  ['display', 'display'],
  ['os_version', 'osVersion'],
] as const

/** The last value counts where a field that has one value repeats, as with the predecessor. */
function last(fields: BodyFields, name: string): unknown {
  return fields.get(name)?.at(-1)
}

/** The token, in its normal form; adds to `errors` what is wrong with it. */
export function readToken(fields: BodyFields, errors: FieldErrors): string {
  const value = last(fields, 'token')
  if (value === undefined || value === '') {
    errors['token'] = [required]
    return ''
  }
  try {
    return normalizeDeviceToken(value)
  } catch (error) {
    // The field's name stands before its sentences already.
    errors['token'] = [errorMessage(error).replace(/^token: /, '')]
    return ''
  }
}

/** The id of the service; adds to `errors` what is wrong with it. */
export function readServiceId(fields: BodyFields, errors: FieldErrors): number {
  const value = last(fields, 'service')
  if (value === undefined || value === '') {
    errors['service'] = [required]
    return 0
  }
  const id = positiveInteger(value)
  if (id === undefined)
    errors['service'] = [`${shown(value)} is not the id of a service; use a whole number from 1 on.`]
  return id ?? 0
}

/** The describing fields that the body has; adds to `errors` what is wrong with them. */
export function readDescription(fields: BodyFields, errors: FieldErrors): DeviceChange | undefined {
  let change: DeviceChange | undefined
  for (const [name, property] of describing) {
    const value = last(fields, name)
    if (value === undefined) continue
    const fault = textFault(value, deviceFieldLimits[property])
    if (fault) errors[name] = [fault]
    else change = { ...change, [property]: value }
  }
  return change
}

/** The ids of the users that the body has, if it says anything about users; adds to `errors` what is wrong. */
export function readUsers(fields: BodyFields, errors: FieldErrors): number[] | undefined {
  const values = fields.get('users')
  if (!values) return undefined
  const ids = new Set<number>()
  for (const value of values) {
    const id = positiveInteger(value)
    if (id === undefined)
      errors['users'] = [`${shown(value)} is not the id of a user; use whole numbers from 1 on.`]
    else ids.add(id)
  }
  return [...ids].sort((a, b) => a - b)
}

function positiveInteger(value: unknown): number | undefined {
  const number = typeof value === 'string' && /^\s*\+?\d+\s*$/.test(value) ? Number(value) : value
  return typeof number === 'number' && Number.isSafeInteger(number) && number > 0 ? number : undefined
}

function textFault(value: unknown, max: number): string | undefined {
  if (typeof value !== 'string') return `${shown(value)} is not a text.`
  // PostgreSQL stores neither NUL nor half a surrogate pair.
  if (/[\0\p{Surrogate}]/u.test(value)) return `${shown(value)} holds characters that are not allowed.`
  const length = value.length > max ? [...value].length : value.length
  if (length > max) return `Ensure this value has at most ${max} characters (it has ${length}).`
  return undefined
}
