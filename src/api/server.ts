import { METHODS } from 'node:http'
import type { AddressInfo } from 'node:net'
import Fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify'
import { type Clock, errorMessage, hasErrorCode, PushError, systemClock } from '../base/index.js'
import type { Resources } from '../resources/index.js'
import type { Store } from '../store/index.js'
import { sendError } from './error-response.js'
import { deviceBodyLimit, iosNotifications } from './ios-notifications.js'
import { cutSlowBodies, refuseUnderPressure } from './load-limits.js'
import { sendProblem } from './v1/problem.js'
import { restApi } from './v1/rest-api.js'

/** What keeps clients that are slow, or too many, from holding the server; times in milliseconds. */
export interface ServerLimits {
  /** How long a client may take to send the head of a request. */
  headersTimeoutMs: number
  /** How long it may take to send the whole request, but for uploads that are read as they come (`config.isStreamed`). */
  requestTimeoutMs: number
  /** How long such an upload may take. */
  uploadTimeoutMs: number
  /**
   * How long nothing may come and nothing go while a request is under way: a client that does not read what it asked for, or is gone
   * without a word, is cut off. More than the time between two signs of life of a stream of events.
   */
  idleTimeoutMs: number
  /** How long a connection may wait for its next request: more than the 60 s of a usual reverse proxy, so that the proxy ends it. */
  keepAliveTimeoutMs: number
  /** How long requests under way may take to end when the server closes, before their connections are cut. */
  closeTimeoutMs: number
  /** How late the event loop may be, in the mean of `eventLoopSampleMs`, before requests are answered with 503. */
  maxEventLoopDelayMs: number
  /** How often that is looked at: often enough to help, and seldom enough that one long turn of the loop does not count. */
  eventLoopSampleMs: number
  /** Connections at a time; those beyond are closed at once. */
  maxConnections: number
}

/** The limits where nobody says otherwise. */
export const serverLimits: Readonly<ServerLimits> = {
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 30_000,
  uploadTimeoutMs: 3_600_000,
  idleTimeoutMs: 120_000,
  keepAliveTimeoutMs: 72_000,
  closeTimeoutMs: 3_000,
  maxEventLoopDelayMs: 1_000,
  eventLoopSampleMs: 5_000,
  maxConnections: 10_000,
}

/** Options of `createServer`. */
export interface ServerOptions {
  /** The server does not close it. */
  store: Store
  /** What the v1 API manages. */
  resources: Resources
  /** See `IosNotificationsOptions`. */
  authentication?: string | undefined
  /**
   * Addresses and networks of reverse proxies, with commas between: what they say in `X-Forwarded-For` is the client's address. Absent:
   * nobody is believed, and the address is that of the connection.
   */
  trustedProxies?: string | undefined
  /** Absent: nothing is logged. At level `debug` every answer is. */
  logger?: FastifyBaseLogger
  /** The machine's clock by default. */
  clock?: Clock
  limits?: Partial<ServerLimits>
}

/** A server that is built and may listen. */
export interface Server extends AsyncDisposable {
  /** The Fastify instance, to be added to before it listens. */
  readonly app: FastifyInstance
  /** Listens; port 0 takes any that is free. PUSH_ERR_LISTEN. */
  listen(address: { host: string; port: number }): Promise<{ host: string; port: number; url: string }>
  /** Accepts nothing more, lets requests under way end for `closeTimeoutMs`, then cuts them off. Idempotent. */
  close(): Promise<void>
}

