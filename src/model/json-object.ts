import type { JsonObject } from '../apns/index.js'
import { errorMessage, PushError, shown } from '../base/index.js'

/**
 * Reads a JSON object from text, such as that of `--extra`.
 *
 * @param field the option or field that the text was given for
 * @throws PUSH_ERR_INPUT_INVALID for text that is no JSON, or JSON that is no object
 */
export function parseJsonObject(text: string, field: string): JsonObject {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw new PushError(
      'PUSH_ERR_INPUT_INVALID',
      `${field}: ${shown(text)} is not JSON (${errorMessage(error).split('\n')[0]}); ${example}`,
      { field, cause: error },
    )
  }
  return checkJsonObject(value, field)
}

/** Passes an object that can be written as JSON, and nothing else. PUSH_ERR_INPUT_INVALID. */
export function checkJsonObject(value: unknown, field: string): JsonObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new PushError(
      'PUSH_ERR_INPUT_INVALID',
      `${field}: ${shown(value)} is ${kindOf(value)}; ${example}`,
      {
        field,
      },
    )
  }
  try {
    // A cycle or a BigInt throws here; a `toJSON` might turn an object into something else.
    const written = JSON.parse(JSON.stringify(value) ?? 'null') as unknown
    if (typeof written === 'object' && written !== null && !Array.isArray(written))
      return written as JsonObject
  } catch (error) {
    throw new PushError(
      'PUSH_ERR_INPUT_INVALID',
      `${field}: it can't be written as JSON (${errorMessage(error).split('\n')[0]}); ${example}`,
      { field, cause: error },
    )
  }
  throw new PushError('PUSH_ERR_INPUT_INVALID', `${field}: it is not a plain object; ${example}`, { field })
}

const example = 'use a JSON object such as {"key": "value"}'

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'a list'
  if (value === null) return 'null'
  return `a ${typeof value}`
}
