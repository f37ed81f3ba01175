import { InvalidArgumentError } from 'commander'
import type { JsonObject } from '../app/index.js'
import { errorMessage, shown } from '../base/index.js'

/** A parser for a whole number within limits, for `Option.argParser`. */
export function integer(least: number, most = Number.MAX_SAFE_INTEGER): (text: string) => number {
  const allowed =
    most === Number.MAX_SAFE_INTEGER
      ? `a whole number of at least ${least}`
      : `a whole number from ${least} to ${most}`
  return (text) => {
    const number = /^-?\d{1,15}$/.test(text) ? Number(text) : Number.NaN
    if (!(number >= least && number <= most)) throw new InvalidArgumentError(`It must be ${allowed}.`)
    return number
  }
}

/** A parser for one id after another, as `--user 1 2 --user 3`. */
export function ids(text: string, previous: number[] | undefined): number[] {
  return [...(previous ?? []), integer(1)(text)]
}

/** A parser for a JSON object. */
export function jsonObject(text: string): JsonObject {
  try {
    return parseJsonObject(text)
  } catch (error) {
    throw new InvalidArgumentError(`It ${errorMessage(error)}.`)
  }
}

/** A JSON object from text; the message of its error goes on from the name of what was read. */
export function parseJsonObject(text: string): JsonObject {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw new Error(`is no JSON: ${errorMessage(error)}`)
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Error('must be a JSON object, such as {"foo": "bar"}')
  return value as JsonObject
}

const unitSeconds: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 }

/** A parser for a time: seconds since 1970, an ISO 8601 instant, or an offset such as `+2h`. In seconds since 1970. */
export function instant(text: string): number {
  if (/^\d{1,12}$/.test(text)) return Number(text)
  const offset = /^\+(\d{1,9})([smhd])$/.exec(text)
  if (offset) return Math.floor(Date.now() / 1000) + Number(offset[1]) * unitSeconds[offset[2]!]!
  // A zone is needed: without one the machine that runs the command would decide.
  const milliseconds = /T.*(Z|[+-]\d\d:?\d\d)$/.test(text) ? Date.parse(text) : Number.NaN
  if (Number.isNaN(milliseconds))
    throw new InvalidArgumentError(
      `It must be seconds since 1970, a time such as 2027-01-31T12:00:00Z, or an offset such as +2h, not ${shown(text)}.`,
    )
  return Math.floor(milliseconds / 1000)
}
