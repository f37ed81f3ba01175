import type { Kysely } from 'kysely'
import type { Feedback } from '../model/index.js'
import { orderedBounds } from './page-bounds.js'
import type { Schema } from './schema.js'
import type { FeedbackStore, OrderedPage } from './store.js'

/** The feedback ledger, for reading: entries are written with the page of a push that brought them. */
export class KyselyFeedbackStore implements FeedbackStore {
  readonly #db: Kysely<Schema>

  constructor(db: Kysely<Schema>) {
    this.#db = db
  }

  async list({ serviceId, ...page }: OrderedPage & { serviceId?: number } = {}): Promise<Feedback[]> {
    const { beyond, from, order, limit } = orderedBounds(page)
    let query = this.#db.selectFrom('feedback').selectAll().where('id', beyond, from)
    if (serviceId !== undefined) query = query.where('serviceId', '=', serviceId)
    return await query.orderBy('id', order).limit(limit).execute()
  }
}
