import { PushError, shown } from '../base/index.js'
import type { Page } from './store.js'

/** A page with its defaults; PUSH_ERR_INPUT_INVALID where a number is out of range. */
export function pageBounds({ after = 0, limit = 100 }: Page = {}): Required<Page> {
  check('after', after, 0, Number.MAX_SAFE_INTEGER, 'the id that the page before ended with, or 0')
  check('limit', limit, 1, 10_000, 'a whole number from 1 to 10000')
  return { after, limit }
}

function check(field: string, value: number, min: number, max: number, use: string): void {
  if (Number.isSafeInteger(value) && value >= min && value <= max) return
  throw new PushError('PUSH_ERR_INPUT_INVALID', `${field}: ${shown(value)} is not allowed; use ${use}`, {
    field,
  })
}
