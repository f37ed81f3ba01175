import { type Static, Type } from 'typebox'
import type { TimelineEntry } from '../../model/index.js'
import { Id, shownTime, Time, TimeOrNull } from './list.js'

const Text = Type.Union([Type.String(), Type.Null()])
const count = Type.Union([Type.Integer({ minimum: 0 }), Type.Null()])

const Added = Type.Object(
  { kind: Type.Literal('added'), at: Time },
  { additionalProperties: false, description: 'The device came into the registry.' },
)
const Event = Type.Object(
  {
    kind: Type.Enum(['registered', 'returned', 'reactivated', 'deactivated'], {
      description:
        '`registered`: its app registered again (one a day is kept). `returned`: it registered while the device was inactive. `reactivated`: an operator or an import. `deactivated`: for `reason`.',
    }),
    at: Time,
    reason: Type.Union([Type.String(), Type.Null()], {
      description: 'Why it was, or had been, inactive: Apple’s reason, `operator` or `import`.',
    }),
  },
  { additionalProperties: false },
)
const FeedbackEntry = Type.Object(
  {
    kind: Type.Literal('feedback'),
    at: Time,
    feedback: Id,
    reason: Type.String(),
    timestamp: { ...Time, description: 'Since when Apple knows that the token is dead.' } as typeof Time,
    appliedAt: TimeOrNull,
    undoneAt: TimeOrNull,
  },
  { additionalProperties: false, description: 'Apple said that the token is dead.' },
)
const PushEntry = Type.Object(
  {
    kind: Type.Literal('push'),
    at: Time,
    push: Id,
    notification: Type.Union([Id, Type.Null()]),
    state: Type.String({ description: 'Of the push.' }),
    outcome: Type.Enum(['accepted', 'rejected', 'unknown', 'unsent', 'waiting', 'skipped', 'notKnown'], {
      description:
        '`waiting`: it has not come to the device, or tries it again. `skipped`: the device got nothing, because it was inactive (reason `Inactive`) or not registered yet (`NotRegistered`). `notKnown`: that is not kept any more (`Pruned`), or the device was switched off or on meanwhile (`ActivityChanged`).',
    }),
    reason: Text,
    status: count,
    apnsId: Text,
    apnsUniqueId: Text,
    attempts: count,
    dueAt: TimeOrNull,
    pushType: Type.String(),
    topic: Type.String(),
    priority: Type.Union([Type.Enum([10, 5, 1]), Type.Null()]),
    collapseId: Text,
    payload: Type.Object({}, { additionalProperties: true, description: 'As it is sent.' }),
  },
  { additionalProperties: false },
)

/** One thing that happened to a device. */
const EntrySchema = Type.Union([Added, Event, FeedbackEntry, PushEntry], { title: 'TimelineEntry' })

/** A page of a timeline. */
export const TimelineSchema = Type.Object(
  {
    items: Type.Array(EntrySchema),
    next: Type.Union([Type.String(), Type.Null()], {
      description: 'What to give as `after` for what is older; null: there is nothing.',
    }),
  },
  { additionalProperties: false },
)

/** The query of a timeline. */
export const TimelineQuery = Type.Object(
  {
    after: Type.Optional(
      Type.String({
        maxLength: 60,
        pattern: '^\\d{1,16}-\\d{1,16}-\\d{1,16}$',
        description: 'Goes on where a page ended: its `next`.',
      }),
    ),
    limit: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 1000, description: 'Entries a page, 1 to 1000; 100 by default.' }),
    ),
  },
  { additionalProperties: false },
)

/** An entry in the words of the API. */
export function shownEntry(entry: TimelineEntry): Static<typeof EntrySchema> {
  const at = shownTime(entry.at)
  if (entry.kind === 'added') return { kind: entry.kind, at }
  if (entry.kind === 'feedback') {
    const { id, reason, timestamp, appliedAt, undoneAt } = entry.feedback
    return {
      ...{ kind: entry.kind, at, feedback: id, reason, timestamp: shownTime(timestamp) },
      ...{ appliedAt: shownTime(appliedAt), undoneAt: shownTime(undoneAt) },
    }
  }
  if (entry.kind !== 'push') return { kind: entry.kind, at, reason: entry.reason }
  const { push, outcome, reason, status, apnsId, apnsUniqueId, attempts, dueAt } = entry
  const { id, notificationId: notification, state, pushType, topic, priority, collapseId, payload } = push
  return {
    ...{ kind: entry.kind, at, push: id, notification, state, outcome, reason, status, apnsId, apnsUniqueId },
    ...{ attempts, dueAt: shownTime(dueAt), pushType, topic, priority, collapseId },
    payload: JSON.parse(payload) as object,
  }
}
