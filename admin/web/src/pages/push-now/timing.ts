import { Cron } from 'croner'
import type { Schemas } from '../../api/client'
import { ownTimeZone } from './time-zone-select'

/** When a push begins, as it is chosen. */
export interface Timing {
  kind: 'now' | 'at' | 'local' | 'cron'
  /** A local time such as `2026-12-01T09:00`; for `at` of the reader, for `local` of each device. */
  at: string
  cron: string
  timeZone: string
}

export const newTiming: Timing = { kind: 'now', at: '', cron: '0 9 * * *', timeZone: ownTimeZone }

/** How many next times of a cron line are shown. */
const SHOWN_TIMES = 5

/** Whether the chosen time is over: the server would push at once. */
export function isOver({ kind, at }: Timing): boolean {
  return kind === 'at' && new Date(at).getTime() < Date.now()
}

/** What is to be chosen before it can be pushed; empty: nothing. */
export function timeMissing(timing: Timing): string {
  if (timingInput(timing) !== undefined) return ''
  return isOver(timing) ? 'The time is over: choose a later one.' : 'Choose the time first.'
}

/** The time in the words of the API; undefined while it is not chosen. A cron line is no part of a push. */
export function timingInput(
  timing: Timing,
): Pick<Schemas['PushInput'], 'at' | 'localTime' | 'timeZone'> | undefined {
  const { kind, at, timeZone } = timing
  if (kind === 'now' || kind === 'cron') return {}
  const instant = new Date(at)
  if (Number.isNaN(instant.getTime()) || isOver(timing)) return undefined
  return kind === 'at' ? { at: instant.toISOString() } : { localTime: at, timeZone }
}

/** The next times of a cron line, by the library that the server asks, too; or what is wrong with it. */
export function nextTimes(cron: string, timeZone: string): { times: string[] } | { fault: string } {
  // The server takes a sixth part, for seconds; a push each second is nobody's wish.
  if (cron.trim().split(/\s+/).length !== 5)
    return { fault: 'Five parts are allowed here: minute, hour, day of the month, month, day of the week.' }
  try {
    const runs = new Cron(cron.trim(), { timezone: timeZone, mode: '5-part' }).nextRuns(SHOWN_TIMES)
    return runs.length > 0
      ? { times: runs.map((run) => run.toISOString()) }
      : { fault: 'This line never gives a time.' }
  } catch (error) {
    return { fault: error instanceof Error ? error.message : String(error) }
  }
}
