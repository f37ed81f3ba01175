import { type Static, Type } from 'typebox'
import { serviceNotFound } from '../../resources/index.js'
import { requireMatch } from './entity-tag.js'
import { credentialBodyLimit } from './json-body.js'
import { Id, ListOf, listed, OrderedQuery, orderedPageOf, pageWithin } from './list.js'
import { problems } from './problem.js'
import type { V1, V1Context } from './route.js'
import {
  ServiceChangeSchema,
  ServiceCheckSchema,
  ServiceDraftSchema,
  ServiceInputSchema,
  ServiceInspectionSchema,
  ServiceSchema,
  shownFacts,
  shownInspection,
  shownService,
} from './services-schemas.js'

const params = Type.Object({ service: Id }, { additionalProperties: false })
const tags = ['services']

/** `/services`: the apps that are pushed to, each with its credential. */
export function servicesRoutes(app: V1, { resources: { services } }: V1Context): void {
  app.get(
    '/services',
    {
      config: { scope: ['services', 'push'] },
      schema: {
        operationId: 'listServices',
        tags,
        summary: 'Services, by id',
        querystring: OrderedQuery,
        response: { 200: ListOf(ServiceSchema), ...problems() },
      },
    },
    async ({ query }) => {
      const page = orderedPageOf(query)
      return listed(pageWithin(await services.list(), page), page, shownService)
    },
  )

  app.post(
    '/services',
    {
      config: { scope: 'services' },
      bodyLimit: credentialBodyLimit,
      schema: {
        operationId: 'createService',
        tags,
        summary: 'Make a service',
        description:
          'Exactly one of `key`, `certificate` and `p12` is needed. Secrets go in and never come out.',
        body: ServiceInputSchema,
        response: { 201: ServiceSchema, ...problems(409, 413, 415) },
      },
    },
    async ({ body }, reply) => {
      const service = await services.create(input(body))
      return reply
        .code(201)
        .header('location', `${app.prefix}/services/${service.id}`)
        .send(shownService(service))
    },
  )

  app.post(
    '/services/inspect',
    {
      config: { scope: 'services', audit: false },
      bodyLimit: credentialBodyLimit,
      schema: {
        operationId: 'inspectService',
        tags,
        summary: 'Look at a service before it is saved',
        description:
          'For forms, while somebody types: anything may be missing. Writes nothing, opens no connection, repeats no secret. Everything that is wrong is an answer, and no problem of the request.',
        body: ServiceDraftSchema,
        response: { 200: ServiceInspectionSchema, ...problems(404, 413, 415) },
      },
    },
    async ({ body: { service, p12, ...rest } }) => {
      const draft = input({ ...rest, ...(p12 !== undefined && { p12: { file: '', ...p12 } }) })
      return shownInspection(await services.inspect(draft, service === undefined ? {} : { service }))
    },
  )

  app.get(
    '/services/:service',
    {
      config: { scope: ['services', 'push'] },
      schema: {
        operationId: 'getService',
        tags,
        summary: 'A service',
        params,
        response: { 200: ServiceSchema, ...problems(404) },
      },
    },
    async ({ params: { service: id } }) => {
      const service = await services.get(id)
      if (service === undefined) throw serviceNotFound(id)
      return shownService(service)
    },
  )

  app.patch(
    '/services/:service',
    {
      config: { scope: 'services' },
      bodyLimit: credentialBodyLimit,
      schema: {
        operationId: 'changeService',
        tags,
        summary: 'Change a service',
        description:
          'Absent fields stay; a credential takes the place of the old one. A push that runs goes on with what it began with. `If-Match` refuses the change where somebody else was quicker.',
        params,
        body: ServiceChangeSchema,
        response: { 200: ServiceSchema, ...problems(404, 409, 412, 413, 415) },
      },
    },
    async (request) => {
      const check = (current: Parameters<typeof shownService>[0]) =>
        requireMatch(request, shownService(current))
      return shownService(await services.change(request.params.service, input(request.body), { check }))
    },
  )

  app.delete(
    '/services/:service',
    {
      config: { scope: 'services' },
      schema: {
        operationId: 'removeService',
        tags,
        summary: 'Remove a service',
        description:
          'Refused where devices, notifications, pushes or feedback services hang on it, unless `cascade` removes them, too: step by step, after running pushes have been cancelled. A removal that was broken off is asked for again.',
        params,
        querystring: Type.Object({ cascade: Type.Optional(Type.Boolean()) }, { additionalProperties: false }),
        response: { 204: Type.Null({ description: 'It is gone.' }), ...problems(404, 409, 412) },
      },
    },
    async (request, reply) => {
      const { cascade = false } = request.query
      const check = (current: Parameters<typeof shownService>[0]) =>
        requireMatch(request, shownService(current))
      await services.remove(request.params.service, { cascade, check })
      return reply.code(204).send(null)
    },
  )

  app.post(
    '/services/:service/check',
    {
      config: { scope: ['services', 'push'] },
      schema: {
        operationId: 'checkService',
        tags,
        summary: 'Connect to APNs with its credential',
        description:
          'No device gets anything. A service that can not be used is an answer, and no problem: see `isUsable`.',
        params,
        response: { 200: ServiceCheckSchema, ...problems(404) },
      },
    },
    async ({ params: { service: id } }): Promise<Static<typeof ServiceCheckSchema>> => {
      const { serviceId, certificate, ...found } = await services.check(id)
      return {
        ...found,
        service: serviceId,
        certificate: shownFacts(certificate),
      }
    },
  )
}

/** A .p12 file comes as base64. */
function input<Input extends { p12?: { file: string; passphrase?: string } }>({ p12, ...rest }: Input) {
  return { ...rest, ...(p12 !== undefined && { p12: { ...p12, file: Buffer.from(p12.file, 'base64') } }) }
}
