import { randomUUID } from 'node:crypto'
import { setImmediate as otherWork } from 'node:timers/promises'
import { PushError } from '../../base/index.js'
import {
  type Audience,
  type Chunk,
  type Delivery,
  NOT_ATTEMPTED,
  type OutcomeCounts,
  type Push,
  WORKER_LOST,
} from '../../model/index.js'
import { KyselyPushStore } from '../push-store.js'
import type {
  DevicePage,
  LatestQuery,
  NewPush,
  PageRecord,
  RetryLease,
  RetryRecord,
} from '../store-of-pushes.js'
import { addToStats } from './add-to-stats.js'
import { isWalked, walkAudience } from './audience-walk.js'
import { latestDeliveries } from './latest-deliveries.js'
import { beginPush } from './push-begin.js'
import { type AudienceMeasure, measureAudience, planPush } from './push-plan.js'
import type { SqliteDatabase } from './sqlite-database.js'
import { countZones } from './zone-counts.js'

const chunkColumns = `id, push_id as pushId, first_device_id as firstDeviceId, last_device_id as lastDeviceId, size,
  position, handed, deferred, state, fence, lease_owner as leaseOwner, lease_until as leaseUntil, accepted, rejected, unknown, unsent`

/** A chunk that nobody works on any more comes before one that nobody has begun. */
const leaseStatement = (which: string) => `update chunks
  set state = 'sending', fence = fence + 1, lease_owner = @owner, lease_until = @until
  where id = (select id from chunks where push_id = @pushId and ${which} order by id limit 1)
  returning ${chunkColumns}`
const leaseAbandoned = leaseStatement(`state = 'sending' and lease_until <= @leasesAt`)
const leaseQueued = leaseStatement(`state = 'queued'`)

/** One worker alone begins, so that what it learns about the service does not cost more devices with each worker. */
const mayLease = `select duplicates from pushes where id = @pushId and state in ('queued', 'sending')
  and (accepted + rejected > 0
    or not exists (select 1 from chunks where push_id = @pushId and state = 'sending'
      and lease_until > @leasesAt and lease_owner != @owner)
    and not exists (select 1 from retries where push_id = @pushId and lease is not null
      and lease_until > @leasesAt and substr(lease, 1, length(@owner) + 1) != @owner || '/'))`

const startPush = `update pushes set state = 'sending', started_at = coalesce(started_at, ?) where id = ?`

/**
 * A page comes back as one row of two texts: half the time of a row a device (0.23 against 0.45 µs a device in pages of
 * 1,000), as no object is made for each.
 */
const pageStatement = (devices: string) => `select json_group_array(id) as ids, group_concat(token) as tokens
  from (${devices} order by 1 limit @limit)`
const pageOfAll = pageStatement(`select id, token from devices
  where service_id = @serviceId and is_active = 1 and id > @after and id <= @last`)
const pageOfTargets =
  pageStatement(`select device_id as id, token from push_targets join devices on devices.id = device_id
  where push_id = @pushId and is_active = 1 and device_id > @after and device_id <= @last`)

const addToChunk = `update chunks set position = @position, accepted = accepted + @accepted,
  rejected = rejected + @rejected, unknown = unknown + @unknown, unsent = unsent + @unsent, deferred = deferred + @deferred
  where id = @chunkId and fence = @fence and state = 'sending' returning push_id as id`
const addToPush = `update pushes set accepted = accepted + @accepted, rejected = rejected + @rejected,
  unknown = unknown + @unknown, unsent = unsent + @unsent, deferred = deferred + @deferred
  where id = @id returning id, service_id as serviceId, notification_id as notificationId`
const setNotified = 'update devices set last_notified_at = ? where id in (select value from json_each(?))'
const addDelivery = `insert into deliveries (push_id, device_id, outcome, reason, status, apns_id, apns_unique_id, at)
  values (@pushId, @deviceId, @outcome, @reason, @status, @apnsId, @apnsUniqueId, @at)
  on conflict (push_id, device_id) do update set outcome = excluded.outcome, reason = excluded.reason,
    status = excluded.status, apns_id = excluded.apns_id, apns_unique_id = excluded.apns_unique_id, at = excluded.at`
/** Unless the app has registered again since Apple found the token dead. */
const deactivateDevice = `update devices set is_active = 0, deactivated_at = @at, deactivation_reason = @reason
  where id = @deviceId and is_active = 1 and registered_at <= @timestamp`
const addFeedback = `insert into feedback (service_id, device_id, token, reason, timestamp, received_at, applied_at)
  values (@serviceId, @deviceId, @token, @reason, @timestamp, @at, @appliedAt)`

