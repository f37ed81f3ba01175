import type { FastifyRequest } from 'fastify'
import { type Static, Type } from 'typebox'
import { PushError } from '../../base/index.js'
import { type Session, scopes, sessionEnd } from '../../model/index.js'
import { unauthenticated, wrongPassword } from './authentication.js'
import { Id, ListOf, listed, PageQuery, pageOf, pageWithin, shownTime, Time } from './list.js'
import { type Principal, principalOfUser } from './principal.js'
import { problems } from './problem.js'
import type { V1, V1Context } from './route.js'
import { csrfTokenOf, refuseOtherSites, sessionToken, setSessionCookie } from './session-cookie.js'

const SignInSchema = Type.Object(
  {
    username: Type.String({ minLength: 1, maxLength: 150 }),
    password: Type.String({ minLength: 1, maxLength: 1024, writeOnly: true }),
  },
  { additionalProperties: false },
)

const OwnPasswordSchema = Type.Object(
  {
    current: Type.String({ minLength: 1, maxLength: 1024, writeOnly: true, description: 'The old one.' }),
    password: Type.String({
      minLength: 8,
      maxLength: 1024,
      writeOnly: true,
      description: 'The new one, 8 characters or more.',
    }),
  },
  { additionalProperties: false },
)

const WhoSchema = Type.Object(
  {
    kind: Type.Enum(['token', 'basic', 'session']),
    name: Type.String({ description: 'The user’s or the token’s.' }),
    user: Type.Union([Id, Type.Null()], {
      description: 'The user, or the token’s owner; null: it belongs to nobody.',
    }),
    scopes: Type.Array(Type.Enum([...scopes])),
    csrfToken: Type.Union([Type.String(), Type.Null()], {
      description: 'To be sent as `X-CSRF-Token` with every change in a session; null: it is no session.',
    }),
  },
  { additionalProperties: false },
)

const SessionSchema = Type.Object(
  {
    id: Id,
    isCurrent: Type.Boolean({ description: 'Whether it is the one of this request.' }),
    createdAt: Time,
    lastSeenAt: Type.String({ format: 'date-time', description: 'Exact to a minute.' }),
    endsAt: Type.String({ format: 'date-time', description: 'Unless it is used before.' }),
    address: Type.String({ description: 'From where it was opened.' }),
    userAgent: Type.String(),
  },
  { additionalProperties: false },
)

const params = Type.Object({ session: Id }, { additionalProperties: false })
const tags = ['sessions']
const noStore = { 'cache-control': 'no-store' }

