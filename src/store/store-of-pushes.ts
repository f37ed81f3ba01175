import type {
  Audience,
  Chunk,
  Delivery,
  FailedOutcome,
  OutcomeCounts,
  Push,
  PushContent,
  PushState,
} from '../model/index.js'
import type { OrderedPage, Page } from './store.js'

export interface NewPush extends PushContent {
  uuid: string
  serviceId: number
  notificationId: number | null
  audience: Audience
  /** Devices a chunk, at least 1. */
  chunkSize: number
  /** `normal` by default. */
  urgency?: Push['urgency']
  /** `bounded` by default. */
  duplicates?: Push['duplicates']
  /** 5 by default. */
  maxAttempts?: number
  /** When it is to begin; its audience is resolved then. Absent: at once. */
  dueAt?: number
  /** The local time at which each device gets it, `2026-12-01T09:00:00`; only with `dueAt`. Absent: all get it at once. */
  localTime?: string
  /** The time zone of devices whose own is not known; only with `localTime`. */
  timeZone?: string
  /** Who wants it: a user's name. */
  by?: string
  /** The caller's key for this request, and a digest of the request: the same key makes the same push. */
  idempotency?: { key: string; hash: string }
  at: number
}

/** Devices of a chunk in ascending order of id: two columns. */
export interface DevicePage {
  ids: number[]
  tokens: string[]
}

/** What became of some devices of a push; written in one transaction. */
interface DeviceRecord {
  /** What it adds. */
  counts: OutcomeCounts
  /** Ids of the devices that accepted: they get `lastNotifiedAt = at`. */
  acceptedIds: readonly number[]
  /** One row for each device that did not accept and is not tried again, and for those who accepted and have an `apnsUniqueId`. */
  deliveries: readonly (Omit<Delivery, 'pushId' | 'apnsUniqueId'> & Partial<Pick<Delivery, 'apnsUniqueId'>>)[]
  /** Devices that are to be tried again; they are in no count. */
  again?: readonly Retry[]
  /** 410 answers: ledger rows; with `deactivate` the device is switched off, unless it registered after `timestamp`. */
  feedback: readonly { deviceId: number; token: string; reason: string; timestamp: number }[]
  /** Whether the feedback is applied at once. */
  deactivate: boolean
  at: number
}

/** What became of one page of a chunk. */
export interface PageRecord extends DeviceRecord {
  chunkId: number
  fence: number
  /** The new position: everything up to this device id is settled. */
  position: number
}

/** What became of devices that were tried again. */
export interface RetryRecord extends DeviceRecord {
  pushId: number
  lease: string
}

/** A device that is to be tried again, or for the first time. */
export interface Retry {
  deviceId: number
  /** How often it has been tried. */
  attempts: number
  dueAt: number
  /** Apple's last word; null: it has not been answered, and certainly has not left. */
  reason: string | null
  status: number | null
}

/** Devices whose time has come, for one worker to try. */
export interface RetryLease extends DevicePage {
  pushId: number
  /** Names the lease. */
  lease: string
  attempts: number[]
  /**
   * Whether a worker had them and never came back, so that they may have been sent to: for pushes with `duplicates: never`, which
   * do not try them again.
   */
  lost: boolean
}

/** Which of the latest deliveries of a push; `before`: the `next` of the step before. */
export interface LatestQuery {
  /** `failed`: any but accepted. */
  outcome?: Delivery['outcome'] | 'failed'
  reason?: string
  limit: number
  before?: number
  scanRows?: number
}