const addRetry = `insert into retries (push_id, device_id, attempts, due_at, reason, status)
  values (@pushId, @deviceId, @attempts, @dueAt, @reason, @status)
  on conflict (push_id, device_id) do update set attempts = excluded.attempts, due_at = excluded.due_at,
    reason = excluded.reason, status = excluded.status, lease = null, lease_until = null`

const retryStatement = (
  which: string,
) => `select device_id as id, token, attempts, reason, status, is_active as isActive
  from retries left join devices on devices.id = device_id where push_id = @pushId and ${which} limit @limit`
const abandonedRetries = retryStatement('lease is not null and lease_until <= @leasesAt')
const waitingRetries = retryStatement('lease is null and due_at <= @at order by due_at, device_id')
const leaseRetries = `update retries set lease = ?, lease_until = ?
  where push_id = ? and device_id in (select value from json_each(?))`
const removeRetries =
  'delete from retries where push_id = ? and device_id in (select value from json_each(?))'

/** A retry with its device; null where there is none any more. */
interface RetryRow {
  id: number
  token: string
  attempts: number
  reason: string | null
  status: number | null
  isActive: 0 | 1 | null
}

/** What may have been granted ahead to all runs of all workers, in milliseconds. */
const MAX_PACED_MS = 60_000

interface PushKey {
  id: number
  serviceId: number
  notificationId: number | null
}

/** Leases, pages and records by prepared statements: they set the cost of a push per device. */
export class SqlitePushStore extends KyselyPushStore {
  readonly #database: SqliteDatabase

  constructor(database: SqliteDatabase) {
    super(database.kysely)
    this.#database = database
  }

  override async plan(push: NewPush): Promise<Push> {
    const id = await this.#database.transaction(() => planPush(this.#database, push))
    return (await this.get(id))!
  }

  override async begin(pushId: number, at: number): Promise<Push | undefined> {
    const begun = await this.#database.transaction(() => beginPush(this.#database, pushId, at))
    return begun ? await this.get(pushId) : undefined
  }

  override async measure(
    serviceId: number,
    audience: Audience,
    { enough = Number.POSITIVE_INFINITY, signal }: { enough?: number; signal?: AbortSignal } = {},
  ): Promise<AudienceMeasure> {
    const db = this.#database
    if (!isWalked(audience)) return await db.exclusive(() => measureAudience(db, serviceId, audience))
    const size = { audienceSize: 0, skippedInactive: 0, skippedUnregistered: 0 }
    for (let after: number | null = 0; after !== null && size.audienceSize < enough; ) {
      if (signal?.aborted) throw new PushError('PUSH_ERR_ABORTED', 'counting was given up')
      const from: number = after
      const page = await db.exclusive(() => walkAudience(db, serviceId, audience, from))
      size.audienceSize += page.active
      size.skippedInactive += page.inactive
      after = page.next
      if (after !== null) await otherWork()
    }
    return size
  }

