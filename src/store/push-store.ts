import { type Kysely, sql } from 'kysely'
import { PushError, shown } from '../base/index.js'
import type { Chunk, Delivery, Push, PushState } from '../model/index.js'
import { orderedBounds, pageBounds } from './page-bounds.js'
import { concludePush, finishPush } from './push-end.js'
import { prunePushes, type ReasonCount, reasonsOf } from './push-reasons.js'
import { pushColumns, pushOf } from './push-row.js'
import type { Schema } from './schema.js'
import type { Page } from './store.js'
import type { DevicePage, NewPush, PageRecord, PushStore, RetryRecord } from './store-of-pushes.js'

/** Pushes, but for what runs once a page or a chunk, which each database does in its own way. */
export abstract class KyselyPushStore implements PushStore {
  readonly #db: Kysely<Schema>

  constructor(db: Kysely<Schema>) {
    this.#db = db
  }

  abstract plan(push: NewPush): Promise<Push>
  abstract measure(...args: Parameters<PushStore['measure']>): ReturnType<PushStore['measure']>
  abstract timeZones(...args: Parameters<PushStore['timeZones']>): ReturnType<PushStore['timeZones']>
  abstract lease(...args: Parameters<PushStore['lease']>): Promise<Chunk | undefined>
  abstract page(chunk: Chunk, after: number, limit: number): Promise<DevicePage>
  abstract record(record: PageRecord): Promise<{ deactivated: number[] } | false>
  abstract renew(chunkId: number, fence: number, until: number): Promise<boolean>
  abstract finishChunk(chunkId: number, fence: number, at: number): Promise<boolean>
  abstract begin(pushId: number, at: number): Promise<Push | undefined>
  abstract hand(chunkId: number, fence: number, upTo: number): Promise<boolean>
  abstract pace(serviceId: number, count: number, at: number): Promise<number>
  abstract renewRetries(pushId: number, lease: string, until: number): Promise<boolean>
  abstract releaseRetries(pushId: number, lease: string): Promise<void>
  abstract release(chunkId: number, fence: number): Promise<void>
  abstract leaseRetries(...args: Parameters<PushStore['leaseRetries']>): ReturnType<PushStore['leaseRetries']>
  abstract latestDeliveries(
    ...args: Parameters<PushStore['latestDeliveries']>
  ): ReturnType<PushStore['latestDeliveries']>
  abstract recordRetries(record: RetryRecord): Promise<{ deactivated: number[] } | false>

  async get(id: number): Promise<Push | undefined> {
    return await this.#db.selectFrom('pushes').select(pushColumns).where('id', '=', id).executeTakeFirst()
  }

  async nextDueAt(pushId: number): Promise<number | null> {
    const first = this.#db.selectFrom('retries').select(({ fn }) => fn.min('dueAt').as('dueAt'))
    const row = await first.where('pushId', '=', pushId).where('lease', 'is', null).executeTakeFirst()
    return row?.dueAt ?? null
  }

  async list(page: Parameters<PushStore['list']>[0] = {}): Promise<Push[]> {
    const { serviceId, state, ...rest } = page
    const { beyond, from, order, limit } = orderedBounds(rest)
    let query = this.#db.selectFrom('pushes').select(pushColumns).where('id', beyond, from)
    if (serviceId !== undefined) query = query.where('serviceId', '=', serviceId)
    if (state !== undefined) query = query.where('state', '=', state)
    return await query.orderBy('id', order).limit(limit).execute()
  }

  async ofKey(serviceId: number, { key, hash }: { key: string; hash: string }): Promise<Push | undefined> {
    const row = await this.#db
      .selectFrom('pushes')
      .select([...pushColumns, 'requestHash'])
      .where('serviceId', '=', serviceId)
      .where('idempotencyKey', '=', key)
      .executeTakeFirst()
    if (row === undefined) return undefined
    const { requestHash, ...push } = row
    if (requestHash !== hash) throw keyReused(key, push.id)
    return push
  }

