import type { Kysely } from 'kysely'
import { PushError } from '../base/index.js'
import type { FeedbackService } from '../model/index.js'
import { isForeignKeyViolation, isUniqueViolation, serviceNotFound } from './constraint-violation.js'
import type { Schema } from './schema.js'
import type { FeedbackServiceStore } from './store.js'

/** Entries of the ledger that are dealt with in one pair of statements. */
const ENTRIES_AT_ONCE = 1000

/** Feedback services, and what calling one does to the devices. */
export class KyselyFeedbackServiceStore implements FeedbackServiceStore {
  readonly #db: Kysely<Schema>

  constructor(db: Kysely<Schema>) {
    this.#db = db
  }

  async create(feedbackService: Omit<FeedbackService, 'id'>): Promise<FeedbackService> {
    const { name, hostname, serviceId } = feedbackService
    try {
      return await this.#db
        .insertInto('feedbackServices')
        .values(feedbackService)
        .returning(['id', 'name', 'hostname', 'serviceId'])
        .executeTakeFirstOrThrow()
    } catch (error) {
      if (isForeignKeyViolation(error)) throw serviceNotFound(serviceId)
      if (!isUniqueViolation(error)) throw error
      throw new PushError(
        'PUSH_ERR_FEEDBACK_SERVICE_EXISTS',
        `name: there is a feedback service ${JSON.stringify(name)} for ${hostname} already; use another name`,
        { field: 'name', cause: error },
      )
    }
  }

  async get(id: number): Promise<FeedbackService | undefined> {
    return await this.#db.selectFrom('feedbackServices').selectAll().where('id', '=', id).executeTakeFirst()
  }

  async list(): Promise<FeedbackService[]> {
    return await this.#db.selectFrom('feedbackServices').selectAll().orderBy('id').execute()
  }

  async applyFeedback(serviceId: number, at: number): Promise<number> {
    return await this.#db.transaction().execute(async (db) => {
      const entries = await dueEntries(db, serviceId)
      let deactivated = 0
      for (let first = 0; first < entries.length; first += ENTRIES_AT_ONCE) {
        const some = entries.slice(first, first + ENTRIES_AT_ONCE)
        // A device may stand in the ledger more than once; its first entry says why.
        const firsts = some.filter((entry) => entry.isFirst)
        for (const reason of new Set(firsts.map((entry) => entry.reason))) {
          const devices = firsts.filter((entry) => entry.reason === reason)
          const { numUpdatedRows } = await db
            .updateTable('devices')
            .set({ isActive: 0, deactivatedAt: at, deactivationReason: reason })
            .where(
              'id',
              'in',
              devices.map((entry) => entry.deviceId),
            )
            .executeTakeFirst()
          deactivated += Number(numUpdatedRows)
        }
        const ids = some.map((entry) => entry.id)
        await db.updateTable('feedback').set({ appliedAt: at }).where('id', 'in', ids).execute()
      }
      return deactivated
    })
  }
}

/** What of the ledger concerns a device that is active and has not registered since. */
async function dueEntries(db: Kysely<Schema>, serviceId: number) {
  const entries = await db
    .selectFrom('feedback')
    .innerJoin('devices', 'devices.id', 'feedback.deviceId')
    .where('feedback.serviceId', '=', serviceId)
    .where('feedback.appliedAt', 'is', null)
    .where('feedback.undoneAt', 'is', null)
    .where('devices.isActive', '=', 1)
    .whereRef('devices.registeredAt', '<=', 'feedback.timestamp')
    .select(['feedback.id', 'feedback.deviceId', 'feedback.reason'])
    .orderBy('feedback.id')
    .execute()
  const seen = new Set<number>()
  return entries.map((entry) => {
    const isFirst = !seen.has(entry.deviceId)
    seen.add(entry.deviceId)
    return { ...entry, isFirst }
  })
}