export interface PushStore {
  /**
   * Writes the push, its chunks and (unless the audience is `all`) its targets in one transaction, before a byte leaves.
   * Counts active devices as audience, and those named but left out as skipped (for `all`: the inactive ones).
   * An empty audience makes a push with no chunks, in state `done`. With `dueAt` it is `scheduled`, and has no chunks before `begin`; so
   * is one whose audience is a condition or a retry, with `at` as its `dueAt`.
   * With an idempotency key that is taken, the push that has it; PUSH_ERR_IDEMPOTENCY_KEY_REUSED where its hash differs.
   * PUSH_ERR_SERVICE_NOT_FOUND, PUSH_ERR_NOTIFICATION_NOT_FOUND.
   */
  plan(push: NewPush): Promise<Push>
  /** The push of an idempotency key. PUSH_ERR_IDEMPOTENCY_KEY_REUSED where its hash differs. */
  ofKey(serviceId: number, idempotency: { key: string; hash: string }): Promise<Push | undefined>
  /**
   * Resolves the audience of a scheduled push and cuts it into chunks: `queued`. A condition looks at some thousand devices a call, and
   * the push stays `scheduled` as long as there are more. At a local time it makes retries out of it instead, each
   * due at that time in the device's zone, which stands from then on; some thousand devices a call, and the push stays `scheduled` as
   * long as there are more. Devices whose time has passed by more than an hour are unsent. Undefined: it is not scheduled any more.
   */
  begin(pushId: number, at: number): Promise<Push | undefined>
  /**
   * Counts an audience as `plan` would, and writes nothing: for a dry run, and to refuse an empty one. One that is resolved page by page is
   * counted so, and no further than to `enough` active devices; the signal ends that with PUSH_ERR_ABORTED.
   */
  measure(
    serviceId: number,
    audience: Audience,
    limits?: { enough?: number; signal?: AbortSignal },
  ): Promise<Pick<Push, 'audienceSize' | 'skippedInactive' | 'skippedUnregistered'>>
  /**
   * How many active devices of an audience are in each time zone, as they wrote it down; the empty name: it is not known. All of them are looked
   * at, some thousand at a time where they are no list; the signal ends that with PUSH_ERR_ABORTED.
   */
  timeZones(serviceId: number, audience: Audience, signal?: AbortSignal): Promise<Map<string, number>>
  /** When the next devices that wait for another attempt, or for their local time, are due; null: nobody waits. */
  nextDueAt(pushId: number): Promise<number | null>
  get(id: number): Promise<Push | undefined>
  /** By id; with `desc` the newest first, and `after` is where the page before ended (0: it is the first). */
  list(page?: OrderedPage & { serviceId?: number; state?: PushState }): Promise<Push[]>
  /**
   * Pushes that a worker may have to do something about, urgent ones first: queued or sending ones, scheduled or paused ones whose
   * time has come, and those that are to end. `hasWork`: there is a chunk to lease or a device to try again; `isHeld`: a worker
   * holds a part of it; `isOpen`: not all of it is done. `leasesAt`: the time by which leases are judged, where it is another.
   */
  active(
    at: number,
    leasesAt?: number,
  ): Promise<{ push: Push; hasWork: boolean; isHeld: boolean; isOpen: boolean }[]>
  /** The states of these pushes. */
  states(
    ids: readonly number[],
  ): Promise<Pick<Push, 'id' | 'state' | 'stateReason' | 'stateBy' | 'endingAs'>[]>
  /**
   * Takes the next chunk of a push for `owner` until `until`: one that is queued, or whose lease has run out. Raises its
   * fence, sets the push to `sending` and `startedAt`. Undefined: none is to be had, the push is scheduled, paused or ended, or another
   * worker is the first and has no answer yet.
   * `leasesAt`: the time by which the leases of others are judged, where it is another than `at`.
   */
  lease(
    pushId: number,
    owner: string,
    at: number,
    until: number,
    leasesAt?: number,
  ): Promise<Chunk | undefined>
  /** The next devices of a chunk after a device id, active ones only, by key. */
  page(chunk: Chunk, after: number, limit: number): Promise<DevicePage>
  /**
   * Records a page: the chunk's position, counters of chunk and push, deliveries, feedback, deactivations,
   * `lastNotifiedAt` of devices, `lastSentAt` of the notification. Returns which devices were deactivated.
   * False where the fence is out of date: nothing was written, another worker has the chunk.
   */
  record(record: PageRecord): Promise<{ deactivated: number[] } | false>
  /** Lengthens a lease; false where the fence is out of date. */
  renew(chunkId: number, fence: number, until: number): Promise<boolean>
  /** Says, before they are, that devices up to this id are handed to a connection; false where the fence is out of date. */
  hand(chunkId: number, fence: number, upTo: number): Promise<boolean>
  /**
   * Takes so many pushes out of what a service may send, whoever asks. Returns from when on they may leave, in milliseconds since
   * 1970; `at` where it has no limit, or has sent nothing for a while.
   */
  pace(serviceId: number, count: number, at: number): Promise<number>
  /** Lengthens a lease of retries; false where it is not held any more. */
  renewRetries(pushId: number, lease: string, until: number): Promise<boolean>
  /** Gives a lease of retries back: none of the devices that are left of it has been handed over. */
  releaseRetries(pushId: number, lease: string): Promise<void>
  /** Gives a lease back, so that the chunk is to be had at once: what was handed over of it has been recorded, or not been handed over. */
  release(chunkId: number, fence: number): Promise<void>
  /**
   * Takes devices of a push whose time for another attempt has come, for `owner` until `until`. Devices that are gone or inactive
   * are counted as unsent instead. Undefined: there is none, or the push is paused or ended.
   */
  leaseRetries(
    pushId: number,
    owner: string,
    at: number,
    until: number,
    limit: number,
    leasesAt?: number,
  ): Promise<RetryLease | undefined>
  /** Like `record`, for leased retries. False where the lease is not held any more: nothing was written. */
  recordRetries(record: RetryRecord): Promise<{ deactivated: number[] } | false>
  /**
   * Ends a chunk. Devices that were planned but are no longer there or active are counted as unsent, those that came
   * into its range since are added to the audience, so that the sums agree.
   */
  finishChunk(chunkId: number, fence: number, at: number): Promise<boolean>
  /**
   * Ends a push if all its chunks are done and nobody waits (`done`), or if no worker holds a part of it (`cancelled`, `failed`):
   * then what is left is counted in one go, as unknown what may have left with a worker that never came back, as unsent the
   * rest. Undefined where it is not yet to be ended. One that has ended already stays and is returned as it is.
   * Where more than some thousand devices wait for an attempt, so many of them are ended, and the push is returned `paused`, with
   * `endingAs`: the call is to be made again.
   * `leasesAt`: the time by which leases are judged, where it is another than `at`. PUSH_ERR_PUSH_NOT_FOUND.
   */
  finish(
    pushId: number,
    state: Extract<PushState, 'done' | 'cancelled' | 'failed'>,
    reason: string | null,
    at: number,
    by?: string | null,
    leasesAt?: number,
  ): Promise<Push | undefined>
  /**
   * The same as `done`, and in the same transaction, where at least one device accepted: deactivates those that were rejected for
   * one of the reasons `convicting`, unless they registered again after the push was made. Returns their ids; none where the push
   * has ended already. For reasons that wait for the end of a push (quarantine).
   */
  conclude(
    pushId: number,
    reason: string | null,
    at: number,
    convicting: readonly string[],
  ): Promise<{ deactivated: number[] } | undefined>
  /**
   * Goes from one of the states `from` to another that is no end; one whose audience is not resolved goes to `scheduled` where
   * `queued` is asked for, and begins at its time. With `seenDueAt` only where its `dueAt` is that still.
   * PUSH_ERR_PUSH_STATE where it is in none of them, or is to be ended and `change` would undo that, or its `dueAt` is another;
   * PUSH_ERR_PUSH_NOT_FOUND.
   */
  setState(
    pushId: number,
    from: readonly PushState[],
    change: Pick<Push, 'stateReason' | 'stateBy' | 'dueAt' | 'endingAs'> & {
      state: Exclude<PushState, 'done' | 'cancelled' | 'failed'>
    },
    seenDueAt?: number | null,
  ): Promise<Push>
  /**
   * Removes rows of one device or one chunk each, at most `limit` of them in one transaction, from pushes that ended before; what they
   * say by outcome and reason is kept for `reasons`. False: there was nothing to remove.
   */
  prune(endedBefore: number, limit: number, at: number): Promise<boolean>
  /** How many deliveries there are, or were before they were pruned, for each (outcome, reason). */
  reasons(pushId: number): Promise<{ outcome: FailedOutcome; reason: string; count: number }[]>
  /** Whether what became of each device is kept still: nothing of it has been pruned. */
  keepsDeliveries(pushId: number): Promise<boolean>
  /**
   * The newest first, among the last `scanRows` (20,000 by default) that were written of all pushes, or among as many before the `next` of the
   * step before: so a step may find fewer than `limit`, or none, though there are more. No `next`: there are no more.
   */
  latestDeliveries(pushId: number, query: LatestQuery): Promise<{ deliveries: Delivery[]; next?: number }>
  /** In the order of device ids; `after` is one. */
  deliveries(pushId: number, page?: Page): Promise<Delivery[]>
}