/** Builds the HTTP server: the device API under `/ios-notifications/`, the v1 API under `/api/`, and `/healthz`. */
export function createServer(options: ServerOptions): Server {
  const { store, resources, authentication, clock = systemClock } = options
  const limits = { ...serverLimits, ...options.limits }
  const app = createApp(options, limits)
  app.get('/healthz', async (request, reply) => {
    try {
      await store.ping()
      return await reply.send({ status: 'ok' })
    } catch (error) {
      request.log.error({ err: error }, 'the database does not answer')
      return await reply.code(503).send({ status: 'unavailable' })
    }
  })
  // In a scope of its own: `/healthz` is answered whatever happens, so that nobody restarts a server for being busy.
  app.register(async (apis) => {
    await refuseUnderPressure(apis, limits)
    apis.register(iosNotifications, { prefix: '/ios-notifications', store, authentication, clock })
    apis.register(restApi, { prefix: '/api', resources, store, clock })
  })
  const close = () => closeWithin(app, limits.closeTimeoutMs)
  return {
    app,
    listen: (address) => listen(app, address),
    close,
    [Symbol.asyncDispose]: close,
  }
}

function createApp(
  { logger, trustedProxies = '' }: Pick<ServerOptions, 'logger' | 'trustedProxies'>,
  limits: ServerLimits,
): FastifyInstance {
  const app: FastifyInstance = Fastify({
    ...(logger && { loggerInstance: logger }),
    // A child logger a request costs more than reading a device does, and says no more than the lines below.
    childLoggerFactory: (parent) => parent,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: deviceBodyLimit,
    trustProxy: trustedProxies === '' ? false : trustedProxies,
    requestTimeout: limits.uploadTimeoutMs,
    connectionTimeout: limits.idleTimeoutMs,
    keepAliveTimeout: limits.keepAliveTimeoutMs,
    http: {
      headersTimeout: limits.headersTimeoutMs,
      requestTimeout: limits.uploadTimeoutMs,
      // How often Node looks for clients that are too slow: often enough that the limits mean something.
      connectionsCheckingInterval: Math.min(5_000, limits.headersTimeoutMs),
    },
    frameworkErrors: (error, request, reply) => {
      const send = request.url.startsWith('/api/') ? sendProblem : sendError
      send(error, request, reply)
    },
  })
  app.server.maxConnections = limits.maxConnections
  cutSlowBodies(app, limits.requestTimeoutMs)
  // So that a method which Fastify does not know is 405 on the paths that exist.
  for (const method of METHODS) {
    if (method !== 'CONNECT' && !app.supportedMethods.includes(method))
      app.addHttpMethod(method, { hasBody: true })
  }
  app.setErrorHandler(sendError)
  app.setNotFoundHandler((_request, reply) => {
    reply.code(404).send({ error: 'Not found. Mind that a slash at the end is part of a path.' })
  })
  if (logger?.level === 'debug' || logger?.level === 'trace') {
    app.addHook('onResponse', (request, reply, done) => {
      request.log.debug({ req: request, res: reply, ms: Math.round(reply.elapsedTime) }, 'answered')
      done()
    })
  }
  return app
}

async function listen(app: FastifyInstance, { host, port }: { host: string; port: number }) {
  try {
    await app.listen({ host, port })
  } catch (error) {
    throw new PushError('PUSH_ERR_LISTEN', `can't listen on ${host}, port ${port}: ${listenFault(error)}`, {
      field: hasErrorCode(error, 'EADDRINUSE') || hasErrorCode(error, 'EACCES') ? 'port' : 'host',
      cause: error,
    })
  }
  const bound = (app.server.address() as AddressInfo).port
  return { host, port: bound, url: `http://${host.includes(':') ? `[${host}]` : host}:${bound}` }
}

function listenFault(error: unknown): string {
  if (hasErrorCode(error, 'EADDRINUSE'))
    return 'the port is in use; end what listens there, or choose another port (0: any that is free)'
  if (hasErrorCode(error, 'EACCES')) return 'this user may not; choose a port from 1024 on'
  if (hasErrorCode(error, 'EADDRNOTAVAIL') || hasErrorCode(error, 'ENOTFOUND'))
    return 'the host is no address of this machine; use 127.0.0.1, 0.0.0.0 or one of its own'
  return errorMessage(error)
}

async function closeWithin(app: FastifyInstance, timeoutMs: number): Promise<void> {
  const timer = setTimeout(() => app.server.closeAllConnections(), timeoutMs)
  try {
    await app.close()
  } finally {
    clearTimeout(timer)
  }
}
