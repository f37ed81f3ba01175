import { type Static, Type } from 'typebox'
import { PushError } from '../../base/index.js'
import type { Schedule } from '../../model/index.js'
import type { Resources } from '../../resources/index.js'
import { requireMatch } from './entity-tag.js'
import { listBodyLimit } from './json-body.js'
import { Id, ListOf, listed, OrderedQuery, orderedPageOf, pageWithin, Time } from './list.js'
import { forbidden, isAllowed, type Principal } from './principal.js'
import { problems } from './problem.js'
import { notificationOf } from './pushes-routes.js'
import type { V1, V1Context } from './route.js'
import { ScheduleInputSchema, ScheduleSchema, shownSchedule } from './schedules-schemas.js'

const params = Type.Object({ schedule: Id }, { additionalProperties: false })
const tags = ['schedules']
const config = { scope: 'push' } as const

/** `/schedules`: pushes and calls of feedback services that are made again and again. */
export function schedulesRoutes(app: V1, { resources }: V1Context): void {
  const { schedules } = resources
  app.get(
    '/schedules',
    {
      config,
      schema: {
        operationId: 'listSchedules',
        tags,
        summary: 'Schedules, by id',
        querystring: OrderedQuery,
        response: { 200: ListOf(ScheduleSchema), ...problems() },
      },
    },
    async ({ query }) => {
      const page = orderedPageOf(query)
      return listed(pageWithin(await schedules.list(), page), page, shownSchedule)
    },
  )

  app.post(
    '/schedules',
    {
      config,
      bodyLimit: listBodyLimit,
      schema: {
        operationId: 'createSchedule',
        tags,
        summary: 'Push again and again, or call a feedback service',
        description:
          'With `notification`, which may have no expiration but 0, it pushes; an audience may be given as with a push. With `feedbackService` it calls that one, and takes nothing else; that takes the scope `services`, too. A worker does it.',
        body: ScheduleInputSchema,
        response: { 201: ScheduleSchema, ...problems(404, 413, 415) },
      },
    },
    async ({ body, principal }, reply) => {
      if (body.feedbackService !== undefined) requireServices(principal)
      const schedule = await schedules.create(await inputOf(resources, body, principal.name))
      return reply
        .code(201)
        .header('location', `${app.prefix}/schedules/${schedule.id}`)
        .send(shownSchedule(schedule))
    },
  )

  app.get(
    '/schedules/:schedule',
    {
      config,
      schema: {
        operationId: 'getSchedule',
        tags,
        summary: 'A schedule',
        params,
        response: { 200: ScheduleSchema, ...problems(404) },
      },
    },
    async ({ params: { schedule } }) => shownSchedule(await schedules.existing(schedule)),
  )

  app.get(
    '/schedules/:schedule/times',
    {
      config,
      schema: {
        operationId: 'listTimes',
        tags,
        summary: 'The next times of a schedule, were it not paused',
        params,
        querystring: Type.Object(
          { count: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, description: '10 by default.' })) },
          { additionalProperties: false },
        ),
        response: {
          200: Type.Object({ items: Type.Array(Time) }, { additionalProperties: false }),
          ...problems(404),
        },
      },
    },
    async ({ params: { schedule }, query: { count = 10 } }) => {
      const times = await schedules.next(schedule, count)
      return { items: times.map((time) => time.toISOString()) }
    },
  )

  const changes = [
    ['pause', 'Do nothing until `resume`', 'A push that was made already goes on.'],
    ['resume', 'Go on with the next time', 'What was missed is not made up for.'],
  ] as const
  for (const [verb, summary, description] of changes)
    app.post(
      `/schedules/:schedule/${verb}`,
      {
        config,
        schema: {
          ...{ operationId: `${verb}Schedule`, tags, summary, description, params },
          response: { 200: ScheduleSchema, ...problems(404) },
        },
      },
      async ({ params: { schedule: id }, principal }) => {
        requireScopeOf(await schedules.existing(id), principal)
        return shownSchedule(await schedules[verb](id))
      },
    )

  app.delete(
    '/schedules/:schedule',
    {
      config,
      schema: {
        operationId: 'removeSchedule',
        tags,
        summary: 'Remove a schedule',
        description: 'Pushes that it has made stay.',
        params,
        response: { 204: Type.Null({ description: 'It is gone.' }), ...problems(404, 412) },
      },
    },
    async (request, reply) => {
      const check = (current: Schedule) => {
        requireScopeOf(current, request.principal)
        requireMatch(request, shownSchedule(current))
      }
      await schedules.remove(request.params.schedule, { check })
      return reply.code(204).send(null)
    },
  )
}

/** What calls a feedback service switches devices off: that is no matter of pushes. PUSH_ERR_FORBIDDEN. */
function requireServices(principal: Principal): void {
  if (!isAllowed(principal, 'services')) throw forbidden(principal, 'services')
}

/** What a schedule does never changes. */
function requireScopeOf({ action }: Schedule, principal: Principal): void {
  if (action.kind === 'feedback') requireServices(principal)
}

/** In the words of the library. PUSH_ERR_INPUT_INVALID where it is neither a push nor a call, or both. */
async function inputOf(
  resources: Resources,
  body: Static<typeof ScheduleInputSchema>,
  by: string,
): Promise<Parameters<Resources['schedules']['create']>[0]> {
  const { cron, timeZone, notification, feedbackService, ...push } = body
  const times = { cron, by, ...(timeZone !== undefined && { timeZone }) }
  if (notification !== undefined && feedbackService === undefined)
    return { ...times, ...push, notification: await notificationOf(resources, notification) }
  if (feedbackService !== undefined && notification === undefined && Object.keys(push).length === 0)
    return { ...times, feedbackService }
  const field = notification === undefined ? 'notification' : 'feedbackService'
  const message = `${field}: give either a notification, with whom it goes to, or a feedbackService alone`
  throw new PushError('PUSH_ERR_INPUT_INVALID', message, { field })
}
