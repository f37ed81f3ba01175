import type { FastifyReply, FastifyRequest, onRequestHookHandler } from 'fastify'
import { PushError } from '../../base/index.js'
import type { User } from '../../model/index.js'
import type { Resources } from '../../resources/index.js'
import type { AttemptResult, Authenticator } from '../authenticator.js'
import { basicCredentials } from '../basic-credentials.js'
import { forbidden, isAllowed, type Principal, principalOfUser } from './principal.js'
import { refuseOtherSites, requireCsrfToken, sessionToken } from './session-cookie.js'

/** Methods that change nothing (RFC 9110, section 9.2.1). */
const safeMethods = ['GET', 'HEAD', 'OPTIONS', 'TRACE']

/** Whether a request may change something. */
export function isChange({ method }: FastifyRequest): boolean {
  return !safeMethods.includes(method)
}

/** Finds out who makes a request: by token, by name and password, or by session. */
export class Authentication {
  readonly #resources: Pick<Resources, 'tokens' | 'sessions'>
  readonly #authenticator: Authenticator

  constructor(resources: Pick<Resources, 'tokens' | 'sessions'>, authenticator: Authenticator) {
    this.#resources = resources
    this.#authenticator = authenticator
  }

  /** A hook that sets `request.principal` and refuses whom the route's scope refuses; what it throws becomes a problem. */
  readonly hook: onRequestHookHandler = async (request, reply) => {
    const { scope } = request.routeOptions.config
    if (scope === 'public' || request.is404) return
    request.principal = await this.#principalOf(request, reply)
    // The route exists and says its scope; what does not is refused.
    if (scope !== undefined && isAllowed(request.principal, scope)) return
    throw forbidden(request.principal, scope)
  }

  /** The user of a name and a password, and the hash that it was verified against. PUSH_ERR_UNAUTHENTICATED, PUSH_ERR_TOO_MANY_ATTEMPTS, PUSH_ERR_OVERLOADED. */
  async userOf(
    credentials: { username: string; password: string },
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<{ user: User; passwordHash: string }> {
    const attempt = { ...credentials, address: request.ip, staffOnly: false }
    const result = await this.#authenticator.authenticate(attempt)
    if (result.kind === 'accepted') return result
    throw refusal(request, reply, result, 'the name or the password is wrong')
  }

  /**
   * The user who asks, after his password has been looked at again, with the same limit on failed attempts as signing in, and the hash that
   * it was verified against. PUSH_ERR_FORBIDDEN for a token; PUSH_ERR_INPUT_INVALID with the field where it is wrong; PUSH_ERR_TOO_MANY_ATTEMPTS,
   * PUSH_ERR_OVERLOADED.
   */
  async confirmPassword(
    field: string,
    password: string,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<{ user: User; passwordHash: string }> {
    const { kind, name, userId } = request.principal
    if (kind === 'token') throw new PushError('PUSH_ERR_FORBIDDEN', 'a token has no password')
    const attempt = { username: name, password, address: request.ip, staffOnly: false }
    const result = await this.#authenticator.authenticate(attempt)
    if (result.kind === 'limited') throw refusal(request, reply, result, '')
    // Not 401: the page's session is as good as before.
    if (result.kind === 'refused' || result.user.id !== userId) throw wrongPassword(field)
    return result
  }

  async #principalOf(request: FastifyRequest, reply: FastifyReply): Promise<Principal> {
    const { authorization } = request.headers
    if (authorization === undefined) return await this.#ofSession(request, reply)
    const bearer = /^bearer +(.*)$/i.exec(authorization.trim())?.[1]
    if (bearer !== undefined) return await this.#ofToken(bearer, request, reply)
    const credentials = basicCredentials(authorization)
    if (typeof credentials === 'string') throw unauthenticated(request, reply, credentials)
    // Browsers keep name and password, and send them with what another site makes them ask for.
    if (isChange(request)) refuseOtherSites(request)
    const { user } = await this.userOf(credentials, request, reply)
    return principalOfUser(user, 'basic', null)
  }

  async #ofToken(secret: string, request: FastifyRequest, reply: FastifyReply): Promise<Principal> {
    const found = await this.#resources.tokens.verify(secret)
    if (found === undefined)
      throw refusal(
        request,
        reply,
        this.#authenticator.countWrongToken(request.ip),
        'the token is not known, or is revoked or expired',
      )
    const { id, name, userId } = found.token
    return { kind: 'token', id, name, userId, scopes: new Set(found.scopes) }
  }

  async #ofSession(request: FastifyRequest, reply: FastifyReply): Promise<Principal> {
    const token = sessionToken(request)
    if (token === undefined)
      throw unauthenticated(request, reply, 'give a token, or name and password, or sign in')
    const found = await this.#resources.sessions.verify(token)
    if (found === undefined) throw unauthenticated(request, reply, 'the session is over; sign in again')
    if (isChange(request)) requireCsrfToken(request, token)
    return principalOfUser(found.user, 'session', found.session.id)
  }
}

/** Somebody who is known gave a wrong password. */
export function wrongPassword(field: string): PushError {
  return new PushError('PUSH_ERR_INPUT_INVALID', `${field}: it is not your password`, { field })
}

function refusal(
  request: FastifyRequest,
  reply: FastifyReply,
  result: Exclude<AttemptResult, { kind: 'accepted' }>,
  message: string,
): PushError {
  if (result.kind === 'refused') return unauthenticated(request, reply, message)
  const seconds = Math.ceil(result.retryAfterMs / 1000)
  reply.header('retry-after', seconds)
  return new PushError(
    'PUSH_ERR_TOO_MANY_ATTEMPTS',
    `Too many failed attempts. Try again in ${seconds} seconds.`,
  )
}

/** 401 with both challenges; but a page's script gets no `Basic`, for which its browser would ask the user in a window of its own. */
export function unauthenticated(request: FastifyRequest, reply: FastifyReply, message: string): PushError {
  const mode = request.headers['sec-fetch-mode']
  const challenges = ['Bearer realm="ios-notifications"']
  if (mode === undefined || mode === 'navigate')
    challenges.push('Basic realm="ios-notifications", charset="UTF-8"')
  reply.header('www-authenticate', challenges.join(', '))
  return new PushError('PUSH_ERR_UNAUTHENTICATED', message)
}
