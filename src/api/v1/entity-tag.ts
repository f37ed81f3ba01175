import { createHash } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { PushError } from '../../base/index.js'

/** A strong entity tag (RFC 9110, section 8.8.3) of a body as it is sent, before it is compressed. */
function entityTag(body: string | Buffer): string {
  return `"${createHash('sha1').update(body).digest('base64url')}"`
}

/** A hook for `onSend`: tags what a GET answers with, and leaves out the body that the client has already (304). */
export async function tagAnswer(
  request: FastifyRequest,
  reply: FastifyReply,
  payload: unknown,
): Promise<unknown> {
  const isWhole = typeof payload === 'string' || Buffer.isBuffer(payload)
  if (request.method !== 'GET' || reply.statusCode !== 200 || !isWhole) return payload
  const tag = entityTag(payload)
  reply.header('etag', tag)
  if (!names(request.headers['if-none-match'], tag)) return payload
  reply.code(304)
  return ''
}

/**
 * Refuses a change whose `If-Match` names another state than that which `current` shows: somebody was quicker. To be called inside
 * the transaction of the change. Without the header every state is right. PUSH_ERR_PRECONDITION_FAILED.
 */
export function requireMatch(request: FastifyRequest, current: unknown): void {
  const header = request.headers['if-match']
  if (header === undefined || names(header, entityTag(JSON.stringify(current)))) return
  throw new PushError(
    'PUSH_ERR_PRECONDITION_FAILED',
    'If-Match names another state than the present one: it has changed meanwhile; read it again',
    { field: 'If-Match' },
  )
}

/** A tag is compared without its `W/`: what is compressed on the way may come back as weak. */
function names(header: string | undefined, tag: string): boolean {
  if (header === undefined) return false
  return header.split(',').some((one) => one.trim() === '*' || one.trim().replace(/^W\//, '') === tag)
}