/** `/session`: signing in and out; `/sessions`: where the user is signed in. */
export function sessionsRoutes(app: V1, { resources, authentication, audit }: V1Context): void {
  const { sessions, users } = resources
  app.post(
    '/session',
    {
      config: { scope: 'public' },
      // It is read before anybody is known.
      bodyLimit: 8 * 1024,
      schema: {
        operationId: 'signIn',
        tags,
        summary: 'Sign in',
        description:
          'Sets the cookie of a session, which lives 12 hours after its last use and 7 days at most. Every change in it takes the answer’s `csrfToken` as `X-CSRF-Token`. A session that the browser has ends.',
        body: SignInSchema,
        response: { 200: WhoSchema, ...problems(413, 415) },
      },
    },
    async (request, reply) => {
      // Otherwise another site could sign its visitors in as somebody it knows (login CSRF).
      refuseOtherSites(request)
      const { user, passwordHash } = await authentication.userOf(request.body, request, reply)
      request.principal = principalOfUser(user, 'session', null)
      if (request.principal.scopes.size === 0)
        throw new PushError('PUSH_ERR_FORBIDDEN', `${user.username} is no staff, and may do nothing here`)
      await audit.begin(request)
      const begun = await sessions.begin(user, passwordHash, {
        ...originOf(request),
        replaced: sessionToken(request),
      })
      if (begun === undefined)
        throw unauthenticated(request, reply, 'the password or the user has just been changed; sign in again')
      setSessionCookie(request, reply, begun.token)
      return reply.headers(noStore).send(shownPrincipal(request.principal, csrfTokenOf(begun.token)))
    },
  )

  app.get(
    '/session',
    {
      config: { scope: 'any' },
      schema: {
        operationId: 'whoAmI',
        tags,
        summary: 'Who am I, and what may I do?',
        response: { 200: WhoSchema, ...problems() },
      },
    },
    async (request, reply) => {
      const token = request.principal.kind === 'session' ? sessionToken(request) : undefined
      const csrfToken = token === undefined ? null : csrfTokenOf(token)
      return reply.headers(noStore).send(shownPrincipal(request.principal, csrfToken))
    },
  )

  app.put(
    '/session/password',
    {
      config: { scope: 'any' },
      bodyLimit: 8 * 1024,
      schema: {
        operationId: 'changeOwnPassword',
        tags,
        summary: 'Change my password',
        description:
          'For users, not for tokens. All sessions of the user end; in a session the answer sets the cookie of a new one, with a new `csrfToken`. A wrong `current` counts as a failed attempt to sign in.',
        body: OwnPasswordSchema,
        response: { 200: WhoSchema, ...problems(404, 413, 415) },
      },
    },
    async (request, reply) => {
      const { current, password } = request.body
      const { user, passwordHash } = await authentication.confirmPassword('current', current, request, reply)
      const newHash = await users.replacePassword(user.id, passwordHash, password)
      // It was changed while it was verified.
      if (newHash === undefined) throw wrongPassword('current')
      const isSession = request.principal.kind === 'session'
      const begun = isSession ? await sessions.begin(user, newHash, originOf(request)) : undefined
      if (isSession && begun === undefined)
        throw unauthenticated(request, reply, 'the password or the user has just been changed; sign in again')
      if (begun !== undefined) setSessionCookie(request, reply, begun.token)
      const csrfToken = begun === undefined ? null : csrfTokenOf(begun.token)
      return reply.headers(noStore).send(shownPrincipal(request.principal, csrfToken))
    },
  )

  app.delete(
    '/session',
    {
      config: { scope: 'any' },
      schema: {
        operationId: 'signOut',
        tags,
        summary: 'Sign out',
        response: { 204: Type.Null({ description: 'The session is over.' }), ...problems(404) },
      },
    },
    async (request, reply) => {
      const { kind, id, userId } = request.principal
      if (kind !== 'session') throw noSession('this is no session: there is nothing to sign out of')
      await sessions.end(id!, userId!)
      setSessionCookie(request, reply, undefined)
      return reply.code(204).send(null)
    },
  )

  app.get(
    '/sessions',
    {
      config: { scope: 'any' },
      schema: {
        operationId: 'listSessions',
        tags,
        summary: 'Where I am signed in',
        description: 'The sessions of the user who asks; a token has none.',
        querystring: PageQuery,
        response: { 200: ListOf(SessionSchema), ...problems() },
      },
    },
    async ({ query, principal }) => {
      const page = pageOf(query)
      const own = ownerOf(principal)
      const all = own === null ? [] : await sessions.list(own)
      const current = principal.kind === 'session' ? principal.id : null
      return listed(pageWithin(all, page), page, (session) => shownSession(session, current))
    },
  )

  app.delete(
    '/sessions/:session',
    {
      config: { scope: 'any' },
      schema: {
        operationId: 'endSession',
        tags,
        summary: 'End one of my sessions',
        params,
        response: { 204: Type.Null({ description: 'It is over.' }), ...problems(404) },
      },
    },
    async ({ params: { session }, principal }, reply) => {
      const own = ownerOf(principal)
      if (own === null) throw noSession('a token has no sessions')
      await sessions.end(session, own)
      return reply.code(204).send(null)
    },
  )
}

function originOf({ ip, headers }: FastifyRequest) {
  return { address: ip, userAgent: headers['user-agent'] ?? '' }
}

/** Whose sessions may be seen and ended: a token stands for a program, not for its owner. */
function ownerOf({ kind, userId }: Principal): number | null {
  return kind === 'token' ? null : userId
}

function noSession(message: string): PushError {
  return new PushError('PUSH_ERR_SESSION_NOT_FOUND', message, { field: 'session' })
}

function shownPrincipal(
  { kind, name, userId, scopes: own }: Principal,
  csrfToken: string | null,
): Static<typeof WhoSchema> {
  return { kind, name, user: userId, scopes: [...own], csrfToken }
}

function shownSession(session: Session, current: number | null): Static<typeof SessionSchema> {
  const { id, createdAt, lastSeenAt, address, userAgent } = session
  return {
    ...{ id, isCurrent: id === current, address, userAgent },
    createdAt: shownTime(createdAt),
    lastSeenAt: shownTime(lastSeenAt),
    endsAt: shownTime(sessionEnd(session)),
  }
}
