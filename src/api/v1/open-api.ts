import swagger from '@fastify/swagger'
import type { FastifyInstance } from 'fastify'

/** What stands in the OpenAPI document beside the routes. */
const info = {
  title: 'ios-notifications',
  description:
    'Devices, notifications and pushes. Times are ISO 8601 in UTC; errors are problems (RFC 9457) with a code; lists are paged by `after` and `limit`; GET answers carry an `ETag`.',
  version: '1',
}

/** Makes the OpenAPI 3.1 document out of the schemas of all routes that are registered after it. */
export async function describeRoutes(app: FastifyInstance): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info,
      components: {
        securitySchemes: {
          token: { type: 'http', scheme: 'bearer', description: 'An API token.' },
          basic: { type: 'http', scheme: 'basic', description: 'Name and password of a user who is staff.' },
        },
      },
    },
  })
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
    uiConfig: { deepLinking: true, docExpansion: 'none', validatorUrl: null, tryItOutEnabled: true },
  })
}
