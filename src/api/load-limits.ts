import underPressure from '@fastify/under-pressure'
import type { FastifyInstance } from 'fastify'
import { PushError } from '../base/index.js'

/** Seconds after which a client that was turned away may try again. */
const RETRY_AFTER_SECONDS = 5

class Overloaded extends PushError {
  constructor() {
    super(
      'PUSH_ERR_OVERLOADED',
      'the server has more to do than it can at the moment; nothing was done, try again',
    )
  }
}

/**
 * Answers with 503 and `Retry-After` as long as the event loop is late: what would wait for seconds is better told so at once, and the
 * requests under way are finished sooner.
 */
export async function refuseUnderPressure(
  app: FastifyInstance,
  { maxEventLoopDelayMs }: { maxEventLoopDelayMs: number },
): Promise<void> {
  await app.register(underPressure, {
    maxEventLoopDelay: maxEventLoopDelayMs,
    retryAfter: RETRY_AFTER_SECONDS,
    customError: Overloaded as unknown as Error,
  })
}

/**
 * Cuts off who takes too long to send a body, with 408. Node.js has one limit for all requests, which would cut uploads off, too.
 */
export function cutSlowBodies(app: FastifyInstance, timeoutMs: number): void {
  app.addHook('onRequest', (request, _reply, done) => {
    const { raw } = request
    const hasBody = 'content-length' in raw.headers || 'transfer-encoding' in raw.headers
    if (hasBody && request.routeOptions.config.isStreamed !== true) {
      const timer = setTimeout(() => {
        // As Node.js and Fastify say it.
        if (raw.socket.writable) raw.socket.write('HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n\r\n')
        raw.socket.destroySoon()
      }, timeoutMs)
      const stop = () => clearTimeout(timer)
      raw.once('end', stop).once('close', stop)
    }
    done()
  })
}
