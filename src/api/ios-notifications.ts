import type { FastifyInstance } from 'fastify'
import { type Clock, systemClock } from '../base/index.js'
import { authenticationHook, authenticationModes } from './authentication.js'
import { type DeviceApiStore, deviceRoutes } from './device-api.js'
import { sendError } from './error-response.js'
import { parseBody } from './request-body.js'

/** The largest body that the device API reads, in bytes; beyond it: 413. */
export const deviceBodyLimit = 64 * 1024

/** Options of the plugin, beside Fastify's own `prefix`. */
export interface IosNotificationsOptions {
  /** Where devices are kept: the `store` of an `App`. The plugin does not close it. */
  store: DeviceApiStore
  /**
   * Who may use the API: `AuthNone` (everybody), `AuthBasic` (active users, with name and password), `AuthBasicIsStaff`
   * (active users that are staff). With anything else, or without it, every request is answered with 503.
   */
  authentication?: string | undefined
  /** The machine's clock by default. */
  clock?: Clock
}

/**
 * The device API as a Fastify plugin: `app.register(iosNotifications, { prefix: '/ios-notifications', store, authentication })`.
 *
 * Its hooks, parsers and error handler stay within it: the app around it keeps its own. Bodies are read as
 * `parseBody` says, whatever parsers the app has.
 */
export async function iosNotifications(
  app: FastifyInstance,
  options: IosNotificationsOptions,
): Promise<void> {
  const { store, authentication, clock = systemClock } = options
  if (!authenticationModes.some((mode) => mode === authentication))
    app.log.warn(
      `the device API answers 503: authentication (IOS_NOTIFICATIONS_AUTHENTICATION) must be one of ${authenticationModes.join(', ')}`,
    )
  app.setErrorHandler(sendError)
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: deviceBodyLimit }, (request, body, done) => {
    done(null, parseBody(request.headers['content-type'], body as Buffer))
  })
  const authenticate = authenticationHook(authentication, store.users, clock)
  if (authenticate) app.addHook('onRequest', authenticate)
  app.addHook('onRequest', (request, _reply, done) => {
    acceptAnyContentType(request.raw.headers)
    done()
  })
  deviceRoutes(app, store, clock)
}

/** Fastify refuses a content type that is no media type before any parser sees it; here it says nothing anyway. */
function acceptAnyContentType(headers: Record<string, unknown>): void {
  const contentType = headers['content-type']
  if (
    contentType !== undefined &&
    !/^\s*[\w!#$%&'*+.^`|~-]+\/[\w!#$%&'*+.^`|~-]+\s*(;|$)/.test(String(contentType))
  )
    delete headers['content-type']
}
