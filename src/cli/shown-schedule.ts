import type { Schedule, ScheduleAction } from '../app/index.js'
import { counted, shownTime } from './terminal.js'

/** What a schedule does, in a few words. */
export function shownAction(action: ScheduleAction): string {
  if (action.kind === 'feedback') return `call feedback service ${action.feedbackServiceId}`
  const { audience, notificationId } = action
  return `push notification ${notificationId} to ${shownAudience(audience)}`
}

function shownAudience(audience: Extract<ScheduleAction, { kind: 'push' }>['audience']): string {
  switch (audience.kind) {
    case 'all':
      return 'all devices'
    case 'where':
      return `devices where ${JSON.stringify(audience.where)}`
    case 'retry':
      return `devices that push ${audience.pushId} did not reach`
    case 'tokens':
      return counted(audience.tokens.length, 'token')
    default:
      return counted(audience.ids.length, audience.kind.slice(0, -1))
  }
}

/** When a schedule runs next, or why it does not. */
export function shownNext({ isPaused, nextAt }: Schedule): string {
  return isPaused ? 'paused' : shownTime(nextAt)
}
