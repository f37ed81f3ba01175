import swagger from '@fastify/swagger'
import type { FastifyInstance, FastifySchema, RouteOptions } from 'fastify'
import type { RequiredScope } from './principal.js'

/** What stands in the OpenAPI document beside the routes. */
const info = {
  title: 'ios-notifications',
  description:
    'Devices, notifications and pushes. Times are ISO 8601 in UTC; errors are problems (RFC 9457) with a code; lists are paged by `after` and `limit`; GET answers carry an `ETag`, which `If-None-Match`, and `If-Match` on changes, may name.',
  version: '1',
}

const securitySchemes = {
  token: { type: 'http', scheme: 'bearer', description: 'An API token.' },
  basic: { type: 'http', scheme: 'basic', description: 'Name and password of a user who is staff.' },
  session: {
    type: 'apiKey',
    in: 'cookie',
    name: 'ion_session',
    description:
      'A session (`POST session`); changes take its CSRF token as `X-CSRF-Token`, too. Behind TLS: `__Host-ion_session`.',
  },
} as const

/** Makes the OpenAPI 3.1 document out of the schemas of all routes that are registered after it. */
export async function describeRoutes(app: FastifyInstance): Promise<void> {
  await app.register(swagger, {
    openapi: { openapi: '3.1.0', info, components: { securitySchemes } },
    transform: ({ schema, url, route }) => ({ schema: withSecurity(schema ?? {}, route), url }),
    transformObject: (document) => {
      if (!('openapiObject' in document)) throw new Error('no OpenAPI document')
      return withNamedSchemas(document.openapiObject)
    },
  })
}

/** Says who may use a route. */
function withSecurity(schema: FastifySchema, { config }: RouteOptions): FastifySchema {
  const scope: RequiredScope | undefined = config?.scope
  if (scope === undefined || scope === 'public') return { ...schema, security: [] }
  const wanted = scope === 'any' ? 'Everybody who is known may.' : `Scope: ${[scope].flat().join(' or ')}.`
  const description = schema.description === undefined ? wanted : `${schema.description} ${wanted}`
  return { ...schema, description, security: Object.keys(securitySchemes).map((name) => ({ [name]: [] })) }
}

/** Moves every schema that has a title to `components`, where readers and generators of clients find it by that name. */
function withNamedSchemas<Document extends { components?: object }>(document: Document): Document {
  const schemas: Record<string, unknown> = {}
  const named = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(named)
    if (typeof value !== 'object' || value === null) return value
    const copy = Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, named(inner)]))
    // What the generator says where nothing is said.
    if (copy['description'] === 'Default Response') copy['description'] = 'What was asked for.'
    const { title } = copy
    if (typeof title !== 'string' || !('type' in copy || 'anyOf' in copy)) return copy
    schemas[title] ??= copy
    return { $ref: `#/components/schemas/${title}` }
  }
  const paths = named((document as { paths?: unknown }).paths)
  return { ...document, components: { ...document.components, schemas }, paths }
}

/** What the page may load: its own files. Its styles are set by its script, hence `unsafe-inline` for those alone. */
const pagePolicy =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

/** A page to read the document and to try the routes, from this server alone. */
export async function showDescription(app: FastifyInstance): Promise<void> {
  const { default: swaggerUi } = await import('@fastify/swagger-ui')
  await app.register(swaggerUi, {
    routePrefix: '/docs',
    indexPrefix: app.prefix,
    staticCSP: pagePolicy,
    theme: { title: 'ios-notifications: API' },
    uiConfig: {
      layout: 'BaseLayout',
      deepLinking: true,
      docExpansion: 'none',
      validatorUrl: null,
      tryItOutEnabled: true,
    },
  })
}