  override timeZones(
    serviceId: number,
    audience: Audience,
    signal?: AbortSignal,
  ): Promise<Map<string, number>> {
    return countZones(this.#database, serviceId, audience, signal)
  }

  override lease(
    pushId: number,
    owner: string,
    at: number,
    until: number,
    leasesAt = at,
  ): Promise<Chunk | undefined> {
    const db = this.#database
    return db.transaction(() => {
      if (db.statement(mayLease).get({ pushId, owner, leasesAt }) === undefined) return undefined
      const chunk = (db.statement(leaseAbandoned).get({ pushId, owner, leasesAt, until }) ??
        db.statement(leaseQueued).get({ pushId, owner, until })) as Chunk | undefined
      if (chunk !== undefined) db.statement(startPush).run(at, pushId)
      return chunk
    })
  }

  override page(chunk: Chunk, after: number, limit: number): Promise<DevicePage> {
    const db = this.#database
    return db.exclusive(() => {
      const { pushId, lastDeviceId: last } = chunk
      const push = db.statement(
        'select service_id as serviceId, audience_kind as kind from pushes where id = ?',
      )
      const { serviceId, kind } = push.get(pushId) as { serviceId: number; kind: Audience['kind'] }
      const row =
        kind === 'all'
          ? db.statement(pageOfAll).get({ serviceId, after, last, limit })
          : db.statement(pageOfTargets).get({ pushId, after, last, limit })
      const { ids, tokens } = row as { ids: string; tokens: string | null }
      return tokens === null ? { ids: [], tokens: [] } : { ids: JSON.parse(ids), tokens: tokens.split(',') }
    })
  }

  override record(record: PageRecord): Promise<{ deactivated: number[] } | false> {
    const db = this.#database
    return db.transaction(() => {
      const { chunkId, fence, position, counts, again = [] } = record
      const added = { ...counts, deferred: again.length }
      const chunk = db.statement(addToChunk).get({ ...added, chunkId, fence, position })
      return chunk === undefined ? false : this.#write((chunk as PushKey).id, added, record)
    })
  }

  override recordRetries(record: RetryRecord): Promise<{ deactivated: number[] } | false> {
    const db = this.#database
    return db.transaction(() => {
      const { pushId, lease, counts, again = [] } = record
      const failed = record.deliveries.filter(({ outcome }) => outcome !== 'accepted')
      const endedIds = [...record.acceptedIds, ...failed.map(({ deviceId }) => deviceId)]
      const ids = [...endedIds, ...again.map(({ deviceId }) => deviceId)]
      const held = db.statement(`select count(*) from retries where push_id = ? and lease = ?
        and device_id in (select value from json_each(?))`)
      if ((held.pluck().get(pushId, lease, JSON.stringify(ids)) as number) < ids.length) return false
      db.statement(removeRetries).run(pushId, JSON.stringify(endedIds))
      return this.#write(pushId, { ...counts, deferred: -endedIds.length }, record)
    })
  }

  #write(
    pushId: number,
    added: OutcomeCounts & { deferred: number },
    record: Omit<RetryRecord, 'pushId' | 'lease'>,
  ): { deactivated: number[] } {
    const db = this.#database
    const { counts, acceptedIds, deliveries, again = [], at } = record
    const push = db.statement(addToPush).get({ ...added, id: pushId }) as PushKey
    if (push.notificationId !== null && counts.accepted + counts.rejected + counts.unknown > 0) {
      db.statement('update notifications set last_sent_at = ? where id = ?').run(at, push.notificationId)
    }
    if (acceptedIds.length > 0) db.statement(setNotified).run(at, JSON.stringify(acceptedIds))
    const deliver = db.statement(addDelivery)
    for (const delivery of deliveries) deliver.run({ apnsUniqueId: null, ...delivery, pushId })
    const retry = db.statement(addRetry)
    for (const one of again) retry.run({ ...one, pushId })
    addToStats(db, push.serviceId, at, counts, deliveries)
    return { deactivated: this.#addFeedback(push.serviceId, record) }
  }

  override async leaseRetries(
    pushId: number,
    owner: string,
    at: number,
    until: number,
    limit: number,
    leasesAt = at,
  ): Promise<RetryLease | undefined> {
    for (;;) {
      const find = { pushId, at, leasesAt, limit }
      const taken = await this.#database.transaction(() => this.#takeRetries(find, owner, until))
      if (taken !== 'all gone') return taken
    }
  }

  /** What a worker has lost comes first, then what waits, by its time. */
  #takeRetries(
    find: { pushId: number; at: number; leasesAt: number; limit: number },
    owner: string,
    until: number,
  ): RetryLease | 'all gone' | undefined {
    const db = this.#database
    const { pushId, at, leasesAt } = find
    const push = db.statement(mayLease).get({ pushId, owner, leasesAt }) as
      | Pick<Push, 'duplicates'>
      | undefined
    if (push === undefined) return undefined
    const abandoned = db.statement(abandonedRetries).all(find) as RetryRow[]
    const isLost = abandoned.length > 0
    const rows = isLost ? abandoned : (db.statement(waitingRetries).all(find) as RetryRow[])
    if (rows.length === 0) return undefined
    const there = rows.filter(({ isActive }) => isActive === 1)
    if (there.length < rows.length) {
      const gone = rows.filter(({ isActive }) => isActive !== 1)
      this.#dropGone(pushId, gone, isLost, at)
      if (there.length === 0) return 'all gone'
    }
    const lease = `${owner}/${randomUUID()}`
    const ids = there.map(({ id }) => id)
    db.statement(leaseRetries).run(lease, until, pushId, JSON.stringify(ids))
    db.statement(startPush).run(at, pushId)
    return {
      ...{ pushId, lease, ids, lost: isLost && push.duplicates === 'never' },
      tokens: there.map(({ token }) => token),
      attempts: there.map(({ attempts }) => attempts),
    }
  }

