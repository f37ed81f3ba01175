import compress from '@fastify/compress'
import helmet, { type FastifyHelmetOptions } from '@fastify/helmet'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type { FastifyInstance, RouteOptions } from 'fastify'
import { type Clock, PushError, systemClock } from '../../base/index.js'
import type { Resources } from '../../resources/index.js'
import { authenticatorOf } from '../authenticator.js'
import type { DeviceApiStore } from '../device-api.js'
import { Audit } from './audit.js'
import { auditRoutes } from './audit-routes.js'
import { Authentication } from './authentication.js'
import { deviceFilesRoutes } from './device-files-routes.js'
import { devicesRoutes } from './devices-routes.js'
import { tagAnswer } from './entity-tag.js'
import { feedbackRoutes } from './feedback-routes.js'
import { feedbackServicesRoutes } from './feedback-services-routes.js'
import { readJsonBodies } from './json-body.js'
import { notificationsRoutes } from './notifications-routes.js'
import { describeRoutes, showDescription } from './open-api.js'
import { sendProblem } from './problem.js'
import { pushEventsRoutes } from './push-events-routes.js'
import { pushesRoutes } from './pushes-routes.js'
import { requestValidator } from './request-validator.js'
import type { V1Context } from './route.js'
import { schedulesRoutes } from './schedules-routes.js'
import { servicesRoutes } from './services-routes.js'
import { sessionsRoutes } from './sessions-routes.js'
import { setupRoutes } from './setup-routes.js'
import { statsRoutes } from './stats-routes.js'
import { tokensRoutes } from './tokens-routes.js'
import { usersRoutes } from './users-routes.js'
import { workersRoutes } from './workers-routes.js'

/**
 * What browsers are told. Answers are data: a page made out of one may load nothing, and nobody may frame it (the page of docs/ says its
 * own). Whether the host is to be reached by TLS alone (HSTS) is for the proxy to say, which serves more than this.
 */
const securityHeaders: FastifyHelmetOptions = {
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      defaultSrc: ["'none'"],
      baseUri: ["'none'"],
      formAction: ["'none'"],
      frameAncestors: ["'none'"],
    },
  },
  strictTransportSecurity: false,
  xFrameOptions: { action: 'deny' },
}

/** Options of the plugin, beside Fastify's own `prefix`. */
export interface RestApiOptions {
  /** An `App`, or another's resources. The plugin does not close it. */
  resources: Resources
  /** Whose users may come in: the `store` of the `App`. */
  store: Pick<DeviceApiStore, 'users'>
  /** The machine's clock by default. */
  clock?: Clock
}

/**
 * The REST API as a Fastify plugin: `app.register(restApi, { prefix: '/api', resources: app, store: app.store })`. Its routes
 * are below `v1/`, their description at `v1/openapi.json`, a page to read it at `docs/`.
 *
 * Its hooks, parsers, validator and error handler stay within it: the app around it keeps its own. It can't be mounted in an app that has
 * `@fastify/swagger` itself at the same level: mount that one within a plugin of its own, beside this.
 */
export async function restApi(app: FastifyInstance, options: RestApiOptions): Promise<void> {
  const { resources, store, clock = systemClock } = options
  app.setErrorHandler(sendProblem)
  app.setNotFoundHandler((request) => {
    throw new PushError('PUSH_ERR_ROUTE_NOT_FOUND', `There is nothing at ${request.url.slice(0, 100)}`)
  })
  app.setValidatorCompiler(requestValidator)
  // Answers are what the routes make them, not what a serializer lets through: tests compare them with the schemas.
  app.setSerializerCompiler(() => JSON.stringify)
  readJsonBodies(app)
  app.addHook('onSend', tagAnswer)
  // An app around it that has one of these already has it for these routes, too; twice it can't be.
  if (!app.hasReplyDecorator('helmet')) await app.register(helmet, securityHeaders)
  // Brotli takes longer for an answer than SQLite does to find it.
  if (!app.hasReplyDecorator('compress'))
    await app.register(compress, { encodings: ['gzip'], threshold: 1024, globalDecompression: false })
  await describeRoutes(app)
  await showDescription(app)
  await app.register(
    (v1, _options, done) => {
      v1.addHook('onRoute', requireScope)
      const authentication = new Authentication(resources, authenticatorOf(store.users, clock))
      const audit = new Audit(resources.audit)
      v1.addHook('onRequest', authentication.hook)
      audit.watch(v1)
      v1Routes(v1, { resources, authentication, audit })
      done()
    },
    { prefix: '/v1' },
  )
}

function v1Routes(scope: FastifyInstance, context: V1Context): void {
  const app = scope.withTypeProvider<TypeBoxTypeProvider>()
  const methods = new Map<string, string[]>()
  app.addHook('onRoute', ({ url, method }) => {
    methods.set(url, [...(methods.get(url) ?? []), ...[method].flat()])
  })
  app.get('/openapi.json', { schema: { hide: true }, config: { scope: 'public' } }, async () =>
    scope.swagger(),
  )
  servicesRoutes(app, context)
  usersRoutes(app, context)
  devicesRoutes(app, context)
  deviceFilesRoutes(app, context)
  feedbackServicesRoutes(app, context)
  setupRoutes(app, context)
  sessionsRoutes(app, context)
  tokensRoutes(app, context)
  auditRoutes(app, context)
  notificationsRoutes(app, context)
  pushesRoutes(app, context)
  pushEventsRoutes(app, context)
  schedulesRoutes(app, context)
  feedbackRoutes(app, context)
  statsRoutes(app, context)
  workersRoutes(app, context)
  refuseOtherMethods(scope, methods)
}

/** Every route says who may use it; one that forgets it must not come to life. */
function requireScope({ url, config }: RouteOptions): void {
  if (config?.scope === undefined) throw new Error(`the route ${url} does not say its scope`)
}

/** 405 with `Allow` on the paths that exist. */
function refuseOtherMethods(app: FastifyInstance, methods: ReadonlyMap<string, string[]>): void {
  for (const [path, used] of [...methods]) {
    const allow = used.join(', ')
    app.route({
      method: app.supportedMethods.filter((method) => !used.includes(method)),
      url: path.slice(app.prefix.length),
      schema: { hide: true },
      config: { scope: 'public' },
      onRequest: (_request, reply) => {
        reply.header('allow', allow)
        throw new PushError('PUSH_ERR_METHOD_NOT_ALLOWED', `Allowed here are ${allow}`)
      },
      handler: () => undefined,
    })
  }
}
