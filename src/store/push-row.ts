import { type Kysely, sql } from 'kysely'
import { PushError } from '../base/index.js'
import type { Push } from '../model/index.js'
import type { Schema } from './schema.js'

/** What is a push to the outside. Without its plan, which may be a list of all its tokens, and is needed once. */
export const pushColumns = [
  ...(['id', 'uuid', 'serviceId', 'notificationId', 'payload', 'pushType', 'topic', 'priority'] as const),
  ...(['expiration', 'collapseId', 'state', 'stateReason', 'stateBy', 'endingAs', 'urgency'] as const),
  ...([
    'duplicates',
    'maxAttempts',
    'dueAt',
    'beginsAt',
    'deferred',
    'localTime',
    'audienceKind',
    'retryOf',
  ] as const),
  ...(['audienceSize', 'skippedInactive', 'skippedUnregistered', 'createdAt', 'startedAt'] as const),
  ...(['finishedAt', 'accepted', 'rejected', 'unknown', 'unsent'] as const),
] as const satisfies readonly (keyof Push)[]

/** A push, and whether there still is a plan to be carried out before anything of it can be leased. PUSH_ERR_PUSH_NOT_FOUND. */
export async function pushOf(db: Kysely<Schema>, id: number): Promise<{ push: Push; isPlan: boolean }> {
  const row = await db
    .selectFrom('pushes')
    .select(pushColumns)
    .select(sql<number>`case when plan is null then 0 else 1 end`.as('isPlan'))
    .where('id', '=', id)
    .executeTakeFirst()
  if (row === undefined)
    throw new PushError('PUSH_ERR_PUSH_NOT_FOUND', `push with id ${id} does not exist`, { field: 'push' })
  const { isPlan, ...push } = row
  return { push, isPlan: isPlan === 1 }
}
