import { Cron } from 'croner'
import { errorMessage, PushError, shown } from '../base/index.js'

/**
 * The first time that a cron line gives after a moment, in milliseconds since 1970; null: there is none.
 *
 * Where clocks are put forward, a time that does not exist is the first moment after the gap; where they are put back, a time
 * that exists twice is the first of the two, unless the hour is a wildcard. That is croner's doing; tested in test/delivery/cron.
 */
export function nextRun(cron: string, timeZone: string, after: number): number | null {
  return parsed(cron, timeZone).nextRun(new Date(after))?.getTime() ?? null
}

/**
 * Checks a cron line of five fields, or of six with seconds in front, and returns its fields with one space between them and its
 * first time after `now`. PUSH_ERR_INPUT_INVALID, also for a line that never gives a time, such as the 30th of February.
 */
export function checkCron(cron: unknown, timeZone: string, now: number): { cron: string; nextAt: number } {
  const fields = typeof cron === 'string' && cron.length <= 255 ? cron.trim().split(/\s+/) : []
  if (fields.length !== 5 && fields.length !== 6)
    throw refuse(cron, 'five fields (minute, hour, day, month, day of week), or six with seconds in front')
  const line = fields.join(' ')
  let nextAt: number | null
  try {
    nextAt = nextRun(line, timeZone, now)
  } catch (error) {
    throw refuse(cron, `a line such as "0 9 * * MON-FRI" (${errorMessage(error)})`)
  }
  if (nextAt === null) throw refuse(cron, 'a line that gives a time: this one never does')
  return { cron: line, nextAt }
}

/** Never a timer: without a function to call, croner only answers questions. */
function parsed(cron: string, timeZone: string): Cron {
  return new Cron(cron, { timezone: timeZone, mode: '5-or-6-parts' })
}

function refuse(cron: unknown, allowed: string): PushError {
  return new PushError('PUSH_ERR_INPUT_INVALID', `cron: ${shown(cron)} is not allowed; use ${allowed}`, {
    field: 'cron',
  })
}
