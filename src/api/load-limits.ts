import underPressure from '@fastify/under-pressure'
import type { FastifyInstance } from 'fastify'
import { PushError } from '../base/index.js'

/** Seconds after which a client that was turned away may try again. */
const RETRY_AFTER_SECONDS = 5
/** How often it is logged that clients are turned away, in milliseconds: a line for each would be more to do. */
const LOG_EVERY_MS = 10_000

/**
 * Answers with 503 and `Retry-After` as long as the event loop is late: what would wait for seconds is better told so at once, and the
 * requests under way are finished sooner.
 */
export async function refuseUnderPressure(
  app: FastifyInstance,
  { maxEventLoopDelayMs, eventLoopSampleMs }: { maxEventLoopDelayMs: number; eventLoopSampleMs: number },
): Promise<void> {
  let loggedAt = Number.NEGATIVE_INFINITY
  await app.register(underPressure, {
    maxEventLoopDelay: maxEventLoopDelayMs,
    sampleInterval: eventLoopSampleMs,
    pressureHandler: async (request, reply, _type, eventLoopDelayMs) => {
      if (performance.now() - loggedAt > LOG_EVERY_MS) {
        loggedAt = performance.now()
        request.log.warn({ eventLoopDelayMs }, 'The server has more to do than it can: requests get 503')
      }
      reply.header('retry-after', RETRY_AFTER_SECONDS)
      const message = 'the server has more to do than it can at the moment; nothing was done, try again'
      throw new PushError('PUSH_ERR_OVERLOADED', message)
    },
  })
}

/**
 * Cuts off who takes too long to send a body, with 408. Node.js has one limit for all requests, which would cut uploads off, too.
 */
export function cutSlowBodies(app: FastifyInstance, timeoutMs: number): void {
  app.addHook('onRequest', (request, reply, done) => {
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
      // Who is answered before his body has been read: the connection is the next request's then.
      reply.raw.once('finish', stop).once('close', stop)
    }
    done()
  })
}
