import type { FastifyRequest } from 'fastify'
import { type Static, Type } from 'typebox'
import { notAllowed } from '../../model/index.js'
import {
  notificationNotFound,
  pushNotFound,
  type Resources,
  type SubmitOptions,
} from '../../resources/index.js'
import { clientGone } from './client-gone.js'
import { listBodyLimit } from './json-body.js'
import { Id, ListOf, listed, orderedPageOf, pageOf, shownTime } from './list.js'
import { problems } from './problem.js'
import {
  DeliveryQuerySchema,
  DeliverySchema,
  IdempotencyHeaders,
  PreflightSchema,
  PushDetailSchema,
  PushInputSchema,
  PushQuerySchema,
  PushSchema,
  ReasonSchema,
  RetrySchema,
  StateChangeSchema,
  shownDelivery,
  shownPush,
} from './pushes-schemas.js'
import type { V1, V1Context } from './route.js'

const params = Type.Object({ push: Id }, { additionalProperties: false })
const tags = ['pushes']
const config = { scope: 'push' } as const

/** `/pushes`: a notification to an audience, and what became of it. */
export function pushesRoutes(app: V1, { resources }: V1Context): void {
  const { pushes } = resources
  app.get(
    '/pushes',
    {
      config,
      schema: {
        operationId: 'listPushes',
        tags,
        summary: 'Pushes, by id',
        description: 'With `order=desc` the newest first.',
        querystring: PushQuerySchema,
        response: { 200: ListOf(PushSchema), ...problems() },
      },
    },
    async ({ query: { service, state, ...query } }) => {
      const page = orderedPageOf(query)
      const filter = {
        ...(service !== undefined && { service }),
        ...(state !== undefined && { state }),
      }
      return listed(await pushes.list({ ...page, ...filter }), page, shownPush)
    },
  )

  app.post(
    '/pushes',
    {
      // A dry run changes nothing, and a page that counts an audience makes one at each change.
      config: {
        ...config,
        audit: ({ body }: FastifyRequest) => (body as { dryRun?: boolean }).dryRun !== true,
      },
      bodyLimit: listBodyLimit,
      schema: {
        operationId: 'createPush',
        tags,
        summary: 'Push a notification',
        description:
          'To all active devices of the service, or to those of one of `tokens`, `devices`, `users` and `where`. It is written down and sent by a worker, now, at `at`, or at `localTime` of each device. With `dryRun` nothing is written or sent, and the answer is 200 with what it would be. A repetition with the same `Idempotency-Key` is answered with the push that was made first.',
        headers: IdempotencyHeaders,
        body: PushInputSchema,
        response: { 200: PreflightSchema, 201: PushSchema, ...problems(404, 409, 413, 415, 422) },
      },
    },
    async ({ body, headers, principal }, reply) => {
      const { notification: given, dryRun, at, ...options } = body
      const notification = await notificationOf(resources, given)
      const idempotencyKey = headers['idempotency-key']
      const submit: SubmitOptions = {
        ...options,
        by: principal.name,
        ...(at !== undefined && { at: new Date(at) }),
        ...(idempotencyKey !== undefined && { idempotencyKey }),
      }
      if (dryRun) return await resources.preflight(notification, { ...submit, signal: clientGone(reply) })
      const push = await resources.submit(notification, submit)
      return reply.code(201).header('location', `${app.prefix}/pushes/${push.id}`).send(shownPush(push))
    },
  )

  app.get(
    '/pushes/:push',
    {
      config,
      schema: {
        operationId: 'getPush',
        tags,
        summary: 'A push',
        params,
        response: { 200: PushDetailSchema, ...problems(404) },
      },
    },
    async ({ params: { push: id } }) => {
      const push = await pushes.get(id)
      if (push === undefined) throw pushNotFound(id)
      return { ...shownPush(push), nextAt: shownTime(await pushes.nextAt(id)) }
    },
  )

  app.get(
    '/pushes/:push/deliveries',
    {
      config,
      schema: {
        operationId: 'listDeliveries',
        tags,
        summary: 'Devices that did not accept a push, by device id',
        description:
          'Devices that accepted are only counted, unless Apple gave their pushes an `apns-unique-id`, which it does in the development environment (`outcome=failed` leaves them out); so are those that the push had not come to when it ended. `after` and `next` are ids of devices. `order=latest` is for watching a push: one page, found among the last 100,000 of all pushes, without `after` and with no `next`. They are kept for 30 days after the end of the push, unless a setting says otherwise.',
        params,
        querystring: DeliveryQuerySchema,
        response: { 200: ListOf(DeliverySchema), ...problems(404) },
      },
    },
    async ({ params: { push }, query: { outcome, reason, order, ...query } }) => {
      const page = pageOf(query)
      const filter = { ...(outcome !== undefined && { outcome }), ...(reason !== undefined && { reason }) }
      if (order === 'latest') {
        if (query.after !== undefined) throw notAllowed('after', query.after, 'it without order=latest')
        const latest = await pushes.latestDeliveries(push, { limit: page.limit, ...filter })
        return { items: latest.map(shownDelivery), next: null }
      }
      const found = await pushes.deliveries(push, { ...page, ...filter })
      return listed(
        found.map((delivery) => ({ ...delivery, id: delivery.deviceId })),
        page,
        shownDelivery,
      )
    },
  )

  app.get(
    '/pushes/:push/reasons',
    {
      config,
      schema: {
        operationId: 'listReasons',
        tags,
        summary: 'Why devices did not accept a push, and how many',
        params,
        response: {
          200: Type.Object({ items: Type.Array(ReasonSchema) }, { additionalProperties: false }),
          ...problems(404),
        },
      },
    },
    async ({ params: { push } }) => ({ items: await pushes.reasons(push) }),
  )

  const changes = [
    [
      'pause',
      'Hold a push',
      'Within a second nothing of it is sent any more. Nothing goes on before `resume`.',
    ],
    [
      'cancel',
      'End a push',
      'What is in flight gets its answers, the rest is unsent. One that a worker is busy with is still `paused` in the answer, and ends within seconds. One that has ended stays as it is.',
    ],
  ] as const
  for (const [verb, summary, description] of changes)
    app.post(
      `/pushes/:push/${verb}`,
      {
        config,
        schema: {
          ...{ operationId: `${verb}Push`, tags, summary, description, params },
          body: Type.Union([StateChangeSchema, Type.Null()]),
          response: { 200: PushSchema, ...problems(404, 409, 413, 415) },
        },
      },
      async ({ params: { push }, body, principal: { name: by } }) =>
        shownPush(await pushes[verb](push, { ...body, by })),
    )

  app.post(
    '/pushes/:push/resume',
    {
      config,
      schema: {
        operationId: 'resumePush',
        tags,
        summary: 'Let a paused push go on',
        description: 'One that is to begin later begins then.',
        params,
        response: { 200: PushSchema, ...problems(404, 409) },
      },
    },
    async ({ params: { push }, principal: { name: by } }) => shownPush(await pushes.resume(push, { by })),
  )

  app.post(
    '/pushes/:push/retry',
    {
      config,
      schema: {
        operationId: 'retryPush',
        tags,
        summary: 'Push the same to those who did not get it',
        description:
          'A new push of the same content, for devices of one that has ended which did not accept for a cause that may be over, or for those that `outcomes` and `reasons` name. The same retry of a push is made once, however often it is asked for, unless it has an `Idempotency-Key` of its own; what fails of it may be tried again by retrying that one.',
        params,
        headers: IdempotencyHeaders,
        body: Type.Union([RetrySchema, Type.Null()]),
        response: { 201: PushSchema, ...problems(404, 409, 413, 415, 422) },
      },
    },
    async ({ params: { push: id }, headers, body, principal: { name: by } }, reply) => {
      const idempotencyKey = headers['idempotency-key']
      const options = { ...body, by, ...(idempotencyKey !== undefined && { idempotencyKey }) }
      const push = await pushes.retry(id, options)
      return reply.code(201).header('location', `${app.prefix}/pushes/${push.id}`).send(shownPush(push))
    },
  )
}

/** A stored notification, or one to be made. PUSH_ERR_NOTIFICATION_NOT_FOUND. */
export async function notificationOf(
  { notifications }: Resources,
  given: Static<typeof PushInputSchema>['notification'],
) {
  if (typeof given !== 'number') return given
  const notification = await notifications.get(given)
  if (notification === undefined) throw notificationNotFound(given)
  return notification
}
