import { type Kysely, type Selectable, sql } from 'kysely'
import { PushError } from '../base/index.js'
import type { Chunk, Delivery, Push, PushState } from '../model/index.js'
import { pageBounds } from './page-bounds.js'
import type { PushRow, Schema } from './schema.js'
import type { DevicePage, NewPush, Page, PageRecord, PushStore } from './store.js'

const ends = ['done', 'cancelled', 'failed'] as const

/** Pushes, but for what runs once a page or a chunk, which each database does in its own way. */
export abstract class KyselyPushStore implements PushStore {
  readonly #db: Kysely<Schema>

  constructor(db: Kysely<Schema>) {
    this.#db = db
  }

  abstract plan(push: NewPush): Promise<Push>
  abstract measure(...args: Parameters<PushStore['measure']>): ReturnType<PushStore['measure']>
  abstract lease(pushId: number, owner: string, at: number, until: number): Promise<Chunk | undefined>
  abstract page(chunk: Chunk, after: number, limit: number): Promise<DevicePage>
  abstract record(record: PageRecord): Promise<{ deactivated: number[] } | false>
  abstract renew(chunkId: number, fence: number, until: number): Promise<boolean>
  abstract finishChunk(chunkId: number, fence: number, at: number): Promise<boolean>

  async get(id: number): Promise<Push | undefined> {
    return await this.#db.selectFrom('pushes').selectAll().where('id', '=', id).executeTakeFirst()
  }

  async list(page: Page & { serviceId?: number } = {}): Promise<Push[]> {
    const { after, limit } = pageBounds(page)
    let query = this.#db.selectFrom('pushes').selectAll().where('id', '>', after)
    if (page.serviceId !== undefined) query = query.where('serviceId', '=', page.serviceId)
    return await query.orderBy('id').limit(limit).execute()
  }

  async finish(
    pushId: number,
    state: (typeof ends)[number],
    reason: string | null,
    at: number,
  ): Promise<Push | undefined> {
    return await this.#db.transaction().execute(async (db) => {
      const push = await pushOf(db, pushId)
      if (isEnd(push.state)) return push
      const open = db.selectFrom('chunks').where('pushId', '=', pushId).where('state', '!=', 'done')
      if (state === 'done' && (await open.select('id').limit(1).executeTakeFirst()) !== undefined)
        return undefined
      const rest = await open.select(restColumns).executeTakeFirstOrThrow()
      await db
        .updateTable('chunks')
        .set((eb) => ({
          unsent: sql<number>`unsent + ${chunkLeft}`,
          size: sql<number>`size + ${chunkExtra}`,
          state: 'done',
          // Whoever still works on it is refused from now on.
          fence: eb('fence', '+', 1),
          leaseOwner: null,
          leaseUntil: null,
        }))
        .where('pushId', '=', pushId)
        .where('state', '!=', 'done')
        .execute()
      return await db
        .updateTable('pushes')
        .set((eb) => ({
          unsent: eb('unsent', '+', Number(rest.unsent)),
          audienceSize: eb('audienceSize', '+', Number(rest.added)),
          state,
          stateReason: reason,
          finishedAt: at,
        }))
        .where('id', '=', pushId)
        .returningAll()
        .executeTakeFirstOrThrow()
    })
  }

  async setState(
    pushId: number,
    state: Exclude<PushState, (typeof ends)[number]>,
    reason: string | null,
  ): Promise<void> {
    await this.#db.transaction().execute(async (db) => {
      if (isEnd((await pushOf(db, pushId)).state)) return
      await db.updateTable('pushes').set({ state, stateReason: reason }).where('id', '=', pushId).execute()
    })
  }

  async reasons(pushId: number): Promise<{ outcome: Delivery['outcome']; reason: string; count: number }[]> {
    const rows = await this.#db
      .selectFrom('deliveries')
      .select(['outcome', 'reason'])
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .where('pushId', '=', pushId)
      .groupBy(['outcome', 'reason'])
      .orderBy('count', 'desc')
      .orderBy('reason')
      .execute()
    return rows.map((row) => ({ ...row, count: Number(row.count) }))
  }

  async deliveries(pushId: number, page?: Page): Promise<Delivery[]> {
    const { after, limit } = pageBounds(page)
    return await this.#db
      .selectFrom('deliveries')
      .selectAll()
      .where('pushId', '=', pushId)
      .where('deviceId', '>', after)
      .orderBy('deviceId')
      .limit(limit)
      .execute()
  }

  async deactivateRejected(pushId: number, reasons: readonly string[], at: number): Promise<number[]> {
    if (reasons.length === 0) return []
    return await this.#db.transaction().execute(async (db) => {
      const { createdAt } = await pushOf(db, pushId)
      const rejected = db
        .selectFrom('deliveries')
        .where('pushId', '=', pushId)
        .where('outcome', '=', 'rejected')
        .where('reason', 'in', reasons)
      const rows = await db
        .updateTable('devices')
        .set((eb) => ({
          isActive: 0,
          deactivatedAt: at,
          deactivationReason: eb
            .selectFrom('deliveries')
            .select('reason')
            .where('pushId', '=', pushId)
            .whereRef('deviceId', '=', 'devices.id'),
        }))
        .where('id', 'in', rejected.select('deviceId'))
        .where('isActive', '=', 1)
        .where('registeredAt', '<=', createdAt)
        .returning('id')
        .execute()
      return rows.map(({ id }) => id).sort((a, b) => a - b)
    })
  }
}

/** Planned devices of a chunk without an outcome, and outcomes beyond the plan: one of the two is 0. */
const counted = sql`(accepted + rejected + unknown + unsent)`
const chunkLeft = sql`case when size > ${counted} then size - ${counted} else 0 end`
const chunkExtra = sql`case when size < ${counted} then ${counted} - size else 0 end`
const restColumns = [
  sql<number>`coalesce(sum(${chunkLeft}), 0)`.as('unsent'),
  sql<number>`coalesce(sum(${chunkExtra}), 0)`.as('added'),
]

function isEnd(state: PushState): boolean {
  return (ends as readonly PushState[]).includes(state)
}

async function pushOf(db: Kysely<Schema>, id: number): Promise<Selectable<PushRow>> {
  const push = await db.selectFrom('pushes').selectAll().where('id', '=', id).executeTakeFirst()
  if (push !== undefined) return push
  throw new PushError('PUSH_ERR_PUSH_NOT_FOUND', `push with id ${id} does not exist`, { field: 'push' })
}
