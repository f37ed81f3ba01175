import type { IncomingMessage, ServerResponse } from 'node:http'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type { FastifyBaseLogger, FastifyInstance, RawServerDefault } from 'fastify'
import type { Resources } from '../../resources/index.js'
import type { Audit } from './audit.js'
import type { Authentication } from './authentication.js'
import type { Principal, RequiredScope } from './principal.js'

declare module 'fastify' {
  interface FastifyRequest {
    /** Who asks. Only on routes of the v1 API that are not `public`. */
    principal: Principal
  }
  interface FastifyContextConfig {
    /** What a caller needs to use a route of the v1 API. A route that does not say it is not registered. */
    scope?: RequiredScope
    /** Whether what it changes is written into the audit log; true by default. */
    audit?: false | ((request: FastifyRequest) => boolean)
    /** Its body is a file that is read as it comes. */
    isStreamed?: boolean
  }
}

/** A scope of Fastify's in which the schemas of a route give the types of its requests. */
export type V1 = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>

/** What routes work with. */
export interface V1Context {
  resources: Resources
  authentication: Authentication
  audit: Audit
}
