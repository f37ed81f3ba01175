import type { Schedule, ScheduleAction } from '../app/index.js'
import { counted, shownTime } from './terminal.js'

/** What a schedule does, in a few words. */
export function shownAction(action: ScheduleAction): string {
  if (action.kind === 'feedback') return `call feedback service ${action.feedbackServiceId}`
  const { audience, notificationId } = action
  const whom =
    audience.kind === 'all'
      ? 'all devices'
      : counted(
          audience.kind === 'tokens' ? audience.tokens.length : audience.ids.length,
          audience.kind.slice(0, -1),
        )
  return `push notification ${notificationId} to ${whom}`
}

/** When a schedule runs next, or why it does not. */
export function shownNext({ isPaused, nextAt }: Schedule): string {
  return isPaused ? 'paused' : shownTime(nextAt)
}
