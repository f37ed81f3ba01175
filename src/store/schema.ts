import type { Generated, GeneratedAlways } from 'kysely'
import type {
  AuditEntry,
  DailyCount,
  Delivery,
  Feedback,
  FeedbackService,
  Push,
  Schedule,
  Session,
  WorkerPresence,
} from '../model/index.js'

/**
 * The tables as code sees them: names in camel case here, in snake case in the database (Kysely's CamelCasePlugin).
 * Booleans are 0 and 1, times are milliseconds since 1970, JSON is text: the same in every database.
 */
export interface Schema {
  services: ServiceRow
  devices: DeviceRow
  deviceTags: { deviceId: number; tag: string }
  deviceEvents: DeviceEventRow
  deviceUsers: { deviceId: number; userId: number }
  users: UserRow
  notifications: NotificationRow
  pushes: PushRow
  pushTargets: { pushId: number; deviceId: number }
  retries: RetryRow
  chunks: ChunkRow
  deliveries: Omit<Delivery, 'apnsUniqueId'> & { apnsUniqueId: Generated<string | null> }
  feedback: Omit<Feedback, 'id' | 'undoneAt'> & {
    id: GeneratedAlways<number>
    undoneAt: Generated<number | null>
  }
  /** `day` is the number of the day of UTC since 1970. */
  dailyCounts: DailyCount & { serviceId: number; day: number }
  /** `minute` is the number of the minute since 1970. */
  minuteCounts: { minute: number; serviceId: number; outcome: DailyCount['outcome']; count: number }
  dailyDevices: { serviceId: number; day: number; active: number }
  feedbackServices: Omit<FeedbackService, 'id'> & { id: GeneratedAlways<number> }
  schedules: ScheduleRow
  /** What any worker does now and then: when it is due again. */
  chores: { name: string; nextAt: number }
  workers: WorkerPresence
  apiTokens: ApiTokenRow
  sessions: Omit<Session, 'id'> & { id: GeneratedAlways<number>; tokenHash: string }
  auditLog: AuditRow
}

type Flag = 0 | 1

export interface ServiceRow {
  id: GeneratedAlways<number>
  name: string
  hostname: string
  port: number
  topic: string
  authentication: 'key' | 'certificate'
  keyId: string | null
  teamId: string | null
  certificate: string | null
  ca: string | null
  feedback: 'immediate' | 'deferred'
  /** The ServiceCredential as JSON, sealed. */
  credential: string
  maxPerSecond: Generated<number | null>
  /** Up to when the pushes that were granted take, at `maxPerSecond`. */
  pacedUntil: Generated<number>
  createdAt: number
  updatedAt: number
}

export interface DeviceRow {
  id: GeneratedAlways<number>
  serviceId: number
  token: string
  isActive: Flag
  addedAt: number
  registeredAt: number
  lastNotifiedAt: number | null
  deactivatedAt: number | null
  deactivationReason: string | null
  platform: string
  display: string
  osVersion: string
  timeZone: Generated<string>
  locale: Generated<string>
  appVersion: Generated<string>
  /** Lists as JSON; empty where there is none. */
  pushToStartTokens: Generated<string>
  liveActivities: Generated<string>
  /** A JSON object; empty where there is none. */
  attributes: Generated<string>
}

/** What happened to a device; the database writes it itself. */
interface DeviceEventRow {
  id: GeneratedAlways<number>
  deviceId: number
  at: number
  kind: 'registered' | 'returned' | 'reactivated' | 'deactivated'
  reason: string | null
}

export interface UserRow {
  id: GeneratedAlways<number>
  username: string
  email: string
  passwordHash: string
  isActive: Flag
  isStaff: Flag
  isSuperuser: Flag
  createdAt: number
}

