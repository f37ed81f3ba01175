import { STATUS_CODES } from 'node:http'
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { type TObject, Type } from 'typebox'
import { type ErrorCode, PushError } from '../../base/index.js'
import { isStoreOutage } from '../../store/index.js'

/** Something that is wrong with a request. */
export interface Fault {
  /** Where: `tokens[3]`, `users`; null: the request as a whole. */
  field: string | null
  message: string
}

/** A request with several things wrong, the first of which is the error's own message. */
export class InvalidRequest extends PushError {
  readonly faults: readonly Fault[]

  constructor(faults: readonly [Fault, ...Fault[]]) {
    const [{ field, message }] = faults
    super('PUSH_ERR_INPUT_INVALID', message, field === null ? {} : { field })
    this.faults = faults
  }
}

const FaultSchema = Type.Object(
  { field: Type.Union([Type.String(), Type.Null()]), message: Type.String() },
  { additionalProperties: false },
)

/** RFC 9457, with our code, the field at fault, and all faults where there are several. */
const ProblemSchema = Type.Object(
  {
    type: Type.Literal('about:blank'),
    title: Type.String({ description: 'The name of the status.' }),
    status: Type.Integer({ minimum: 400, maximum: 599 }),
    detail: Type.String({ description: 'One line: what is wrong, and what is allowed.' }),
    code: Type.String({ description: 'A code of docs/errors.md, to be matched on.' }),
    field: Type.Optional(Type.String({ description: 'The field at fault.' })),
    errors: Type.Optional(Type.Array(FaultSchema, { description: 'Everything at fault, where it is more.' })),
  },
  { title: 'Problem', additionalProperties: false, description: 'What is wrong (RFC 9457).' },
)

const always = [400, 401, 403, 413, 415, 429, 500, 503] as const

/** The `response` schemas of the problems that a route may answer with, beside those that every route may. */
export function problems(...statuses: readonly number[]): Record<number, TObject> {
  return Object.fromEntries(
    [...always, ...statuses].map((status) => [
      status,
      {
        description: STATUS_CODES[status],
        content: { 'application/problem+json': { schema: ProblemSchema } },
      } as unknown as TObject,
    ]),
  )
}

/** What the server says of an error of Fastify's own, which has a status and no code of ours. */
const codeOfStatus: Readonly<Record<number, ErrorCode>> = {
  404: 'PUSH_ERR_ROUTE_NOT_FOUND',
  405: 'PUSH_ERR_METHOD_NOT_ALLOWED',
  413: 'PUSH_ERR_REQUEST_TOO_LARGE',
  415: 'PUSH_ERR_MEDIA_TYPE',
}

/** Answers with a problem. What the client got wrong is said; what went wrong here is logged and not said. */
export function sendProblem(
  error: FastifyError | PushError,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const problem = problemOf(error)
  // Under pressure a line for each would be more to do.
  if (problem.status >= 500 && problem.code !== 'PUSH_ERR_OVERLOADED')
    request.log.error({ err: error }, 'a request failed')
  // What is being streamed has its status and its type already.
  if (problem.status === 503 && !reply.hasHeader('retry-after')) reply.header('retry-after', 5)
  return reply.code(problem.status).type('application/problem+json; charset=utf-8').send(problem)
}

function problemOf(error: FastifyError | PushError) {
  if (isStoreOutage(error))
    return problem(
      'PUSH_ERR_DATABASE_UNAVAILABLE',
      503,
      'The database can not be used at the moment; nothing was changed. Try again.',
    )
  if (error instanceof PushError && (error.status < 500 || error.status > 500)) {
    const faults = error instanceof InvalidRequest && error.faults.length > 1 ? error.faults : undefined
    return {
      ...problem(error.code, error.status, error.message),
      ...(error.field !== undefined && { field: error.field }),
      ...(faults !== undefined && { errors: faults }),
    }
  }
  const status = error instanceof PushError ? 500 : (error.statusCode ?? 500)
  if (status >= 400 && status < 500)
    // Fastify may name a whole path.
    return problem(codeOfStatus[status] ?? 'PUSH_ERR_REQUEST_INVALID', status, cut(error.message))
  return problem('PUSH_ERR_INTERNAL', 500, 'The server failed to answer this request; its log says why.')
}

function cut(text: string): string {
  return text.length > 200 ? `${text.slice(0, 200)}…` : text
}

function problem(code: ErrorCode, status: number, detail: string) {
  return { type: 'about:blank', title: STATUS_CODES[status] ?? 'Error', status, detail, code } as const
}
