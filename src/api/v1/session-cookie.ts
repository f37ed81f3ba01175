import { createHmac, timingSafeEqual } from 'node:crypto'
import { parseCookie, stringifySetCookie } from 'cookie'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { PushError } from '../../base/index.js'
import { SESSION_MAX_MS } from '../../model/index.js'

/** The header that brings the CSRF token. */
const csrfHeader = 'x-csrf-token'

/**
 * Whether the browser speaks TLS, to us or to the proxy in front of us. A client that lies about it only spoils its own cookie, so
 * that the proxy's header needs no trust.
 */
function isSecure({ protocol, headers }: FastifyRequest): boolean {
  const [forwarded = ''] = String(headers['x-forwarded-proto'] ?? '').split(',')
  return protocol === 'https' || forwarded.trim().toLowerCase() === 'https'
}

/** With TLS a name that other hosts of the domain can't set a cookie for (`__Host-`, RFC 6265bis section 4.1.3.2). */
function cookieName(request: FastifyRequest): string {
  return isSecure(request) ? '__Host-ion_session' : 'ion_session'
}

/** The session's token that a request brings. */
export function sessionToken(request: FastifyRequest): string | undefined {
  const { cookie: header } = request.headers
  // Tokens have 43 characters; a longer one is none.
  const token = header === undefined ? undefined : parseCookie(header)[cookieName(request)]
  return token !== undefined && token.length <= 64 ? token : undefined
}

/** Gives the browser a session's token; undefined takes it away. */
export function setSessionCookie(
  request: FastifyRequest,
  reply: FastifyReply,
  token: string | undefined,
): void {
  const options = { path: '/', httpOnly: true, sameSite: 'strict', secure: isSecure(request) } as const
  const maxAge = token === undefined ? 0 : SESSION_MAX_MS / 1000
  reply.header('set-cookie', stringifySetCookie(cookieName(request), token ?? '', { ...options, maxAge }))
}

/**
 * What a page sends back in `X-CSRF-Token` with everything that changes something: an HMAC under the session's token, which only
 * pages of ours can ask for, since no other site may read our answers. It needs no cookie of its own, which another host of the
 * domain could set, and no secret that processes have to share.
 */
export function csrfTokenOf(token: string): string {
  return createHmac('sha256', token).update('csrf').digest('base64url')
}

/**
 * Refuses what another site makes a browser ask for. PUSH_ERR_FORBIDDEN.
 *
 * Browsers say where a request comes from (Fetch Metadata, over TLS and to localhost), or at least its origin. Other clients say
 * neither, and nobody can make them do anything.
 */
export function refuseOtherSites({ headers }: FastifyRequest): void {
  const site = headers['sec-fetch-site']
  const { origin, host } = headers
  const isOurs =
    site === undefined
      ? origin === undefined || (URL.canParse(origin) && new URL(origin).host === host)
      : site === 'same-origin' || site === 'none'
  if (!isOurs) throw new PushError('PUSH_ERR_FORBIDDEN', 'this came from a page of another site')
}

/** Refuses a change without the CSRF token of the session. PUSH_ERR_FORBIDDEN. */
export function requireCsrfToken(request: FastifyRequest, token: string): void {
  refuseOtherSites(request)
  const given = Buffer.from(String(request.headers[csrfHeader] ?? ''))
  const right = Buffer.from(csrfTokenOf(token))
  if (given.length === right.length && timingSafeEqual(given, right)) return
  throw new PushError(
    'PUSH_ERR_FORBIDDEN',
    'X-CSRF-Token: it is missing or wrong; send the csrfToken of GET session',
    { field: 'X-CSRF-Token' },
  )
}