  /** Devices that are gone or inactive by the time of their next attempt are sent nothing; what is lost may have left. */
  #dropGone(pushId: number, gone: readonly RetryRow[], isLost: boolean, at: number): void {
    const db = this.#database
    const counts = { accepted: 0, rejected: 0, unknown: 0, unsent: 0 }
    const ended: Pick<Delivery, 'outcome' | 'reason'>[] = []
    const deliver = db.statement(addDelivery)
    for (const { id: deviceId, reason: word, status } of gone) {
      const [outcome, reason] = isLost
        ? (['unknown', WORKER_LOST] as const)
        : word === null
          ? (['unsent', NOT_ATTEMPTED] as const)
          : (['rejected', word] as const)
      counts[outcome]++
      ended.push({ outcome, reason })
      deliver.run({ pushId, deviceId, outcome, reason, status, apnsId: null, apnsUniqueId: null, at })
    }
    db.statement(removeRetries).run(pushId, JSON.stringify(gone.map(({ id }) => id)))
    const push = db.statement(addToPush).get({ ...counts, deferred: -gone.length, id: pushId }) as PushKey
    addToStats(db, push.serviceId, at, counts, ended)
  }

  override latestDeliveries(pushId: number, query: LatestQuery) {
    return this.#database.exclusive(() => latestDeliveries(this.#database, pushId, query))
  }

  override hand(chunkId: number, fence: number, upTo: number): Promise<boolean> {
    const statement = `update chunks set handed = ? where id = ? and fence = ? and state = 'sending'`
    return this.#database.exclusive(
      () => this.#database.statement(statement).run(upTo, chunkId, fence).changes > 0,
    )
  }

  override pace(serviceId: number, count: number, at: number): Promise<number> {
    const takes = '(@count * 1000 + max_per_second - 1) / max_per_second'
    // So far ahead it is only where the clock has been set back: that shall not stop the service for as long.
    const statement = `update services set paced_until = min(max(paced_until, @at), @at + ${MAX_PACED_MS}) + ${takes}
      where id = @serviceId and max_per_second is not null returning paced_until - ${takes}`
    return this.#database.exclusive(
      () => (this.#database.statement(statement).pluck().get({ serviceId, count, at }) as number) ?? at,
    )
  }

  override renewRetries(pushId: number, lease: string, until: number): Promise<boolean> {
    const statement = 'update retries set lease_until = ? where push_id = ? and lease = ?'
    return this.#database.exclusive(
      () => this.#database.statement(statement).run(until, pushId, lease).changes > 0,
    )
  }

  override async releaseRetries(pushId: number, lease: string): Promise<void> {
    const statement = 'update retries set lease = null, lease_until = null where push_id = ? and lease = ?'
    await this.#database.exclusive(() => this.#database.statement(statement).run(pushId, lease))
  }

  override async release(chunkId: number, fence: number): Promise<void> {
    const statement = `update chunks set state = 'queued', lease_owner = null, lease_until = null, handed = position
      where id = ? and fence = ? and state = 'sending'`
    await this.#database.exclusive(() => this.#database.statement(statement).run(chunkId, fence))
  }

  #addFeedback(
    serviceId: number,
    { feedback, deactivate, at }: Pick<PageRecord, 'feedback' | 'deactivate' | 'at'>,
  ): number[] {
    const switchOff = this.#database.statement(deactivateDevice)
    const add = this.#database.statement(addFeedback)
    const deactivated: number[] = []
    for (const { deviceId, token, reason, timestamp } of feedback) {
      const applied = deactivate && switchOff.run({ deviceId, reason, timestamp, at }).changes > 0
      if (applied) deactivated.push(deviceId)
      add.run({ serviceId, deviceId, token, reason, timestamp, at, appliedAt: applied ? at : null })
    }
    return deactivated
  }

  override renew(chunkId: number, fence: number, until: number): Promise<boolean> {
    const statement = `update chunks set lease_until = ? where id = ? and fence = ? and state = 'sending'`
    return this.#database.exclusive(
      () => this.#database.statement(statement).run(until, chunkId, fence).changes > 0,
    )
  }

  override finishChunk(chunkId: number, fence: number, at: number): Promise<boolean> {
    const db = this.#database
    return db.transaction(() => {
      const find =
        db.statement(`select push_id as pushId, size - accepted - rejected - unknown - unsent - deferred as left
        from chunks where id = ? and fence = ? and state = 'sending'`)
      const chunk = find.get(chunkId, fence) as { pushId: number; left: number } | undefined
      if (chunk === undefined) return false
      const unsent = Math.max(chunk.left, 0)
      const added = Math.max(-chunk.left, 0)
      db.statement(`update chunks set state = 'done', lease_owner = null, lease_until = null,
        unsent = unsent + ?, size = size + ? where id = ?`).run(unsent, added, chunkId)
      if (chunk.left !== 0) {
        const count = db.statement(`update pushes set unsent = unsent + ?, audience_size = audience_size + ?
          where id = ? returning service_id`)
        const serviceId = count.pluck().get(unsent, added, chunk.pushId) as number
        addToStats(db, serviceId, at, { accepted: 0, unknown: 0, unsent })
      }
      return true
    })
  }
}
