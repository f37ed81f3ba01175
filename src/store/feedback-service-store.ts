import { setImmediate as otherWork } from 'node:timers/promises'
import type { Kysely } from 'kysely'
import { PushError } from '../base/index.js'
import type { FeedbackService } from '../model/index.js'
import { isForeignKeyViolation, isUniqueViolation, serviceNotFound } from './constraint-violation.js'
import { KyselyScheduleStore } from './schedule-store.js'
import type { Schema } from './schema.js'
import type { Check, FeedbackServiceStore } from './store.js'

/** Entries of the ledger that are dealt with in one transaction. */
const ENTRIES_AT_ONCE = 1000

/** Feedback services, and what calling one does to the devices. */
export class KyselyFeedbackServiceStore implements FeedbackServiceStore {
  readonly #db: Kysely<Schema>

  constructor(db: Kysely<Schema>) {
    this.#db = db
  }

  async create(feedbackService: Omit<FeedbackService, 'id'>): Promise<FeedbackService> {
    try {
      return await this.#db
        .insertInto('feedbackServices')
        .values(feedbackService)
        .returning(['id', 'name', 'hostname', 'serviceId'])
        .executeTakeFirstOrThrow()
    } catch (error) {
      throw violated(feedbackService, error)
    }
  }

  async change(
    id: number,
    decide: (current: FeedbackService) => Omit<FeedbackService, 'id'>,
  ): Promise<FeedbackService> {
    return await this.#db.transaction().execute(async (db) => {
      const change = decide(await existing(db, id))
      try {
        await db.updateTable('feedbackServices').set(change).where('id', '=', id).execute()
        const { serviceId } = change
        for (const schedule of await callsOf(db, id))
          await db.updateTable('schedules').set({ serviceId }).where('id', '=', schedule).execute()
      } catch (error) {
        throw violated(change, error)
      }
      return { id, ...change }
    })
  }

  async remove(id: number, check?: Check<FeedbackService>): Promise<void> {
    await this.#db.transaction().execute(async (db) => {
      const current = await existing(db, id)
      check?.(current)
      for (const schedule of await callsOf(db, id))
        await db.deleteFrom('schedules').where('id', '=', schedule).execute()
      await db.deleteFrom('feedbackServices').where('id', '=', id).execute()
    })
  }

  async get(id: number): Promise<FeedbackService | undefined> {
    return await this.#db.selectFrom('feedbackServices').selectAll().where('id', '=', id).executeTakeFirst()
  }

  async list(): Promise<FeedbackService[]> {
    return await this.#db.selectFrom('feedbackServices').selectAll().orderBy('id').execute()
  }

  async applyFeedback(serviceId: number, at: number): Promise<number> {
    let deactivated = 0
    for (let after: number | undefined = 0; after !== undefined; await otherWork()) {
      const page = await applyPage(this.#db, serviceId, after, at)
      deactivated += page.deactivated
      after = page.last
    }
    return deactivated
  }
}

async function existing(db: Kysely<Schema>, id: number): Promise<FeedbackService> {
  const row = await db.selectFrom('feedbackServices').selectAll().where('id', '=', id).executeTakeFirst()
  if (row !== undefined) return row
  throw new PushError('PUSH_ERR_FEEDBACK_SERVICE_NOT_FOUND', `FeedbackService with id ${id} does not exist`, {
    field: 'feedbackService',
  })
}

/** The ids of the schedules that call it. What they do is JSON; there are few of them. */
async function callsOf(db: Kysely<Schema>, id: number): Promise<number[]> {
  const schedules = await new KyselyScheduleStore(db).list()
  return schedules
    .filter(({ action }) => action.kind === 'feedback' && action.feedbackServiceId === id)
    .map((schedule) => schedule.id)
}

/** The error for a name that is taken, or a service that is not there; every other error as it is. */
function violated({ name, hostname, serviceId }: Omit<FeedbackService, 'id'>, error: unknown): unknown {
  if (isForeignKeyViolation(error)) return serviceNotFound(serviceId)
  if (!isUniqueViolation(error)) return error
  return new PushError(
    'PUSH_ERR_FEEDBACK_SERVICE_EXISTS',
    `name: there is a feedback service ${JSON.stringify(name)} for ${hostname} already; use another name`,
    { field: 'name', cause: error },
  )
}

interface AppliedPage {
  deactivated: number
  /** After which entry to go on; undefined: there are no more. */
  last: number | undefined
}

async function applyPage(
  db: Kysely<Schema>,
  serviceId: number,
  after: number,
  at: number,
): Promise<AppliedPage> {
  return await db.transaction().execute(async (db) => {
    const entries = await openEntries(db, serviceId, after)
    const last = entries.length < ENTRIES_AT_ONCE ? undefined : entries.at(-1)?.id
    const due = entries.filter(
      ({ isActive, deactivatedAt, registeredAt, timestamp }) =>
        // A device may stand in the ledger more than once: an entry before may have switched it off just now.
        (isActive === 1 || deactivatedAt === at) && registeredAt !== null && registeredAt <= timestamp,
    )
    if (due.length === 0) return { deactivated: 0, last }
    // Its first entry says why.
    const reasons = new Map<number, string>()
    for (const { deviceId, reason, isActive } of due)
      if (isActive === 1 && !reasons.has(deviceId)) reasons.set(deviceId, reason)
    for (const reason of new Set(reasons.values())) {
      const ids = [...reasons.keys()].filter((id) => reasons.get(id) === reason)
      await db
        .updateTable('devices')
        .set({ isActive: 0, deactivatedAt: at, deactivationReason: reason })
        .where('id', 'in', ids)
        .execute()
    }
    const ids = due.map(({ id }) => id)
    await db.updateTable('feedback').set({ appliedAt: at }).where('id', 'in', ids).execute()
    return { deactivated: reasons.size, last }
  })
}

/** Entries that have not been dealt with, with what their device is now; null where it was deleted. */
async function openEntries(db: Kysely<Schema>, serviceId: number, after: number) {
  return await db
    .selectFrom('feedback')
    .leftJoin('devices', 'devices.id', 'feedback.deviceId')
    .where('feedback.serviceId', '=', serviceId)
    .where('feedback.appliedAt', 'is', null)
    .where('feedback.undoneAt', 'is', null)
    .where('feedback.id', '>', after)
    .select(['feedback.id', 'feedback.deviceId', 'feedback.reason', 'feedback.timestamp'])
    .select(['devices.isActive', 'devices.deactivatedAt', 'devices.registeredAt'])
    .orderBy('feedback.id')
    .limit(ENTRIES_AT_ONCE)
    .execute()
}
