import type { Push } from '../app/index.js'
import { counted } from './terminal.js'

/** How far a push is, one line each; the sums come last. */
export function shownPush(push: Push): string[] {
  const { id, state, stateReason, stateBy, endingAs, dueAt, beginsAt, localTime, audienceSize, deferred } =
    push
  const { startedAt, accepted, rejected, unknown, unsent } = push
  const why = stateReason === null ? '' : `: ${stateReason}`
  const who = stateBy === null ? '' : ` (${stateBy})`
  const lines = [`push ${id} is ${endingAs === null ? state : `being ${endingAs}`}${why}${who}`]
  if (dueAt !== null) lines.push(`it goes on at ${new Date(dueAt).toISOString()}`)
  else if (state === 'paused' && endingAs === null && startedAt === null && beginsAt !== null)
    lines.push(`it was to begin at ${new Date(beginsAt).toISOString()}`)
  if (localTime !== null) lines.push(`each device gets it at ${localTime} of its own time zone`)
  const waiting = audienceSize - accepted - rejected - unknown - unsent
  if (waiting > 0) lines.push(`${counted(waiting, 'device')} of ${audienceSize} to go`)
  if (deferred > 0)
    lines.push(`${deferred} of them wait for ${localTime === null ? '' : 'their time or '}another attempt`)
  lines.push(`accepted=${accepted} rejected=${rejected} unknown=${unknown} unsent=${unsent}`)
  return lines
}
