import type {
  DailyCount,
  Device,
  DeviceChange,
  DeviceFilter,
  DeviceImport,
  DeviceSearch,
  Feedback,
  FeedbackService,
  NewNotification,
  NewSchedule,
  NewService,
  Notification,
  NotificationSearch,
  Schedule,
  Service,
  ServiceChange,
  ServiceCredential,
  SomeDetails,
  TimelinePage,
  WorkerPresence,
} from '../model/index.js'
import type { ApiTokenStore, AuditStore, SessionStore, UserStore } from './access-stores.js'
import type { PushStore } from './store-of-pushes.js'

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
  readonly stats: StatsStore
  readonly apiTokens: ApiTokenStore
  readonly sessions: SessionStore
  readonly auditLog: AuditStore
  readonly workers: WorkerStore
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

/** A page of a list that can be read backwards, too. */
export interface OrderedPage extends Page {
  /** `asc` by default; `desc`: the newest first, where `after` is the id that the page before ended with, too. */
  order?: 'asc' | 'desc'
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
   * A step of removing what may be much of a service: cancels a push that has not ended, also where workers hold parts of it, or removes
   * about `limit` rows of pushes, notifications, devices and the feedback ledger. One transaction, after which what is still there is as it
   * should be. False: there was nothing, or no such service.
   */
  removeDependants(id: number, limit: number, at: number): Promise<boolean>
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
  /** Schedules that call it go with it; the ledger stays. PUSH_ERR_FEEDBACK_SERVICE_NOT_FOUND. */
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
  remove(id: number, check?: Check<Schedule>): Promise<void>
  /** Schedules whose time has come, the earliest first. */
  due(at: number): Promise<Schedule[]>
  /** Notes a run, unless the schedule has moved on from `seenNextAt` meanwhile: then nothing is written, and it is false. */
  advance(id: number, seenNextAt: number, run: ScheduleRun): Promise<boolean>
}

/** The sums of days of UTC; a day is any time in it, and comes back as its beginning. */
export interface StatsStore {
  /** By day, service and count. */
  counts(which: {
    serviceId?: number
    from: number
    to: number
  }): Promise<(DailyCount & { serviceId: number; day: number })[]>
  /** The sums of minutes, by minute and service; times are where the minute begins. */
  minutes(which: {
    serviceId?: number
    from: number
  }): Promise<{ minute: number; serviceId: number; outcome: DailyCount['outcome']; count: number }[]>
  /** Forgets the minutes before a time. */
  pruneMinutes(before: number): Promise<void>
  /** How many devices were active when they were counted, by day and service. */
  activeDevices(which: {
    serviceId?: number
    from: number
    to: number
  }): Promise<{ serviceId: number; day: number; active: number }[]>
  /** Counts active devices of a service after one of them, some ten thousand a call; `next`: where to go on, null: that were all. */
  countActive(serviceId: number, after: number): Promise<{ active: number; next: number | null }>
  /** Notes how many devices are active on a day; what is noted already stays. */
  noteActive(serviceId: number, at: number, active: number): Promise<void>
}

/** Who sends: each worker says now and then that it is alive. */
export interface WorkerStore {
  /** It is alive at `seenAt`; forgets those that have not been seen since `gone`. */
  beat(worker: WorkerPresence, gone: number): Promise<void>
  /** It ends. */
  leave(id: string): Promise<void>
  /** Those that have been seen since, the first ones to start first. */
  list(since: number): Promise<WorkerPresence[]>
}

/** The feedback ledger: what Apple said of dead tokens. */
export interface FeedbackStore {
  /** By id, which rises with time. */
  list(page?: OrderedPage & { serviceId?: number }): Promise<Feedback[]>
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
  /**
   * The next devices by id, and after which to go on; absent: there are no more. It looks at `scanRows` devices at the most (5,000 by default),
   * so that a page may hold fewer than `limit`, or none, though there are more.
   */
  list(
    search: DeviceSearch,
    page?: OrderedPage,
    scanRows?: number,
  ): Promise<{ devices: Device[]; next?: number }>
  /** How many there are of some of the next devices by id, and after which to go on; absent: there are no more. */
  countStep(search: DeviceSearch, after: number): Promise<{ count: number; next?: number }>
  /** How many there are, along an index. */
  count(filter: DeviceFilter): Promise<number>
  /**
   * PUSH_ERR_DEVICE_NOT_FOUND; PUSH_ERR_USER_NOT_FOUND where `users` names one that does not exist. `check` sees the device inside the
   * transaction; where it throws, nothing is changed.
   */
  update(id: number, change: DeviceChange, at: number, check?: (current: Device) => void): Promise<Device>
  /** Deletes a device; its id is never given out again. Like `update` otherwise. */
  remove(id: number, check?: (current: Device) => void): Promise<void>
  /**
   * What happened to a device, the newest first: see `TimelineEntry`. `after` is the `next` of the page before. A page looks at
   * 200 pushes at most, so that it may be short though there are more. PUSH_ERR_DEVICE_NOT_FOUND, PUSH_ERR_INPUT_INVALID.
   */
  timeline(id: number, page: { after?: string | undefined; limit: number }): Promise<TimelinePage>
  /**
   * Removes what is written down of devices, and older than a time and than every push that is not pruned, or than a year before
   * that time; at most `limit` entries. False: there was nothing to remove.
   */
  pruneEvents(before: number, limit: number): Promise<boolean>
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
  /**
   * The next ones by id, and after which to go on; absent: there are no more. It looks at `scanRows` of them at the most (5,000 by default), so
   * that a page may hold fewer than `limit`, or none, though there are more.
   */
  list(
    search?: NotificationSearch,
    page?: OrderedPage,
    scanRows?: number,
  ): Promise<{ notifications: Notification[]; next?: number }>
  /** Replaces it by what `decide` makes of it as it is, in one transaction. PUSH_ERR_NOTIFICATION_NOT_FOUND. */
  change(
    id: number,
    decide: (current: Notification) => Omit<NewNotification, 'serviceId'>,
  ): Promise<Notification>
  /** Pushes of it stay. PUSH_ERR_NOTIFICATION_NOT_FOUND. */
  remove(id: number, check?: Check<Notification>): Promise<void>
}
