import { PushError } from '../base/index.js'

/** The error for options that do not fit; ends the command with status 2. */
export function wrongUse(option: string, message: string): PushError {
  return new PushError('PUSH_ERR_INPUT_INVALID', message, { field: option })
}
