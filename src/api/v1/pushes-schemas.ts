import { type Static, Type } from 'typebox'
import type { Delivery, Push } from '../../model/index.js'
import { audienceFields } from './audience-schemas.js'
import { Id, orderedFields, pageFields, shownTime, Time, TimeOrNull } from './list.js'
import { NotificationInputSchema, previewFields } from './notifications-schemas.js'

const State = Type.Enum(['scheduled', 'queued', 'sending', 'paused', 'done', 'cancelled', 'failed'])
const Outcome = Type.Enum(['rejected', 'unknown', 'unsent'])
const anyOutcome = ['accepted', 'rejected', 'unknown', 'unsent'] as const
const AnyOutcome = Type.Enum(anyOutcome)
const Count = Type.Integer({ minimum: 0 })
const Text = Type.Union([Type.String(), Type.Null()])
const Reason = Type.String({ maxLength: 255, description: 'Apple’s word, or an error code.' })

/** How a push is sent, whether once or again and again. */
export const ruleFields = {
  chunkSize: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 10_000_000, description: 'Devices a chunk; 10,000 by default.' }),
  ),
  urgency: Type.Optional(
    Type.Enum(['normal', 'urgent'], { description: 'An urgent push is begun before others.' }),
  ),
  duplicates: Type.Optional(
    Type.Enum(['never', 'bounded', 'allowed'], {
      description: 'What may reach a device twice after a crash; `bounded` by default.',
    }),
  ),
  maxAttempts: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: 100,
      description: 'How often a device is tried that Apple refuses for now; 5 by default.',
    }),
  ),
}

/** The notification of a push or a schedule: a stored one's id, or one that is stored with it. */
export const NotificationOrId = Type.Union([Id, NotificationInputSchema], {
  description: 'The id of a stored notification, or one that is stored now.',
  allowed: 'the id of a notification, or a notification with its service',
})

/** A push to be made. */
export const PushInputSchema = Type.Object(
  {
    notification: NotificationOrId,
    ...audienceFields,
    ...ruleFields,
    persist: Type.Optional(
      Type.Boolean({ description: 'Whether a notification that is not stored yet is stored.' }),
    ),
    at: Type.Optional(
      Type.String({ format: 'date-time', maxLength: 40, description: 'When it is to begin; absent: now.' }),
    ),
    localTime: Type.Optional(
      Type.String({
        maxLength: 30,
        description:
          'The local time at which each device gets it, in its own time zone: `2026-12-01T09:00`. Not with `at`.',
      }),
    ),
    timeZone: Type.Optional(
      Type.String({
        maxLength: 64,
        description:
          'The time zone of devices whose own is not known; UTC by default. Only with `localTime`.',
      }),
    ),
    dryRun: Type.Optional(
      Type.Boolean({ description: 'Only find out what it would be, and every rule that it breaks.' }),
    ),
  },
  { title: 'PushInput', additionalProperties: false },
)

/** `Idempotency-Key`. */
export const IdempotencyHeaders = Type.Object({
  'idempotency-key': Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 255,
      description: 'A name for this request: the same request with the same key makes one push only.',
    }),
  ),
})

/** A push as it is shown. */
export const PushSchema = Type.Object(
  {
    id: Id,
    uuid: Type.String({ description: 'Its first four groups begin the apns-id of each device.' }),
    service: Id,
    notification: Type.Union([Id, Type.Null()]),
    retryOf: Type.Union([Id, Type.Null()], { description: 'The push that it tries again.' }),
    state: State,
    stateReason: Text,
    stateBy: Text,
    endingAs: Type.Union([Type.Enum(['cancelled', 'failed']), Type.Null()], {
      description: 'What it becomes as soon as no worker holds a part of it.',
    }),
    audienceKind: Type.Enum(['all', 'tokens', 'devices', 'users', 'where', 'retry']),
    audienceSize: Type.Integer({
      minimum: 0,
      description: 'Devices; of a condition or a retry those found so far, while it is `scheduled`.',
    }),
    accepted: Count,
    rejected: Count,
    unknown: Count,
    unsent: Count,
    deferred: Type.Integer({
      minimum: 0,
      description: 'Devices that wait for another attempt or their time.',
    }),
    skippedInactive: Count,
    skippedUnregistered: Count,
    payload: Type.String({ description: 'Exactly as it is sent.' }),
    pushType: Type.String(),
    topic: Type.String(),
    priority: Type.Union([Type.Enum([10, 5, 1]), Type.Null()]),
    expiration: Type.Union([Type.Integer({ minimum: 0 }), Type.Null()], {
      description: 'Seconds since 1970, as Apple takes it.',
    }),
    collapseId: Text,
    urgency: Type.Enum(['normal', 'urgent']),
    duplicates: Type.Enum(['never', 'bounded', 'allowed']),
    maxAttempts: Count,
    localTime: Text,
    dueAt: Type.Union([Time, Type.Null()], { description: 'When it begins, or goes on by itself.' }),
    beginsAt: Type.Union([Time, Type.Null()], { description: 'When it was asked to begin; null: at once.' }),
    createdAt: Time,
    startedAt: TimeOrNull,
    finishedAt: TimeOrNull,
  },
  { title: 'Push', additionalProperties: false },
)

