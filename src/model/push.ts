import type { PushType } from '../apns/index.js'
import type { DeviceCondition } from './device-condition.js'

/**
 * scheduled → queued → sending ⇄ paused → done | cancelled | failed.
 *
 * `scheduled`: its audience is not resolved yet. `queued`: cut into chunks, nothing has left. `paused`: nothing is sent until
 * somebody resumes it or `dueAt` comes.
 */
export type PushState = 'scheduled' | 'queued' | 'sending' | 'paused' | 'done' | 'cancelled' | 'failed'

/** Whom a push goes to. Only active devices of the service are meant, whatever the kind. */
export type Audience =
  | { kind: 'all' }
  | { kind: 'tokens'; tokens: readonly string[] }
  | { kind: 'devices'; ids: readonly number[] }
  | { kind: 'users'; ids: readonly number[] }
  | { kind: 'where'; where: DeviceCondition }
  | RetryAudience

/** The devices of a push that has ended for which it ended so; only a retry has such an audience. */
export interface RetryAudience {
  kind: 'retry'
  pushId: number
  causes: readonly { outcome: FailedOutcome; reason: string }[]
}

/** The four ends of a push, counted. Their sum is the audience once the push has ended. */
export interface OutcomeCounts {
  accepted: number
  rejected: number
  unknown: number
  unsent: number
}

/** What makes up a push, frozen when it was planned. */
export interface PushContent {
  /** The exact bytes, as text. */
  payload: string
  pushType: PushType
  topic: string
  priority: 10 | 5 | 1 | null
  expiration: number | null
  collapseId: string | null
}

/** An urgent push is begun before others, however many of those wait. */
export type Urgency = 'normal' | 'urgent'

/**
 * What may reach a device twice. `never`: after a crash, devices that may have been sent to are unknown and not tried again.
 * `bounded`: they are sent to again, at most the window of docs/delivery.md. `allowed`: a push without an answer is sent again too.
 */
export type Duplicates = 'never' | 'bounded' | 'allowed'

/** How often a device is tried that Apple refuses for now, unless the push says otherwise. */
export const DEFAULT_MAX_ATTEMPTS = 5

/** One notification to one audience: a durable plan. */
export interface Push extends PushContent, OutcomeCounts {
  id: number
  /** A random UUID whose first four groups are those of the apns-ids of its pushes; the last group is the device id. */
  uuid: string
  serviceId: number
  /** Null where the notification is not stored (`persist` off). */
  notificationId: number | null
  state: PushState
  /** Why it is paused, cancelled or failed: one line for a person. */
  stateReason: string | null
  /** Who set the state: a user's name, or null for the delivery itself. */
  stateBy: string | null
  /** What it is to become instead of going on, as soon as no worker holds a part of it; null: nothing. */
  endingAs: 'cancelled' | 'failed' | null
  urgency: Urgency
  duplicates: Duplicates
  /** How often a device is tried that Apple refuses for now. */
  maxAttempts: number
  /** When a scheduled push begins, or a paused one goes on by itself; null: not by itself. */
  dueAt: number | null
  /** When it was asked to begin, which stays; at a local time, when that comes in the first zone of the world. Null: at once. */
  beginsAt: number | null
  /** The local time at which each device gets it, in its own time zone: `2026-12-01T09:00:00`. Null: all get it at once. */
  localTime: string | null
  audienceKind: Audience['kind']
  /** The push that it tries again; null: it is none that does. */
  retryOf: number | null
  /** Devices planned; of an audience by condition, those found so far while it is `scheduled`. */
  audienceSize: number
  /** Devices that wait for another attempt, or for their local time. They and the four counts make up what has been tried. */
  deferred: number
  /** Devices that were named but left out, because they are inactive; and names that no device of the service has. */
  skippedInactive: number
  skippedUnregistered: number
  createdAt: number
  startedAt: number | null
  finishedAt: number | null
}

/** A range of device ids of one push: the unit of leasing. */
export interface Chunk extends OutcomeCounts {
  id: number
  pushId: number
  /** Both inclusive. */
  firstDeviceId: number
  lastDeviceId: number
  /** Devices planned. */
  size: number
  /** Devices of it that wait for another attempt. */
  deferred: number
  /** The last device id up to which everything is recorded; `firstDeviceId - 1` at first. */
  position: number
  /** The last device id that was handed to a connection; what lies between `position` and this may have left. */
  handed: number
  state: 'queued' | 'sending' | 'done'
  /** Rises with every lease; a record with an older one is refused. */
  fence: number
  leaseOwner: string | null
  leaseUntil: number | null
}

/**
 * The reason of those that were planned and never handed to a connection: the push ended before it came to them, or
 * the device had become inactive by then.
 */
export const NOT_ATTEMPTED = 'NotAttempted'
/** The reason of those that were handed to a connection by a worker that never came back to say what became of them. */
export const WORKER_LOST = 'WorkerLost'

/** The reason of those whose local time had passed by more than an hour when a push at a local time began. */
export const LOCAL_TIME_PASSED = 'LocalTimePassed'

/** How a push to one device ended that did not accept it. */
export type FailedOutcome = 'rejected' | 'unknown' | 'unsent'

/** How a push to one device ended. Who accepted is only counted, unless Apple gave his push an id of its own. */
export interface Delivery {
  pushId: number
  deviceId: number
  outcome: 'accepted' | FailedOutcome
  /** Apple's reason, or our error code; empty for who accepted. */
  reason: string
  status: number | null
  apnsId: string | null
  /** `apns-unique-id`, which finds the push in Apple's delivery log; in the development environment only. */
  apnsUniqueId: string | null
  at: number
}

/** How many devices of a service had an outcome on a day; the reason is empty but for `rejected`. */
export interface DailyCount {
  outcome: keyof OutcomeCounts
  reason: string
  count: number
}

/** News of Apple's that a token is dead: an entry of the feedback ledger. */
export interface Feedback {
  id: number
  serviceId: number
  deviceId: number
  token: string
  reason: string
  /** Apple's timestamp. */
  timestamp: number
  receivedAt: number
  /** When the device was deactivated because of it; null: not (yet), as with `deferred` or where the app registered anew. */
  appliedAt: number | null
  /** When an operator took it back, so that it is never applied again; null: nobody did. */
  undoneAt: number | null
}
