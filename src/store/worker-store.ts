import type { Kysely } from 'kysely'
import type { WorkerPresence } from '../model/index.js'
import type { Schema } from './schema.js'
import type { WorkerStore } from './store.js'

/** The workers that are alive. */
export class KyselyWorkerStore implements WorkerStore {
  readonly #db: Kysely<Schema>

  constructor(db: Kysely<Schema>) {
    this.#db = db
  }

  async beat(worker: WorkerPresence, gone: number): Promise<void> {
    const { seenAt } = worker
    await this.#db
      .insertInto('workers')
      .values(worker)
      .onConflict((conflict) => conflict.column('id').doUpdateSet({ seenAt }))
      .execute()
    await this.#db.deleteFrom('workers').where('seenAt', '<', gone).execute()
  }

  async leave(id: string): Promise<void> {
    await this.#db.deleteFrom('workers').where('id', '=', id).execute()
  }

  async list(since: number): Promise<WorkerPresence[]> {
    const living = this.#db.selectFrom('workers').selectAll().where('seenAt', '>=', since)
    return await living.orderBy('startedAt').orderBy('id').execute()
  }
}
