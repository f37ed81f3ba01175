import { type Static, Type } from 'typebox'
import type { FeedbackService } from '../../model/index.js'
import { feedbackServiceNotFound } from '../../resources/index.js'
import { requireMatch } from './entity-tag.js'
import { Id, ListOf, listed, OrderedQuery, orderedPageOf, pageWithin } from './list.js'
import { problems } from './problem.js'
import type { V1, V1Context } from './route.js'

const fields = {
  name: Type.String({ minLength: 1, maxLength: 255, description: 'Unique together with the host name.' }),
  hostname: Type.String({
    minLength: 1,
    maxLength: 255,
    description: 'As with the predecessor, such as `feedback.push.apple.com`; nothing connects to it.',
  }),
  service: Type.Integer({
    minimum: 1,
    maximum: Number.MAX_SAFE_INTEGER,
    description: 'The service whose devices are meant.',
  }),
}
const InputSchema = Type.Object(fields, { title: 'FeedbackServiceInput', additionalProperties: false })
const ChangeSchema = Type.Object(
  {
    name: Type.Optional(fields.name),
    hostname: Type.Optional(fields.hostname),
    service: Type.Optional(fields.service),
  },
  { additionalProperties: false, minProperties: 1 },
)
const FeedbackServiceSchema = Type.Object(
  { id: Id, ...fields },
  { title: 'FeedbackService', additionalProperties: false },
)
const params = Type.Object({ feedbackService: Id }, { additionalProperties: false })
const tags = ['feedback services']

function shown({ id, name, hostname, serviceId }: FeedbackService): Static<typeof FeedbackServiceSchema> {
  return { id, name, hostname, service: serviceId }
}

/** `/feedback-services`: names under which the ledger of a service is applied to its devices. */
export function feedbackServicesRoutes(app: V1, { resources: { feedbackServices } }: V1Context): void {
  app.get(
    '/feedback-services',
    {
      config: { scope: 'services' },
      schema: {
        operationId: 'listFeedbackServices',
        tags,
        summary: 'Feedback services, by id',
        querystring: OrderedQuery,
        response: { 200: ListOf(FeedbackServiceSchema), ...problems() },
      },
    },
    async ({ query }) => {
      const page = orderedPageOf(query)
      return listed(pageWithin(await feedbackServices.list(), page), page, shown)
    },
  )

  app.post(
    '/feedback-services',
    {
      config: { scope: 'services' },
      schema: {
        operationId: 'createFeedbackService',
        tags,
        summary: 'Make a feedback service',
        body: InputSchema,
        response: { 201: FeedbackServiceSchema, ...problems(404, 409, 413, 415) },
      },
    },
    async ({ body }, reply) => {
      const created = await feedbackServices.create(body)
      return reply
        .code(201)
        .header('location', `${app.prefix}/feedback-services/${created.id}`)
        .send(shown(created))
    },
  )

  app.get(
    '/feedback-services/:feedbackService',
    {
      config: { scope: 'services' },
      schema: {
        operationId: 'getFeedbackService',
        tags,
        summary: 'A feedback service',
        params,
        response: { 200: FeedbackServiceSchema, ...problems(404) },
      },
    },
    async ({ params: { feedbackService: id } }) => {
      const found = await feedbackServices.get(id)
      if (found === undefined) throw feedbackServiceNotFound(id)
      return shown(found)
    },
  )

  app.patch(
    '/feedback-services/:feedbackService',
    {
      config: { scope: 'services' },
      schema: {
        operationId: 'changeFeedbackService',
        tags,
        summary: 'Change a feedback service',
        description: 'Absent fields stay. `If-Match` refuses the change where somebody else was quicker.',
        params,
        body: ChangeSchema,
        response: { 200: FeedbackServiceSchema, ...problems(404, 409, 412, 413, 415) },
      },
    },
    async (request) => {
      const check = (current: FeedbackService) => requireMatch(request, shown(current))
      return shown(await feedbackServices.change(request.params.feedbackService, request.body, { check }))
    },
  )

  app.delete(
    '/feedback-services/:feedbackService',
    {
      config: { scope: 'services' },
      schema: {
        operationId: 'removeFeedbackService',
        tags,
        summary: 'Remove a feedback service',
        description: 'Schedules that call it go with it. What Apple said of dead tokens stays in the ledger.',
        params,
        response: { 204: Type.Null({ description: 'It is gone.' }), ...problems(404, 412) },
      },
    },
    async (request, reply) => {
      const check = (current: FeedbackService) => requireMatch(request, shown(current))
      await feedbackServices.remove(request.params.feedbackService, { check })
      return reply.code(204).send(null)
    },
  )

  app.post(
    '/feedback-services/:feedbackService/call',
    {
      config: { scope: 'services' },
      schema: {
        operationId: 'callFeedbackService',
        tags,
        summary: 'Deactivate the devices that Apple has found dead',
        description:
          'Unless their apps have registered since. None are left where the service deactivates at once (`feedback: immediate`).',
        params,
        response: {
          200: Type.Object(
            { deactivated: Type.Integer({ minimum: 0, description: 'How many devices.' }) },
            { additionalProperties: false },
          ),
          ...problems(404),
        },
      },
    },
    async ({ params: { feedbackService: id } }) => ({ deactivated: await feedbackServices.call(id) }),
  )
}
