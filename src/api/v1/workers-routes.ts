import { Type } from 'typebox'
import { shownTime, Time } from './list.js'
import { problems } from './problem.js'
import type { V1, V1Context } from './route.js'

const WorkerSchema = Type.Object(
  {
    id: Type.String({ description: 'Unique for each worker: several may run in a process.' }),
    host: Type.String(),
    pid: Type.Integer({ description: 'Of its process.' }),
    startedAt: Time,
    seenAt: Type.String({ format: 'date-time', description: 'When it last said that it is alive.' }),
  },
  { title: 'Worker', additionalProperties: false },
)

/** `/workers`: who sends. */
export function workersRoutes(app: V1, { resources: { workers } }: V1Context): void {
  app.get(
    '/workers',
    {
      config: { scope: 'push' },
      schema: {
        operationId: 'listWorkers',
        tags: ['workers'],
        summary: 'Workers that are alive',
        description:
          'The first ones to start first. A worker says every ten seconds that it is alive; one that has said nothing for 45 seconds is not told. Without any, nothing is sent.',
        response: {
          200: Type.Object({ items: Type.Array(WorkerSchema) }, { additionalProperties: false }),
          ...problems(),
        },
      },
    },
    async () => ({
      items: (await workers.list()).map(({ startedAt, seenAt, ...worker }) => ({
        ...worker,
        startedAt: shownTime(startedAt),
        seenAt: shownTime(seenAt),
      })),
    }),
  )
}
