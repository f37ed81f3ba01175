import { type Static, Type } from 'typebox'
import type { Feedback } from '../../model/index.js'
import { Id, ListOf, listed, orderedFields, orderedPageOf, shownTime, Time, TimeOrNull } from './list.js'
import { problems } from './problem.js'
import type { V1, V1Context } from './route.js'

const FeedbackSchema = Type.Object(
  {
    id: Id,
    service: Id,
    device: Id,
    token: Type.String(),
    reason: Type.String(),
    timestamp: Type.String({
      format: 'date-time',
      description: 'Apple’s time: since when the token is dead.',
    }),
    receivedAt: Time,
    appliedAt: Type.Union([Time, Type.Null()], {
      description: 'When the device was switched off for it; null: not, or not yet.',
    }),
    undoneAt: TimeOrNull,
  },
  { title: 'Feedback', additionalProperties: false },
)
const tags = ['feedback']

function shown(entry: Feedback): Static<typeof FeedbackSchema> {
  const { id, serviceId: service, deviceId: device, token, reason } = entry
  return {
    ...{ id, service, device, token, reason, timestamp: shownTime(entry.timestamp) },
    receivedAt: shownTime(entry.receivedAt),
    ...{ appliedAt: shownTime(entry.appliedAt), undoneAt: shownTime(entry.undoneAt) },
  }
}

/** `/feedback`: the ledger of what Apple said of dead tokens. */
export function feedbackRoutes(app: V1, { resources: { feedback } }: V1Context): void {
  app.get(
    '/feedback',
    {
      config: { scope: ['devices', 'push', 'services'] },
      schema: {
        operationId: 'listFeedback',
        tags,
        summary: 'What Apple said of dead tokens, by id',
        description:
          'Ids rise with time: whoever keeps the last one misses nothing and reads nothing twice. Entries stay for ever.',
        querystring: Type.Object(
          { service: Type.Optional(Id), ...orderedFields },
          { additionalProperties: false },
        ),
        response: { 200: ListOf(FeedbackSchema), ...problems() },
      },
    },
    async ({ query: { service, ...query } }) => {
      const page = orderedPageOf(query)
      const found = await feedback.list({ ...page, ...(service !== undefined && { service }) })
      return listed(found, page, shown)
    },
  )

  app.post(
    '/feedback/undo',
    {
      config: { scope: 'devices' },
      schema: {
        operationId: 'undoFeedback',
        tags,
        summary: 'Take entries back',
        description:
          'Their devices are active again where they are not, and the entries are never applied again. What a whole push has done is taken back with `POST /devices/reactivate`.',
        body: Type.Object(
          { entries: Type.Array(Id, { minItems: 1, maxItems: 1000, description: 'Ids of entries.' }) },
          { additionalProperties: false },
        ),
        response: {
          200: Type.Object(
            { devices: Type.Integer({ minimum: 0, description: 'How many are active again.' }) },
            { additionalProperties: false },
          ),
          ...problems(413, 415),
        },
      },
    },
    async ({ body: { entries } }) => ({ devices: await feedback.undo(entries) }),
  )
}
