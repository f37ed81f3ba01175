import { notAllowed } from './text-check.js'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
/** The zones that are furthest ahead (Pacific/Kiritimati) and behind (Etc/GMT+12). Source: the IANA time zone database */
const AHEAD_MS = 14 * HOUR_MS
const BEHIND_MS = 12 * HOUR_MS
/** Who is later than this gets nothing: what was meant for the morning is not sent at night. */
const LATE_MS = HOUR_MS

/** A date and a time of day without a zone, with its seconds: `2026-12-01T09:00:00`. PUSH_ERR_INPUT_INVALID. */
export function checkLocalTime(field: string, value: unknown): string {
  const wanted = 'a date and a time without a zone, from 1970 on, such as 2026-12-01T09:00'
  const found =
    typeof value === 'string' ? /^(?!19[0-6])\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?$/.exec(value) : null
  if (found === null) throw notAllowed(field, value, wanted)
  const time = found[1] === undefined ? `${found[0]}:00` : found[0]
  const wall = Date.parse(`${time}Z`)
  // The 30th of February is parsed as a day of March.
  if (Number.isNaN(wall) || wall < 0 || new Date(wall).toISOString() !== `${time}.000Z`)
    throw notAllowed(field, value, `${wanted}; it must exist in the calendar`)
  return time
}

/** The first and the last moment at which it is this local time anywhere, in milliseconds since 1970. */
export function spanOf(localTime: string): { first: number; last: number } {
  const wall = Date.parse(`${localTime}Z`)
  return { first: wall - AHEAD_MS, last: wall + BEHIND_MS }
}

/**
 * When it is a local time in a time zone, in milliseconds since 1970; undefined for a zone that this machine does not know.
 *
 * Where the clocks are put forward, a time that does not exist is as much later as they were put forward (02:30 becomes 03:30).
 * Where they are put back, a time that exists twice is the first of the two. Source: the disambiguation `compatible` of ECMAScript's
 * Temporal, which is RFC 5545's, 3.3.5
 */
export function instantOf(localTime: string, timeZone: string): number | undefined {
  const format = formatOf(timeZone)
  if (format === undefined) return undefined
  const wall = Date.parse(`${localTime}Z`)
  const before = offsetAt(format, wall - DAY_MS)
  const after = offsetAt(format, wall + DAY_MS)
  for (const offset of [before, after]) if (offsetAt(format, wall - offset) === offset) return wall - offset
  return wall - before
}

/** The same for a device, whose zone may not be known: then it is that of the push. */
export function dueIn(timeZone: string, localTime: string, otherZone: string): number {
  return instantOf(localTime, timeZone) ?? instantOf(localTime, otherZone)!
}

/** Whether a device that was due then gets nothing any more. */
export function isTooLate(dueAt: number, now: number): boolean {
  return dueAt < now - LATE_MS
}

/** How far a zone is ahead of UTC at a moment, in milliseconds. */
function offsetAt(format: Intl.DateTimeFormat, at: number): number {
  const name = format.formatToParts(at).find(({ type }) => type === 'timeZoneName')?.value ?? ''
  // GMT, GMT+05:30 or, for times long past, GMT-00:44:30.
  const [, sign, hours = 0, minutes = 0, seconds = 0] =
    /^GMT(?:([+-])(\d\d):(\d\d)(?::(\d\d))?)?$/.exec(name) ?? []
  const size = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)
  return (sign === '-' ? -size : size) * 1000
}

/** Formats by their zone, as making one takes 50 µs. There are some 600 zones. */
const formats = new Map<string, Intl.DateTimeFormat | undefined>()

function formatOf(timeZone: string): Intl.DateTimeFormat | undefined {
  if (formats.has(timeZone)) return formats.get(timeZone)
  let format: Intl.DateTimeFormat | undefined
  try {
    format = new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'longOffset' })
  } catch {
    format = undefined
  }
  if (formats.size < 10_000) formats.set(timeZone, format)
  return format
}
