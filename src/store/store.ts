import type {
  Audience,
  Chunk,
  Delivery,
  Device,
  DeviceChange,
  DeviceFilter,
  DeviceImport,
  Feedback,
  FeedbackService,
  NewNotification,
  NewSchedule,
  NewService,
  Notification,
  OutcomeCounts,
  Push,
  PushContent,
  PushState,
  Schedule,
  Service,
  ServiceChange,
  ServiceCredential,
  SomeDetails,
} from '../model/index.js'
import type { ApiTokenStore, AuditStore, SessionStore, UserStore } from './access-stores.js'

/**
 * Where everything is kept. One interface, a database behind it. Input has been checked by `model/` before it comes here;
 * what only the database can know (no such row, a name taken) ends in a PushError of the catalogue.
 */
export interface Store extends AsyncDisposable {
  readonly services: ServiceStore
  readonly devices: DeviceStore
  readonly users: UserStore
  readonly notifications: NotificationStore
  readonly pushes: PushStore
  readonly feedbackServices: FeedbackServiceStore
  readonly schedules: ScheduleStore
  readonly feedback: FeedbackStore
  readonly apiTokens: ApiTokenStore
  readonly sessions: SessionStore
  readonly auditLog: AuditStore
  /**
   * The number of migrations that were applied just now. Safe to call from several processes at once.
   * PUSH_ERR_DATABASE_SCHEMA where a newer version wrote the database.
   */
  migrate(): Promise<number>
  /**
   * Whether the caller is the one to do a chore that is done once in `everyMs` for the whole database, however many processes ask.
   */
  claim(chore: string, at: number, everyMs: number): Promise<boolean>
  /** A trivial read, for health checks; throws what the database throws. */
  ping(): Promise<void>
  close(): Promise<void>
}

/** A page of a list by key: what comes after `after`. */
export interface Page {
  /** The last id of the page before; 0 at first. */
  after?: number
  /** 1 to 10,000; 100 by default. */
  limit?: number
}

/** Looks at something as it is, in the transaction that is to change it; what it throws leaves all as it is. */
export type Check<Current> = (current: Current) => void

export interface ServiceStore {
  /** PUSH_ERR_SERVICE_EXISTS when the name is taken for that host. */
  create(service: NewService, at: number): Promise<Service>
  /** Replaces all of a service, its credential included. PUSH_ERR_SERVICE_NOT_FOUND, PUSH_ERR_SERVICE_EXISTS. */
  update(id: number, service: NewService, at: number): Promise<Service>
  /**
   * Changes what `decide` returns of a service as it is, and nothing else, in one transaction; what it throws leaves all as it is.
   * PUSH_ERR_SERVICE_NOT_FOUND, PUSH_ERR_SERVICE_EXISTS.
   */
  change(id: number, decide: (current: Service) => ServiceChange, at: number): Promise<Service>
  get(id: number): Promise<Service | undefined>
  list(): Promise<Service[]>
  /** What to authenticate with, unsealed. PUSH_ERR_SERVICE_NOT_FOUND, PUSH_ERR_SECRET_UNSEAL. */
  credential(id: number): Promise<ServiceCredential>
  /**
   * PUSH_ERR_SERVICE_IN_USE where devices, notifications or pushes hang on it, unless `cascade`, which removes them too.
   * PUSH_ERR_SERVICE_NOT_FOUND. `check` looks at it as it is first, and may throw.
   */
  remove(id: number, options?: { cascade?: boolean; check?: Check<Service> }): Promise<void>
}

