import type { FastifyReply, FastifyRequest, onRequestHookHandler } from 'fastify'
import { PushError } from '../../base/index.js'
import type { Authenticator } from '../authenticator.js'
import { basicCredentials } from '../basic-credentials.js'
import { isAllowed, type Principal, scopesOfUser } from './principal.js'

/** A hook that finds out who asks and whether he may; what it throws becomes a problem. */
export function authentication(authenticator: Authenticator): onRequestHookHandler {
  return async (request, reply) => {
    const { scope } = request.routeOptions.config
    if (scope === 'public' || request.is404) return
    request.principal = await principalOf(authenticator, request, reply)
    // The route exists and says its scope; what does not is refused.
    if (scope !== undefined && isAllowed(request.principal, scope)) return
    throw new PushError('PUSH_ERR_FORBIDDEN', `${request.principal.name} may not do this; it takes ${scope}`)
  }
}

async function principalOf(
  authenticator: Authenticator,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<Principal> {
  const credentials = basicCredentials(request.headers.authorization)
  if (typeof credentials === 'string') throw unauthenticated(reply, credentials)
  const result = await authenticator.authenticate({ ...credentials, address: request.ip, staffOnly: true })
  if (result.kind === 'accepted') {
    const { id, username } = result.user
    return { kind: 'basic', name: username, userId: id, scopes: scopesOfUser(result.user) }
  }
  if (result.kind === 'refused') throw unauthenticated(reply, 'authentication error')
  const seconds = Math.ceil(result.retryAfterMs / 1000)
  reply.header('retry-after', seconds)
  throw new PushError(
    'PUSH_ERR_TOO_MANY_ATTEMPTS',
    `Too many failed attempts. Try again in ${seconds} seconds.`,
  )
}

function unauthenticated(reply: FastifyReply, message: string): PushError {
  reply.header('www-authenticate', 'Basic realm="ios-notifications", charset="UTF-8"')
  return new PushError('PUSH_ERR_UNAUTHENTICATED', message)
}
