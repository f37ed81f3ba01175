import { type Static, Type } from 'typebox'
import type { AuditEntry } from '../../model/index.js'
import { Id, ListOf, listed, pageFields, pageOf, shownTime, Time } from './list.js'
import { problems } from './problem.js'
import type { V1, V1Context } from './route.js'

const TextOrNull = Type.Union([Type.String(), Type.Null()])
const IdOrNull = Type.Union([Id, Type.Null()])

const EntrySchema = Type.Object(
  {
    id: Id,
    at: Time,
    via: Type.Enum(['token', 'basic', 'session', 'command-line']),
    who: Type.String({
      description: 'The user, the token, or on the command line the system’s user, by name.',
    }),
    user: IdOrNull,
    token: IdOrNull,
    operation: Type.String({ description: 'The `operationId`, or the command.' }),
    resource: Type.Union([Type.String(), Type.Null()], { description: 'What it was done to.' }),
    fields: Type.Array(Type.String(), { description: 'The names of what was given; no values.' }),
    address: TextOrNull,
    userAgent: TextOrNull,
    outcome: Type.Enum(['pending', 'done', 'failed'], {
      description: '`pending`: it goes on, or the process was killed in the middle of it.',
    }),
    status: Type.Union([Type.Integer(), Type.Null()], { description: 'The HTTP status.' }),
  },
  { additionalProperties: false },
)

const EntryQuery = Type.Object(
  {
    ...pageFields,
    who: Type.Optional(Type.String({ minLength: 1, maxLength: 150 })),
    operation: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
    since: Type.Optional(Type.String({ format: 'date-time', maxLength: 40 })),
  },
  { additionalProperties: false },
)

/** `/audit-log`: who changed what. */
export function auditRoutes(app: V1, { resources: { audit } }: V1Context): void {
  app.get(
    '/audit-log',
    {
      config: { scope: 'admin' },
      schema: {
        operationId: 'listAuditLog',
        tags: ['audit log'],
        summary: 'Who changed what, the newest first',
        description:
          'Every change by this API and by the command line, kept for a year; registrations by apps are not among them: the timeline of a device has them.',
        querystring: EntryQuery,
        response: { 200: ListOf(EntrySchema), ...problems() },
      },
    },
    async ({ query: { since, who, operation, ...rest } }) => {
      const page = pageOf(rest)
      const entries = await audit.list({
        ...page,
        ...(who !== undefined && { who }),
        ...(operation !== undefined && { operation }),
        ...(since !== undefined && { since: Date.parse(since) }),
      })
      return listed(entries, page, shownEntry)
    },
  )
}

function shownEntry(entry: AuditEntry): Static<typeof EntrySchema> {
  const { id, at, via, who, userId, tokenId, operation, resource, fields, address, userAgent } = entry
  const { outcome, status } = entry
  return {
    ...{ id, at: shownTime(at), via, who, user: userId, token: tokenId, operation, resource, fields },
    ...{ address: address || null, userAgent: userAgent || null, outcome, status },
  }
}