export interface FeedbackServiceStore {
  /** PUSH_ERR_FEEDBACK_SERVICE_EXISTS when the name is taken for that host, PUSH_ERR_SERVICE_NOT_FOUND. */
  create(feedbackService: Omit<FeedbackService, 'id'>): Promise<FeedbackService>
  get(id: number): Promise<FeedbackService | undefined>
  list(): Promise<FeedbackService[]>
  /**
   * Changes one into what `decide` makes of it as it is, in one transaction; what it throws leaves all as it is.
   * PUSH_ERR_FEEDBACK_SERVICE_NOT_FOUND, PUSH_ERR_FEEDBACK_SERVICE_EXISTS, PUSH_ERR_SERVICE_NOT_FOUND.
   */
  change(
    id: number,
    decide: (current: FeedbackService) => Omit<FeedbackService, 'id'>,
  ): Promise<FeedbackService>
  /** The ledger stays. PUSH_ERR_FEEDBACK_SERVICE_NOT_FOUND. */
  remove(id: number, check?: Check<FeedbackService>): Promise<void>
  /**
   * Deactivates the devices of a service whose tokens stand in the ledger and have not been dealt with, unless the app has
   * registered them since Apple's timestamp. Returns how many. A thousand entries a transaction.
   */
  applyFeedback(serviceId: number, at: number): Promise<number>
}

/** What became of a run of a schedule, and when it runs next. */
export interface ScheduleRun extends Pick<Schedule, 'nextAt' | 'lastResult'> {
  lastAt: number
  /** Absent: it made no push, and the one before stays noted. */
  lastPushId?: number
}

export interface ScheduleStore {
  /** PUSH_ERR_SERVICE_NOT_FOUND. */
  create(schedule: NewSchedule, at: number): Promise<Schedule>
  get(id: number): Promise<Schedule | undefined>
  list(): Promise<Schedule[]>
  /** Pauses it (null), or lets it go on at a time. PUSH_ERR_SCHEDULE_NOT_FOUND. */
  setNext(id: number, nextAt: number | null): Promise<Schedule>
  /** PUSH_ERR_SCHEDULE_NOT_FOUND. */
  remove(id: number): Promise<void>
  /** Schedules whose time has come, the earliest first. */
  due(at: number): Promise<Schedule[]>
  /** Notes a run, unless the schedule has moved on from `seenNextAt` meanwhile: then nothing is written, and it is false. */
  advance(id: number, seenNextAt: number, run: ScheduleRun): Promise<boolean>
}

/** The feedback ledger: what Apple said of dead tokens. */
export interface FeedbackStore {
  /** By id, which rises with time. */
  list(page?: Page & { serviceId?: number }): Promise<Feedback[]>
}

/** Devices of a service by age; all conditions must hold. */
export interface DeviceAge {
  serviceId: number
  isActive: boolean
  /** Neither registered nor added at this time or later. */
  unseenSince?: number
  /** Switched off before this time. */
  inactiveSince?: number
}

