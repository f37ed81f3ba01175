import { Readable } from 'node:stream'
import { Type } from 'typebox'
import { PushError } from '../../base/index.js'
import { pushNotFound } from '../../resources/index.js'
import { Id } from './list.js'
import { problems } from './problem.js'
import { END_ID, eventStream } from './push-events.js'
import type { V1, V1Context } from './route.js'

/** Streams at a time: each looks four times a second. */
const MAX_STREAMS = 100

/** `/pushes/:push/events`: a stream of how far a push is. */
export function pushEventsRoutes(app: V1, { resources: { pushes } }: V1Context): void {
  const open = new Set<AbortController>()
  // A server that closes does not wait for pushes to end.
  app.addHook('preClose', async () => {
    for (const stream of open) stream.abort()
  })
  app.get(
    '/pushes/:push/events',
    {
      config: { scope: 'push' },
      // It would hold events back.
      compress: false,
      exposeHeadRoute: false,
      schema: {
        operationId: 'followPush',
        tags: ['pushes'],
        summary: 'How far a push is, as it goes on',
        description: `Server-sent events: \`progress\` whenever something has changed, four times a second at most, and \`end\`; their data is JSON. With \`Last-Event-ID\` only what is new since; 204 where that was the end. At most ${MAX_STREAMS} streams at a time, beyond that 503.`,
        params: Type.Object({ push: Id }, { additionalProperties: false }),
        headers: Type.Object({
          'last-event-id': Type.Optional(Type.String({ maxLength: 100 })),
        }),
        response: {
          200: {
            description: 'Events.',
            content: { 'text/event-stream': { schema: Type.Unsafe({ description: 'Events.' }) } },
          } as unknown as ReturnType<typeof Type.Unsafe>,
          204: Type.Null({ description: 'The end has been seen.' }),
          ...problems(404),
        },
      },
    },
    async ({ params: { push: id }, headers }, reply) => {
      if ((await pushes.get(id)) === undefined) throw pushNotFound(id)
      const seen = headers['last-event-id']
      if (seen === END_ID) return reply.code(204).send(null)
      if (open.size >= MAX_STREAMS) {
        const message = `${MAX_STREAMS} streams of events are open already; ask for the push itself now and then`
        throw new PushError('PUSH_ERR_OVERLOADED', message)
      }
      const stream = new AbortController()
      open.add(stream)
      const giveBack = () => {
        open.delete(stream)
        stream.abort()
      }
      reply.raw.once('close', giveBack)
      // A client that has gone while the push was read: `close` has been, and does not come again.
      if (reply.raw.destroyed) {
        giveBack()
        return reply.hijack()
      }
      const text = eventStream(pushes, id, { seen, signal: stream.signal })
      return reply
        .type('text/event-stream; charset=utf-8')
        .header('cache-control', 'no-store')
        .header('x-accel-buffering', 'no')
        .send(Readable.from(text, { highWaterMark: 1 }))
    },
  )
}
