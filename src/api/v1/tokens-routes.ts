import { type Static, Type } from 'typebox'
import { PushError } from '../../base/index.js'
import { type ApiToken, scopes } from '../../model/index.js'
import { Id, ListOf, listed, OrderedQuery, orderedPageOf, shownTime, Time, TimeOrNull } from './list.js'
import { problems } from './problem.js'
import type { V1, V1Context } from './route.js'

const ScopeSchema = Type.Enum([...scopes])

const fields = {
  id: Id,
  name: Type.String(),
  scopes: Type.Array(ScopeSchema, { description: 'It may do what these and the rights of its owner allow.' }),
  user: Type.Union([Id, Type.Null()], { description: 'Its owner; null: it belongs to nobody.' }),
  createdBy: Type.String(),
  createdAt: Time,
  expiresAt: TimeOrNull,
  lastUsedAt: Type.Union([Time, Type.Null()], { description: 'Exact to a minute.' }),
  revokedAt: TimeOrNull,
}

const TokenSchema = Type.Object(fields, { additionalProperties: false })

const NewTokenSchema = Type.Object(
  {
    ...fields,
    secret: Type.String({ description: 'What to send as `Authorization: Bearer …`. Shown once.' }),
  },
  { additionalProperties: false },
)

const TokenInputSchema = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 150, description: 'What it is for.' }),
    scopes: Type.Array(ScopeSchema, { minItems: 1, maxItems: 10 }),
    expiresAt: Type.Optional(
      Type.Union([Type.String({ format: 'date-time', maxLength: 40 }), Type.Null()], {
        description: 'Null or absent: it does not expire.',
      }),
    ),
  },
  { additionalProperties: false },
)

const params = Type.Object({ token: Id }, { additionalProperties: false })
const tags = ['tokens']
const config = { scope: 'admin' } as const

/** `/tokens`: what programs authenticate with. */
export function tokensRoutes(app: V1, { resources: { tokens } }: V1Context): void {
  app.get(
    '/tokens',
    {
      config,
      schema: {
        operationId: 'listTokens',
        tags,
        summary: 'API tokens, by id',
        description: 'Revoked and expired ones among them. Their secrets can not be had again.',
        querystring: OrderedQuery,
        response: { 200: ListOf(TokenSchema), ...problems() },
      },
    },
    async ({ query }) => {
      const page = orderedPageOf(query)
      return listed(await tokens.list(page), page, shownToken)
    },
  )

  app.post(
    '/tokens',
    {
      config,
      schema: {
        operationId: 'createToken',
        tags,
        summary: 'Make an API token',
        description:
          'Its `secret` is in this answer and nowhere else: only a hash of it is kept. The token belongs to the user who makes it, does nothing while he is inactive, and goes with him; one made on the command line belongs to nobody.',
        body: TokenInputSchema,
        response: { 201: NewTokenSchema, ...problems(413, 415) },
      },
    },
    async ({ body: { expiresAt, ...input }, principal }, reply) => {
      const time = typeof expiresAt === 'string' ? { expiresAt: Date.parse(expiresAt) } : {}
      const maker = { user: principal.userId, by: principal.name }
      const { token, secret } = await tokens.create({ ...input, ...time }, maker)
      return reply
        .code(201)
        .headers({ location: `${app.prefix}/tokens/${token.id}`, 'cache-control': 'no-store' })
        .send({ ...shownToken(token), secret })
    },
  )

  app.get(
    '/tokens/:token',
    {
      config,
      schema: {
        operationId: 'getToken',
        tags,
        summary: 'An API token',
        params,
        response: { 200: TokenSchema, ...problems(404) },
      },
    },
    async ({ params: { token: id } }) => {
      const token = await tokens.get(id)
      if (token !== undefined) return shownToken(token)
      throw new PushError('PUSH_ERR_TOKEN_NOT_FOUND', `API token with id ${id} does not exist`, {
        field: 'token',
      })
    },
  )

  app.post(
    '/tokens/:token/revoke',
    {
      config,
      schema: {
        operationId: 'revokeToken',
        tags,
        summary: 'End an API token',
        description: 'At once and for ever. It stays in the list.',
        params,
        response: { 200: TokenSchema, ...problems(404) },
      },
    },
    async ({ params: { token } }) => shownToken(await tokens.revoke(token)),
  )
}

function shownToken(token: ApiToken): Static<typeof TokenSchema> {
  const { id, name, scopes, userId, createdBy, createdAt, expiresAt, lastUsedAt, revokedAt } = token
  return {
    ...{ id, name, scopes, user: userId, createdBy },
    createdAt: shownTime(createdAt),
    expiresAt: shownTime(expiresAt),
    lastUsedAt: shownTime(lastUsedAt),
    revokedAt: shownTime(revokedAt),
  }
}