export interface DeviceStore {
  /**
   * Creates the device, or makes it active again and sets `registeredAt`; and what the app says of itself, in the same transaction.
   * PUSH_ERR_SERVICE_NOT_FOUND.
   */
  register(input: {
    token: string
    serviceId: number
    details?: SomeDetails
    at: number
  }): Promise<{ device: Device; created: boolean }>
  /**
   * Like `register` for many at once, in one transaction; also sets what the import says of them. A token that comes
   * twice is one device: created by its first line, updated by the next. `registeredAt` stays what it was, 0 for new ones:
   * the app has not registered here, so no news of Apple's is older. PUSH_ERR_SERVICE_NOT_FOUND.
   */
  importMany(
    serviceId: number,
    devices: readonly DeviceImport[],
    at: number,
  ): Promise<{ created: number; updated: number }>
  get(id: number): Promise<Device | undefined>
  find(token: string, serviceId: number): Promise<Device | undefined>
  list(filter: DeviceFilter, page?: Page): Promise<Device[]>
  count(filter: DeviceFilter): Promise<number>
  /**
   * PUSH_ERR_DEVICE_NOT_FOUND; PUSH_ERR_USER_NOT_FOUND where `users` names one that does not exist. `check` sees the device inside the
   * transaction; where it throws, nothing is changed.
   */
  update(id: number, change: DeviceChange, at: number, check?: (current: Device) => void): Promise<Device>
  /** Deletes a device; its id is never given out again. Like `update` otherwise. */
  remove(id: number, check?: (current: Device) => void): Promise<void>
  /**
   * Devices that a push has deactivated and that are inactive still, by id: rejected by it, and switched off since it was made for
   * the reason that it was given. PUSH_ERR_PUSH_NOT_FOUND; PUSH_ERR_PUSH_STATE where its rows have been pruned.
   */
  deactivatedBy(pushId: number, page?: Page): Promise<Pick<Device, 'id' | 'token'>[]>
  /** The ids of those that are registered. */
  idsOf(serviceId: number, tokens: readonly string[]): Promise<number[]>
  /**
   * Makes those active that are not, in one transaction; `registeredAt` stays. What stands in the ledger of them is taken back.
   * Returns how many.
   */
  reactivate(ids: readonly number[], at: number): Promise<number>
  /** Switches those off that are active, in one transaction, with the reason `operator`. Returns how many. */
  deactivate(ids: readonly number[], at: number): Promise<number>
  countAged(age: DeviceAge): Promise<number>
  /**
   * Deletes the first of them after a device id, in one transaction; returns their ids, which are never given out again. `last`: after
   * which id to go on; absent: there are no more.
   */
  removeAged(age: DeviceAge, page: Required<Page>): Promise<{ ids: number[]; last: number | undefined }>
}

export interface NotificationStore {
  /** PUSH_ERR_SERVICE_NOT_FOUND. */
  create(notification: NewNotification, at: number): Promise<Notification>
  get(id: number): Promise<Notification | undefined>
  list(page?: Page & { serviceId?: number }): Promise<Notification[]>
}

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
  /** One row for each device that did not accept and is not tried again. */
  deliveries: readonly Omit<Delivery, 'pushId'>[]
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

export interface PushStore {
  /**
   * Writes the push, its chunks and (unless the audience is `all`) its targets in one transaction, before a byte leaves.
   * Counts active devices as audience, and those named but left out as skipped (for `all`: the inactive ones).
   * An empty audience makes a push with no chunks, in state `done`. With `dueAt` it is `scheduled`, and has no chunks before `begin`.
   * With an idempotency key that is taken, the push that has it; PUSH_ERR_IDEMPOTENCY_KEY_REUSED where its hash differs.
   * PUSH_ERR_SERVICE_NOT_FOUND, PUSH_ERR_NOTIFICATION_NOT_FOUND.
   */
  plan(push: NewPush): Promise<Push>
  /** The push of an idempotency key. PUSH_ERR_IDEMPOTENCY_KEY_REUSED where its hash differs. */
  ofKey(serviceId: number, idempotency: { key: string; hash: string }): Promise<Push | undefined>
  /**
   * Resolves the audience of a scheduled push and cuts it into chunks: `queued`. At a local time it makes retries out of it instead, each
   * due at that time in the device's zone, which stands from then on; some thousand devices a call, and the push stays `scheduled` as
   * long as there are more. Devices whose time has passed by more than an hour are unsent. Undefined: it is not scheduled any more.
   */
  begin(pushId: number, at: number): Promise<Push | undefined>
  /** Counts an audience as `plan` would, and writes nothing: for a dry run, and to refuse an empty one. */
  measure(
    serviceId: number,
    audience: Audience,
  ): Promise<Pick<Push, 'audienceSize' | 'skippedInactive' | 'skippedUnregistered'>>
  get(id: number): Promise<Push | undefined>
  list(page?: Page & { serviceId?: number }): Promise<Push[]>
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
  reasons(pushId: number): Promise<{ outcome: Delivery['outcome']; reason: string; count: number }[]>
  /** In the order of device ids; `after` is one. */
  deliveries(pushId: number, page?: Page): Promise<Delivery[]>
}
