import type { Kysely } from 'kysely'
import type { Feedback } from '../model/index.js'
import { pageBounds } from './page-bounds.js'
import type { Schema } from './schema.js'
import type { FeedbackStore, Page } from './store.js'

/** The feedback ledger, for reading: entries are written with the page of a push that brought them. */
export class KyselyFeedbackStore implements FeedbackStore {
  readonly #db: Kysely<Schema>

  constructor(db: Kysely<Schema>) {
    this.#db = db
  }

  async list(page: Page & { serviceId?: number } = {}): Promise<Feedback[]> {
    const { after, limit } = pageBounds(page)
    let query = this.#db.selectFrom('feedback').selectAll().where('id', '>', after)
    if (page.serviceId !== undefined) query = query.where('serviceId', '=', page.serviceId)
    return await query.orderBy('id').limit(limit).execute()
  }
}