/** A push that is looked at by itself. */
export const PushDetailSchema = Type.Object(
  {
    ...PushSchema.properties,
    nextAt: Type.Union([Time, Type.Null()], {
      description:
        'When the next of those that are `deferred` are due: at their local time, or for another attempt. Null: nobody waits.',
    }),
  },
  { title: 'PushDetail', additionalProperties: false },
)

/** What a push would be. */
export const PreflightSchema = Type.Object(
  {
    audienceSize: Count,
    skippedInactive: Count,
    skippedUnregistered: Count,
    localTimePassed: Type.Integer({
      minimum: 0,
      description:
        'How many of the audience get nothing, as their local time will be over by more than an hour when the push begins.',
    }),
    chunks: Count,
    ...previewFields,
  },
  { title: 'Preflight', additionalProperties: false },
)

/** Which pushes. */
export const PushQuerySchema = Type.Object(
  {
    service: Type.Optional(Id),
    state: Type.Optional(State),
    ...orderedFields,
  },
  { additionalProperties: false },
)

/** Which deliveries of a push. */
export const DeliveryQuerySchema = Type.Object(
  {
    outcome: Type.Optional(
      Type.Enum([...anyOutcome, 'failed'], {
        description: '`failed`: any but `accepted`, which most of them are in the development environment.',
      }),
    ),
    reason: Type.Optional(Reason),
    order: Type.Optional(
      Type.Enum(['device', 'latest'], {
        description: '`latest`: the newest answers first, one page only; `device`, by device id, by default.',
      }),
    ),
    ...pageFields,
  },
  { additionalProperties: false },
)

/** A device that did not accept. */
export const DeliverySchema = Type.Object(
  {
    device: Id,
    outcome: AnyOutcome,
    reason: Type.Union([Reason, Type.Null()]),
    status: Type.Union([Type.Integer(), Type.Null()]),
    apnsId: Text,
    apnsUniqueId: Type.Union([Type.String(), Type.Null()], {
      description: 'Finds the push in Apple’s delivery log; in the development environment only.',
    }),
    at: Time,
  },
  { title: 'Delivery', additionalProperties: false },
)

/** How many devices ended so. */
export const ReasonSchema = Type.Object(
  {
    outcome: Outcome,
    reason: Reason,
    count: Count,
    isRetried: Type.Boolean({ description: 'Whether a retry that names no reasons tries them again.' }),
  },
  { title: 'ReasonCount', additionalProperties: false },
)

/** Why a push is paused or cancelled. */
export const StateChangeSchema = Type.Object(
  { reason: Type.Optional(Type.String({ minLength: 1, maxLength: 500 })) },
  { additionalProperties: false },
)

/** Whom a retry means. */
export const RetrySchema = Type.Object(
  {
    outcomes: Type.Optional(Type.Array(Outcome, { minItems: 1, maxItems: 3 })),
    reasons: Type.Optional(
      Type.Array(Reason, {
        minItems: 1,
        maxItems: 100,
        description: 'Absent: those whose cause may be over; dead tokens are none of them.',
      }),
    ),
  },
  { additionalProperties: false },
)

/** A push in the words of the API. */
export function shownPush(push: Push): Static<typeof PushSchema> {
  const { serviceId: service, notificationId: notification, ...rest } = push
  const { dueAt, beginsAt, createdAt, startedAt, finishedAt } = push
  return {
    ...rest,
    ...{ service, notification, createdAt: shownTime(createdAt) },
    ...{ dueAt: shownTime(dueAt), beginsAt: shownTime(beginsAt) },
    ...{ startedAt: shownTime(startedAt), finishedAt: shownTime(finishedAt) },
  }
}

/** A delivery in the words of the API. */
export function shownDelivery(delivery: Delivery): Static<typeof DeliverySchema> {
  const { deviceId: device, outcome, reason, status, apnsId, apnsUniqueId, at } = delivery
  return {
    ...{ device, outcome, reason: reason === '' ? null : reason, status, apnsId, apnsUniqueId },
    at: shownTime(at),
  }
}