  async active(
    at: number,
    leasesAt = at,
  ): Promise<{ push: Push; hasWork: boolean; isHeld: boolean; isOpen: boolean }[]> {
    const held = sql<number>`exists (select 1 from chunks where push_id = pushes.id
        and state = 'sending' and lease_until > ${leasesAt})
      or exists (select 1 from retries where push_id = pushes.id and lease is not null and lease_until > ${leasesAt})`
    const leasable = sql<number>`exists (select 1 from chunks where push_id = pushes.id
        and (state = 'queued' or state = 'sending' and lease_until <= ${leasesAt}))
      or exists (select 1 from retries where push_id = pushes.id and lease is null and due_at <= ${at})
      or exists (select 1 from retries where push_id = pushes.id and lease is not null and lease_until <= ${leasesAt})`
    const open = sql<number>`exists (select 1 from chunks where push_id = pushes.id and state in ('queued', 'sending'))
      or exists (select 1 from retries where push_id = pushes.id)`
    // Before the first answer one worker is alone with a push: see `lease`.
    const hasWork = sql<number>`(${leasable}) and (accepted + rejected > 0 or not (${held}))`
    const rows = await this.#db
      .selectFrom('pushes')
      .select(pushColumns)
      .select(sql<number>`case when ${hasWork} then 1 else 0 end`.as('hasWork'))
      .select(sql<number>`case when ${open} then 1 else 0 end`.as('isOpen'))
      .select(sql<number>`case when ${held} then 1 else 0 end`.as('isHeld'))
      .where((eb) =>
        eb.or([
          eb('state', 'in', ['queued', 'sending']),
          eb.and([eb('state', 'in', ['scheduled', 'paused']), eb('dueAt', '<=', at)]),
          eb.and([eb('state', '=', 'paused'), eb('endingAs', 'is not', null)]),
        ]),
      )
      .orderBy(sql`case when urgency = 'urgent' then 0 else 1 end`)
      .orderBy('id')
      .execute()
    return rows.map(({ hasWork, isHeld, isOpen, ...push }) => ({
      push,
      hasWork: hasWork === 1,
      isHeld: isHeld === 1,
      isOpen: isOpen === 1,
    }))
  }

  async states(
    ids: readonly number[],
  ): Promise<Pick<Push, 'id' | 'state' | 'stateReason' | 'stateBy' | 'endingAs'>[]> {
    if (ids.length === 0) return []
    return await this.#db
      .selectFrom('pushes')
      .select(['id', 'state', 'stateReason', 'stateBy', 'endingAs'])
      .where('id', 'in', ids)
      .execute()
  }

  async finish(
    ...[pushId, state, reason, at, by = null, leasesAt = at]: Parameters<PushStore['finish']>
  ): Promise<Push | undefined> {
    const how = { state, reason, by, at, leasesAt }
    return await this.#db.transaction().execute((db) => finishPush(db, pushId, how))
  }

  conclude(...parameters: Parameters<PushStore['conclude']>): ReturnType<PushStore['conclude']> {
    return this.#db.transaction().execute((db) => concludePush(db, ...parameters))
  }

  async setState(
    pushId: number,
    from: readonly PushState[],
    change: Parameters<PushStore['setState']>[2],
    seenDueAt?: number | null,
  ): Promise<Push> {
    return await this.#db.transaction().execute(async (db) => {
      const { push, isPlan } = await pushOf(db, pushId)
      const { state, endingAs, dueAt, beginsAt, createdAt } = push
      if (endingAs !== null && change.endingAs === null) {
        const message = `push ${pushId} is to be ${endingAs} as soon as its workers have stopped; that is final`
        throw new PushError('PUSH_ERR_PUSH_STATE', message, { field: 'state' })
      }
      if (!from.includes(state)) {
        throw new PushError(
          'PUSH_ERR_PUSH_STATE',
          `push ${pushId} is ${state}; that is possible only while it is ${from.join(' or ')}`,
          { field: 'state' },
        )
      }
      if (seenDueAt !== undefined && seenDueAt !== dueAt) {
        const message = `push ${pushId} is ${state}, and when it goes on has been changed meanwhile`
        throw new PushError('PUSH_ERR_PUSH_STATE', message, { field: 'state' })
      }
      // Where the audience has not been resolved yet, that comes first.
      const isUnplanned = change.state === 'queued' && isPlan
      return await db
        .updateTable('pushes')
        .set(
          isUnplanned
            ? { ...change, state: 'scheduled', dueAt: change.dueAt ?? beginsAt ?? createdAt }
            : change,
        )
        .where('id', '=', pushId)
        .returning(pushColumns)
        .executeTakeFirstOrThrow()
    })
  }

  prune(endedBefore: number, limit: number, at: number): Promise<boolean> {
    return prunePushes(this.#db, endedBefore, limit, at)
  }

  reasons(pushId: number): Promise<ReasonCount[]> {
    return reasonsOf(this.#db, pushId)
  }

  async keepsDeliveries(pushId: number): Promise<boolean> {
    const find = this.#db.selectFrom('pushes').select('id').where('id', '=', pushId)
    const kept = find.where('reasons', 'is', null).where('prunedAt', 'is', null)
    return (await kept.executeTakeFirst()) !== undefined
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
}

/** PUSH_ERR_IDEMPOTENCY_KEY_REUSED. */
export function keyReused(key: string, pushId: number): PushError {
  return new PushError(
    'PUSH_ERR_IDEMPOTENCY_KEY_REUSED',
    `idempotencyKey: ${shown(key)} was used for push ${pushId}, which was another request; use a new key`,
    { field: 'idempotencyKey' },
  )
}
