import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { hasErrorCode, PushError } from '../base/index.js'
import { isStoreOutage } from '../store/index.js'

/**
 * Answers with `{"error": sentence}`. What the client got wrong is said; what went wrong here is logged and not said.
 */
export function sendError(error: FastifyError | PushError, request: FastifyRequest, reply: FastifyReply) {
  const status = (error instanceof PushError ? error.status : error.statusCode) ?? 500
  if (status >= 400 && status < 500) return reply.code(status).send({ error: error.message })
  if (hasErrorCode(error, 'PUSH_ERR_OVERLOADED'))
    return reply.code(503).header('retry-after', '5').send({ error: error.message })
  if (isStoreOutage(error)) {
    request.log.error({ err: error }, 'the database can not be used')
    const what = 'The database can not be used at the moment; nothing was changed. Try again.'
    return reply.code(503).header('retry-after', '5').send({ error: what })
  }
  request.log.error({ err: error }, 'a request failed')
  return reply.code(500).send({ error: 'The server failed to answer this request; its log says why.' })
}
