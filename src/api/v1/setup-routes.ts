import { Type } from 'typebox'
import { problems } from './problem.js'
import type { V1, V1Context } from './route.js'

/** `/setup`: what somebody who can't sign in yet has to know. */
export function setupRoutes(app: V1, { resources: { users } }: V1Context): void {
  app.get(
    '/setup',
    {
      config: { scope: 'public' },
      schema: {
        operationId: 'getSetup',
        tags: ['sessions'],
        summary: 'Whether there is anybody who can sign in',
        description: 'For everybody. Where there is nobody, `ios-notifications user create` makes somebody.',
        response: {
          200: Type.Object(
            {
              hasStaff: Type.Boolean({
                description: 'Whether an active user of the staff, or a superuser, has a password.',
              }),
            },
            { additionalProperties: false, title: 'Setup' },
          ),
          ...problems(),
        },
      },
    },
    async (_request, reply) =>
      reply.header('cache-control', 'no-store').send({ hasStaff: await users.hasStaff() }),
  )
}
