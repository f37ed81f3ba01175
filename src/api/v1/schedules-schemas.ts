import { type Static, Type } from 'typebox'
import type { Schedule, ScheduleAction } from '../../model/index.js'
import { audienceFields } from './audience-schemas.js'
import { Id, shownTime, Time, TimeOrNull } from './list.js'
import { NotificationOrId, ruleFields } from './pushes-schemas.js'

const Text = Type.Union([Type.String(), Type.Null()])

/** A schedule to be made: with `notification` it pushes, with `feedbackService` it calls one. */
export const ScheduleInputSchema = Type.Object(
  {
    cron: Type.String({
      minLength: 1,
      maxLength: 255,
      description:
        'Five fields (minute, hour, day of month, month, day of week), or six with seconds in front: `0 9 * * MON-FRI`.',
    }),
    timeZone: Type.Optional(
      Type.String({ maxLength: 64, description: 'The time zone of the cron line; UTC by default.' }),
    ),
    notification: Type.Optional(NotificationOrId),
    ...audienceFields,
    ...ruleFields,
    feedbackService: Type.Optional(Id),
  },
  { title: 'ScheduleInput', additionalProperties: false },
)

const PushActionSchema = Type.Object(
  {
    kind: Type.Literal('push'),
    notification: Id,
    audience: Type.Object(
      {
        kind: Type.String({ description: '`all`, `tokens`, `devices`, `users` or `where`.' }),
        names: Type.Union([Type.Integer({ minimum: 0 }), Type.Null()], {
          description: 'How many are named; null where nobody is named.',
        }),
        where: Type.Union([Type.Object({}, { additionalProperties: true }), Type.Null()]),
      },
      { additionalProperties: false, description: 'Who belongs to it is found out at each time.' },
    ),
    chunkSize: Type.Union([Type.Integer({ minimum: 1 }), Type.Null()]),
    urgency: Type.Enum(['normal', 'urgent']),
    duplicates: Type.Enum(['never', 'bounded', 'allowed']),
    maxAttempts: Type.Integer({ minimum: 1 }),
  },
  { additionalProperties: false },
)
const FeedbackActionSchema = Type.Object(
  { kind: Type.Literal('feedback'), feedbackService: Id },
  { additionalProperties: false },
)

/** A schedule as it is shown. */
export const ScheduleSchema = Type.Object(
  {
    id: Id,
    service: Id,
    cron: Type.String(),
    timeZone: Type.String(),
    action: Type.Union([PushActionSchema, FeedbackActionSchema]),
    isPaused: Type.Boolean(),
    nextAt: Type.Union([Time, Type.Null()], { description: 'Null: it is paused, or has no time any more.' }),
    lastAt: TimeOrNull,
    lastPush: Type.Union([Id, Type.Null()]),
    lastResult: Text,
    createdAt: Time,
    createdBy: Text,
  },
  { title: 'Schedule', additionalProperties: false },
)

/** A schedule in the words of the API. */
export function shownSchedule(schedule: Schedule): Static<typeof ScheduleSchema> {
  const { id, serviceId: service, cron, timeZone, action, isPaused, lastPushId: lastPush } = schedule
  const { nextAt, lastAt, lastResult, createdAt, createdBy } = schedule
  return {
    ...{
      id,
      service,
      cron,
      timeZone,
      action: shownAction(action),
      isPaused,
      lastPush,
      lastResult,
      createdBy,
    },
    ...{ nextAt: shownTime(nextAt), lastAt: shownTime(lastAt), createdAt: shownTime(createdAt) },
  }
}

function shownAction(action: ScheduleAction): Static<typeof ScheduleSchema>['action'] {
  if (action.kind === 'feedback') return { kind: 'feedback', feedbackService: action.feedbackServiceId }
  const { kind, notificationId: notification, audience, ...rules } = action
  const names =
    audience.kind === 'tokens' ? audience.tokens.length : 'ids' in audience ? audience.ids.length : null
  const where = audience.kind === 'where' ? audience.where : null
  return { kind, notification, audience: { kind: audience.kind, names, where }, ...rules }
}
