import { Type } from 'typebox'
import type { Notification } from '../../model/index.js'
import { notificationNotFound } from '../../resources/index.js'
import { requireMatch } from './entity-tag.js'
import { Id, ListOf, orderedFields, orderedPageOf } from './list.js'
import {
  NotificationChangeSchema,
  NotificationDraftSchema,
  NotificationInputSchema,
  NotificationPreviewSchema,
  NotificationSchema,
  shownNotification,
} from './notifications-schemas.js'
import { problems } from './problem.js'
import type { V1, V1Context } from './route.js'
import { Before, BeforeOrNever, Since, withTimes } from './time-range.js'

const params = Type.Object({ notification: Id }, { additionalProperties: false })
const times = ['createdSince', 'createdBefore', 'lastSentSince', 'lastSentBefore'] as const
const tags = ['notifications']
const config = { scope: 'push' } as const

/** `/notifications`: what is to be said, stored to be pushed once or again and again. */
export function notificationsRoutes(app: V1, { resources }: V1Context): void {
  const { notifications } = resources
  app.get(
    '/notifications',
    {
      config,
      schema: {
        operationId: 'listNotifications',
        tags,
        summary: 'Notifications, by id',
        description:
          'All conditions must hold. A page is what is found among 100,000 notifications at most, so that it may hold fewer than `limit`, or none, though there are more: `next` is null on the last one only.',
        querystring: Type.Object(
          {
            ...orderedFields,
            service: Type.Optional(Id),
            search: Type.Optional(
              Type.String({
                maxLength: 200,
                description:
                  'Stands in the message, the title or one of the payloads; letters from a to z in either case.',
              }),
            ),
            ...{ createdSince: Since, createdBefore: Before },
            ...{ lastSentSince: Since, lastSentBefore: BeforeOrNever },
          },
          { additionalProperties: false },
        ),
        response: { 200: ListOf(NotificationSchema), ...problems() },
      },
    },
    async ({ query: { after, limit, order, ...filter } }) => {
      const page = orderedPageOf({
        ...(after !== undefined && { after }),
        ...(limit !== undefined && { limit }),
        ...(order !== undefined && { order }),
      })
      const { notifications: found, next = null } = await notifications.page({
        ...page,
        ...withTimes(filter, times),
      })
      return { items: found.map(shownNotification), next }
    },
  )

  app.post(
    '/notifications',
    {
      config,
      schema: {
        operationId: 'createNotification',
        tags,
        summary: 'Store a notification',
        description: 'It is sent by `POST /pushes`, which also takes one that is not stored.',
        body: NotificationInputSchema,
        response: { 201: NotificationSchema, ...problems(404, 413, 415) },
      },
    },
    async ({ body }, reply) => {
      const notification = await notifications.create(body)
      return reply
        .code(201)
        .header('location', `${app.prefix}/notifications/${notification.id}`)
        .send(shownNotification(notification))
    },
  )

  app.post(
    '/notifications/preview',
    {
      config: { ...config, audit: false },
      schema: {
        operationId: 'previewNotification',
        tags,
        summary: 'What a notification becomes on the wire',
        description:
          'For forms, while somebody types. Writes nothing. Every rule that is broken is an answer, and no problem of the request; the payload is what would come closest.',
        body: NotificationDraftSchema,
        response: { 200: NotificationPreviewSchema, ...problems(404, 413, 415) },
      },
    },
    async ({ body }) => await resources.preview(body),
  )

  app.get(
    '/notifications/:notification',
    {
      config,
      schema: {
        operationId: 'getNotification',
        tags,
        summary: 'A notification',
        params,
        response: { 200: NotificationSchema, ...problems(404) },
      },
    },
    async ({ params: { notification: id } }) => {
      const notification = await notifications.get(id)
      if (notification === undefined) throw notificationNotFound(id)
      return shownNotification(notification)
    },
  )

  app.patch(
    '/notifications/:notification',
    {
      config,
      schema: {
        operationId: 'changeNotification',
        tags,
        summary: 'Change a notification',
        description:
          'Absent fields stay; null, or an empty text, takes one back. Pushes that were made of it keep what they have; schedules send it as it is then. `If-Match` refuses the change where somebody else was quicker.',
        params,
        body: NotificationChangeSchema,
        response: { 200: NotificationSchema, ...problems(404, 412, 413, 415) },
      },
    },
    async (request) => {
      const check = (current: Notification) => requireMatch(request, shownNotification(current))
      const { notification: id } = request.params
      return shownNotification(await notifications.change(id, request.body, { check }))
    },
  )

  app.delete(
    '/notifications/:notification',
    {
      config,
      schema: {
        operationId: 'removeNotification',
        tags,
        summary: 'Remove a notification',
        description:
          'Pushes of it stay, and go on. A schedule that sends it says at its next time that it is gone.',
        params,
        response: { 204: Type.Null({ description: 'It is gone.' }), ...problems(404, 412) },
      },
    },
    async (request, reply) => {
      const check = (current: Notification) => requireMatch(request, shownNotification(current))
      await notifications.remove(request.params.notification, { check })
      return reply.code(204).send(null)
    },
  )
}
