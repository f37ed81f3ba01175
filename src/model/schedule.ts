import type { Audience, Duplicates, Urgency } from './push.js'

/** A push to be made again and again: of a stored notification, to whoever belongs to the audience by then. */
export interface PushAction {
  kind: 'push'
  notificationId: number
  audience: Audience
  /** Devices a chunk; null: the delivery's default. */
  chunkSize: number | null
  urgency: Urgency
  duplicates: Duplicates
  maxAttempts: number
}

/** A feedback service to be called again and again. */
interface FeedbackAction {
  kind: 'feedback'
  feedbackServiceId: number
}

/** What a schedule does at each of its times. */
export type ScheduleAction = PushAction | FeedbackAction

/** Something that is done again and again, at times that a cron line gives. */
export interface Schedule {
  id: number
  /** The APN service that is meant. */
  serviceId: number
  /** Five fields (minute, hour, day of month, month, day of week), or six with seconds in front. */
  cron: string
  /** The IANA time zone of the cron line. */
  timeZone: string
  action: ScheduleAction
  isPaused: boolean
  /** When it runs next, in milliseconds since 1970; null: it is paused, or its line gives no time any more. */
  nextAt: number | null
  /** When it last ran; null: never yet. */
  lastAt: number | null
  /** The last push that it made; null: none yet. */
  lastPushId: number | null
  /** What became of the last run, or why nothing came of it: one line. Null: it has not run yet. */
  lastResult: string | null
  createdAt: number
  /** Who wants it: a user's name; null: nobody in particular. */
  createdBy: string | null
}

/** A schedule to be made. */
export type NewSchedule = Pick<Schedule, 'serviceId' | 'cron' | 'timeZone' | 'action' | 'createdBy'> & {
  nextAt: number
}
