import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Clock } from '../base/index.js'
import type { UserStore } from '../store/index.js'
import { type Authenticator, authenticatorOf } from './authenticator.js'
import { basicCredentials } from './basic-credentials.js'

/** What `IOS_NOTIFICATIONS_AUTHENTICATION` may be. */
export const authenticationModes = ['AuthNone', 'AuthBasic', 'AuthBasicIsStaff'] as const

const notConfigured =
  'IOS_NOTIFICATIONS_AUTHENTICATION is not set to a valid value. Valid are AuthNone, AuthBasic and AuthBasicIsStaff.'

/** A hook that lets a request pass, or answers it. */
export type AuthenticationHook = (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>

/**
 * The device API's authentication, as a hook for `onRequest`. Undefined for `AuthNone`, where everybody may pass.
 * Anything but a valid mode makes a hook that lets nobody pass and says which ones are valid.
 */
export function authenticationHook(
  mode: string | undefined,
  users: Pick<UserStore, 'findByUsername'>,
  clock: Clock,
): AuthenticationHook | undefined {
  if (mode === 'AuthNone') return undefined
  if (mode === 'AuthBasic' || mode === 'AuthBasicIsStaff')
    return basicHook(authenticatorOf(users, clock), mode === 'AuthBasicIsStaff')
  return async (_request, reply) => reply.code(503).send({ error: notConfigured })
}

function basicHook(authenticator: Authenticator, staffOnly: boolean): AuthenticationHook {
  return async (request, reply) => {
    const credentials = basicCredentials(request.headers.authorization)
    if (typeof credentials === 'string') return refuse(reply, credentials)
    const result = await authenticator.authenticate({ ...credentials, address: request.ip, staffOnly })
    if (result.kind === 'refused') return refuse(reply, 'authentication error')
    if (result.kind === 'limited') {
      const seconds = Math.ceil(result.retryAfterMs / 1000)
      const error = `Too many failed attempts. Try again in ${seconds} seconds.`
      return reply.code(429).header('retry-after', seconds).send({ error })
    }
    return undefined
  }
}

function refuse(reply: FastifyReply, error: string): FastifyReply {
  return reply
    .code(401)
    .header('www-authenticate', 'Basic realm="ios-notifications", charset="UTF-8"')
    .send({ error })
}
