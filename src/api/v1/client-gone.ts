import type { FastifyReply } from 'fastify'

/** Fires when the client goes away before it has its answer, so that nobody goes on to work for nobody; harmless after the answer. */
export function clientGone({ raw }: FastifyReply): AbortSignal {
  const gone = new AbortController()
  // It may have gone while it was asked who it is: then nothing more would be heard of it.
  if (raw.destroyed) gone.abort()
  else raw.once('close', () => gone.abort())
  return gone.signal
}
