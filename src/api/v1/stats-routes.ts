import { Type } from 'typebox'
import { Id, shownTime, Time } from './list.js'
import { problems } from './problem.js'
import type { V1, V1Context } from './route.js'

const Count = Type.Integer({ minimum: 0 })
const Day = (description: string) =>
  Type.Optional(Type.String({ maxLength: 10, description: `${description}: \`2026-11-24\`.` }))

const DayStatsSchema = Type.Object(
  {
    service: Id,
    day: Type.String({ format: 'date' }),
    accepted: Count,
    rejected: Count,
    unknown: Count,
    unsent: Count,
    reasons: Type.Array(
      Type.Object({ reason: Type.String(), count: Count }, { additionalProperties: false }),
      { description: 'Why Apple rejected: the most frequent first.' },
    ),
    activeDevices: Type.Union([Count, Type.Null()], {
      description: 'Devices that were active when a worker counted them, once a day; null: none did.',
    }),
  },
  { title: 'DayStats', additionalProperties: false },
)

const MinuteStatsSchema = Type.Object(
  { service: Id, minute: Time, accepted: Count, rejected: Count, unknown: Count, unsent: Count },
  { title: 'MinuteStats', additionalProperties: false },
)

/** `/stats`: what became of pushes, by service and day. */
export function statsRoutes(app: V1, { resources: { stats } }: V1Context): void {
  app.get(
    '/stats',
    {
      config: { scope: 'push' },
      schema: {
        operationId: 'listStats',
        tags: ['stats'],
        summary: 'What became of pushes, by day and service',
        description:
          'Days of UTC; those on which nothing was are left out. They are kept for ever. Devices count on the day on which they got their outcome. At most 400 days.',
        querystring: Type.Object(
          {
            service: Type.Optional(Id),
            from: Day('The first day, by default 29 days before the last'),
            to: Day('The last day, today by default'),
          },
          { additionalProperties: false },
        ),
        response: {
          200: Type.Object({ items: Type.Array(DayStatsSchema) }, { additionalProperties: false }),
          ...problems(),
        },
      },
    },
    async ({ query }) => ({ items: await stats.list(query) }),
  )

  app.get(
    '/stats/minutes',
    {
      config: { scope: 'push' },
      schema: {
        operationId: 'listMinuteStats',
        tags: ['stats'],
        summary: 'What became of pushes, in the last minutes',
        description:
          'By minute and service, the one that is under way included; those in which nothing was are left out. They are kept for two days.',
        querystring: Type.Object(
          {
            service: Type.Optional(Id),
            minutes: Type.Optional(
              Type.Integer({ minimum: 1, maximum: 1440, description: 'How many; 60 by default.' }),
            ),
          },
          { additionalProperties: false },
        ),
        response: {
          200: Type.Object({ items: Type.Array(MinuteStatsSchema) }, { additionalProperties: false }),
          ...problems(),
        },
      },
    },
    async ({ query }) => ({
      items: (await stats.minutes(query)).map((row) => ({ ...row, minute: shownTime(row.minute) })),
    }),
  )
}
