import { type Static, Type } from 'typebox'
import type { Notification } from '../../model/index.js'
import { Id, shownTime, Time, TimeOrNull } from './list.js'

const orNull = <Schema extends Parameters<typeof Type.Union>[0][number]>(
  schema: Schema,
  description: string,
) => Type.Union([schema, Type.Null()], { description })
const Json = (description: string) =>
  orNull(
    Type.Unsafe<NonNullable<Notification['payload']>>({ type: 'object', additionalProperties: true }),
    description,
  )

/** What a notification says and how it is delivered; everything may be absent. */
const fields = {
  message: Type.String({ maxLength: 2048, description: 'Empty: none.' }),
  title: Type.String({ maxLength: 2048, description: 'Empty: none.' }),
  badge: orNull(
    Type.Integer({ minimum: 0, maximum: 2_147_483_647 }),
    '0 clears the badge; null leaves it alone.',
  ),
  silent: orNull(Type.Boolean(), '`aps.content-available`; null: not said.'),
  sound: Type.String({ maxLength: 30, description: 'Empty: none.' }),
  customPayload: Json('Keys beside `aps`.'),
  locPayload: Json('The alert’s localisation keys; takes the place of message and title.'),
  payload: Json('The whole payload as it is to be sent; takes the place of everything above.'),
  pushType: orNull(
    Type.String({ minLength: 1, maxLength: 64 }),
    '`alert`, `background`, `voip`, ...; null: it follows from the payload.',
  ),
  priority: orNull(Type.Enum([10, 5, 1]), 'Null: not said.'),
  collapseId: orNull(Type.String({ minLength: 1, maxLength: 64 }), 'At most 64 bytes.'),
  expiration: orNull(
    Type.Integer({ minimum: 0, maximum: 4_294_967_295 }),
    'Seconds since 1970, as Apple takes it; 0: a single attempt; null: as Apple likes.',
  ),
}

type Optional = { [Key in keyof typeof fields]: ReturnType<typeof Type.Optional<(typeof fields)[Key]>> }
const optional = Object.fromEntries(
  Object.entries(fields).map(([name, schema]) => [name, Type.Optional(schema)]),
) as unknown as Optional

/** A notification to be made. */
export const NotificationInputSchema = Type.Object(
  { service: Id, ...optional },
  { title: 'NotificationInput', additionalProperties: false },
)

const DraftText = Type.Optional(Type.String({ maxLength: 100_000 }))
const DraftWord = Type.Optional(Type.Union([Type.String({ maxLength: 10_000 }), Type.Null()]))
const DraftNumber = Type.Optional(Type.Union([Type.Number({ minimum: -1e15, maximum: 1e15 }), Type.Null()]))

/** A notification while somebody types it: what is longer than allowed is a problem to be listed, and no bad request. */
export const NotificationDraftSchema = Type.Object(
  {
    service: Id,
    ...optional,
    ...{ message: DraftText, title: DraftText, sound: DraftText },
    ...{ pushType: DraftWord, collapseId: DraftWord },
    ...{ badge: DraftNumber, expiration: DraftNumber },
    // Any number: which ones are allowed is told by the problems.
    priority: Type.Unsafe<Static<Optional['priority']>>(DraftNumber),
  },
  { title: 'NotificationDraft', additionalProperties: false },
)

/** What a notification becomes on the wire. */
export const previewFields = {
  payload: Type.String({ description: 'The body as every device would get it.' }),
  payloadBytes: Type.Integer({ minimum: 0 }),
  payloadLimit: Type.Integer({ minimum: 0, description: 'Bytes that it may have, by the push type.' }),
  pushType: Type.String({ description: 'The one that was given, or that which follows from the payload.' }),
  headers: Type.Record(Type.String(), Type.String()),
  problems: Type.Array(
    Type.Object(
      {
        code: Type.String(),
        field: Type.Union([Type.String(), Type.Null()]),
        message: Type.String(),
      },
      { additionalProperties: false },
    ),
    { description: 'Every rule that is broken; a push would be answered with the first of them.' },
  ),
  warnings: Type.Array(
    Type.Object({ field: Type.String(), message: Type.String() }, { additionalProperties: false }),
    { description: 'What is allowed and probably not meant; it is pushed all the same.' },
  ),
}

/** What a notification would be. */
export const NotificationPreviewSchema = Type.Object(previewFields, {
  title: 'NotificationPreview',
  additionalProperties: false,
})

/** What may be changed of it. */
export const NotificationChangeSchema = Type.Object(optional, {
  title: 'NotificationChange',
  additionalProperties: false,
  minProperties: 1,
})

/** A notification as it is shown. */
export const NotificationSchema = Type.Object(
  { id: Id, service: Id, ...fields, createdAt: Time, lastSentAt: TimeOrNull },
  { title: 'Notification', additionalProperties: false },
)

/** A notification in the words of the API. */
export function shownNotification(notification: Notification): Static<typeof NotificationSchema> {
  const { serviceId: service, createdAt, lastSentAt, ...rest } = notification
  return { ...rest, service, createdAt: shownTime(createdAt), lastSentAt: shownTime(lastSentAt) }
}
