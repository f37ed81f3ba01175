import { PushError, shown } from '../base/index.js'

/** Characters as a person counts them: code points, as the database and the predecessor do. */
function characters(text: string): number {
  let count = 0
  for (const _ of text) count++
  return count
}

/** A field with something wrong in it: `badge: -1 is not allowed; use a whole number of 0 or more`. */
export function notAllowed(field: string, value: unknown, use: string): PushError {
  return new PushError('PUSH_ERR_INPUT_INVALID', `${field}: ${shown(value)} is not allowed; use ${use}`, {
    field,
  })
}

/** A text of `min` to `max` characters. PUSH_ERR_INPUT_INVALID. */
export function checkText(field: string, value: unknown, max: number, min = 0): string {
  if (typeof value !== 'string') throw notAllowed(field, value, 'a text')
  // A text never has more characters than UTF-16 units: most need no counting.
  const count = value.length <= max ? value.length : characters(value)
  if (count > max) {
    throw new PushError(
      'PUSH_ERR_INPUT_INVALID',
      `${field}: ${shown(value)} has ${count} characters; at most ${max} are allowed`,
      { field },
    )
  }
  if (count < min) {
    throw new PushError(
      'PUSH_ERR_INPUT_INVALID',
      `${field}: it is empty; 1 to ${max} characters are needed`,
      {
        field,
      },
    )
  }
  return value
}

/** A whole number from `min` to `max`. PUSH_ERR_INPUT_INVALID. */
export function checkInteger(field: string, value: unknown, min: number, max: number, use: string): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < min || value > max) {
    throw notAllowed(field, value, use)
  }
  return value
}

/** True or false. PUSH_ERR_INPUT_INVALID. */
export function checkBoolean(field: string, value: unknown): boolean {
  if (typeof value !== 'boolean') throw notAllowed(field, value, 'true or false')
  return value
}