export interface NotificationRow {
  id: GeneratedAlways<number>
  serviceId: number
  message: string
  title: string
  badge: number | null
  silent: Flag | null
  sound: string
  customPayload: string | null
  locPayload: string | null
  payload: string | null
  pushType: string | null
  priority: 10 | 5 | 1 | null
  collapseId: string | null
  expiration: number | null
  createdAt: number
  lastSentAt: number | null
}

interface CountColumns {
  accepted: Generated<number>
  rejected: Generated<number>
  unknown: Generated<number>
  unsent: Generated<number>
}

export interface PushRow extends CountColumns {
  id: GeneratedAlways<number>
  uuid: string
  serviceId: number
  notificationId: number | null
  payload: string
  pushType: string
  topic: string
  priority: 10 | 5 | 1 | null
  expiration: number | null
  collapseId: string | null
  state: 'scheduled' | 'queued' | 'sending' | 'paused' | 'done' | 'cancelled' | 'failed'
  stateReason: string | null
  stateBy: Generated<string | null>
  endingAs: Generated<'cancelled' | 'failed' | null>
  urgency: Generated<'normal' | 'urgent'>
  duplicates: Generated<'never' | 'bounded' | 'allowed'>
  maxAttempts: Generated<number>
  dueAt: Generated<number | null>
  beginsAt: Generated<number | null>
  deferred: Generated<number>
  /** The audience and the size of its chunks as JSON, as long as it has not been resolved. */
  plan: Generated<string | null>
  idempotencyKey: Generated<string | null>
  requestHash: Generated<string | null>
  localTime: Generated<string | null>
  /** What there was of `deliveries` by outcome and reason, as JSON, as far as those have been pruned. */
  reasons: Generated<string | null>
  /** When nothing was left of it but this row; null: not yet. */
  prunedAt: Generated<number | null>
  /** Events of devices before this are not kept, though the push began before and is not pruned; null: all since it was made are. */
  eventsSince: Generated<number | null>
  audienceKind: Push['audienceKind']
  retryOf: Generated<number | null>
  /** Up to which device an audience that is resolved page by page is resolved. */
  resolvedUpTo: Generated<number>
  audienceSize: number
  skippedInactive: number
  skippedUnregistered: number
  createdAt: number
  startedAt: number | null
  finishedAt: number | null
}

interface ChunkRow extends CountColumns {
  id: GeneratedAlways<number>
  pushId: number
  firstDeviceId: number
  lastDeviceId: number
  size: number
  position: number
  handed: number
  deferred: Generated<number>
  state: Generated<'queued' | 'sending' | 'done'>
  fence: Generated<number>
  leaseOwner: string | null
  leaseUntil: number | null
}

/** A device of a push that is to be tried again. */
interface RetryRow {
  pushId: number
  deviceId: number
  /** How often it has been tried. */
  attempts: number
  dueAt: number
  /** Apple's last word; null: it has not been answered, and certainly has not left. */
  reason: string | null
  status: number | null
  /** Whoever tries it now, and until when nobody else may. */
  lease: string | null
  leaseUntil: number | null
}

export interface ScheduleRow
  extends Omit<Schedule, 'id' | 'action' | 'isPaused' | 'lastAt' | 'lastPushId' | 'lastResult'> {
  id: GeneratedAlways<number>
  /** A ScheduleAction as JSON. */
  action: string
  isPaused: Generated<Flag>
  lastAt: Generated<number | null>
  lastPushId: Generated<number | null>
  lastResult: Generated<string | null>
}

export interface ApiTokenRow {
  id: GeneratedAlways<number>
  name: string
  tokenHash: string
  /** A JSON array. */
  scopes: string
  userId: number | null
  createdBy: string
  createdAt: number
  expiresAt: number | null
  lastUsedAt: Generated<number | null>
  revokedAt: Generated<number | null>
}

export interface AuditRow extends Omit<AuditEntry, 'id' | 'fields' | 'outcome' | 'status'> {
  id: GeneratedAlways<number>
  /** A JSON array. */
  fields: string
  outcome: Generated<AuditEntry['outcome']>
  status: Generated<number | null>
}
