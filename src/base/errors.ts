import { type ErrorCode, errorCatalogue } from './error-catalogue.js'

/** What an error may carry beside its message. */
export interface PushErrorOptions {
  /** The field, option or setting at fault, by the name its user knows it by: `badge`, `--extra`. */
  field?: string
  /** The error underneath. */
  cause?: unknown
}

/**
 * The one error class of this package. The message is one line that names the field or option at fault, its value
 * (unless secret) and what is allowed.
 */
export class PushError extends Error {
  /** A code of the catalogue; stable, to be matched on. */
  readonly code: ErrorCode
  /** The HTTP status that goes with the code. */
  readonly status: number
  /** The field, option or setting at fault; absent when it is none. */
  readonly field?: string

  constructor(code: ErrorCode, message: string, options: PushErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'PushError'
    this.code = code
    this.status = errorCatalogue[code]
    if (options.field !== undefined) this.field = options.field
  }
}

/** The message of anything that was thrown. */
export function errorMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/** Whether an error has this code: ours, Node's (`ENOENT`) or a driver's (`SQLITE_BUSY`). */
export function hasErrorCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}

/** How a value is shown in an error message: JSON, cut after 60 characters; its type where JSON has no words for it. */
export function shown(value: unknown): string {
  let text: string | undefined
  try {
    text = JSON.stringify(value)
  } catch {
    // A BigInt, or an object that refers to itself.
  }
  text ??= typeof value
  return text.length > 60 ? `${text.slice(0, 57)}...` : text
}
