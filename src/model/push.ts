import type { PushType } from '../apns/index.js'

/** `scheduled` and `paused` are entered and left by the delivery that knows schedules; see docs/delivery.md. */
export type PushState = 'scheduled' | 'queued' | 'sending' | 'paused' | 'done' | 'cancelled' | 'failed'

/** Whom a push goes to. Only active devices of the service are meant, whatever the kind. */
export type Audience =
  | { kind: 'all' }
  | { kind: 'tokens'; tokens: readonly string[] }
  | { kind: 'devices'; ids: readonly number[] }
  | { kind: 'users'; ids: readonly number[] }

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
  audienceKind: Audience['kind']
  /** Devices planned. */
  audienceSize: number
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
  /** The last device id up to which everything is recorded; `firstDeviceId - 1` at first. */
  position: number
  state: 'queued' | 'sending' | 'done'
  /** Rises with every lease; a record with an older one is refused. */
  fence: number
  leaseOwner: string | null
  leaseUntil: number | null
}

/** How a push to one device ended, where it was not accepted. */
export interface Delivery {
  pushId: number
  deviceId: number
  outcome: 'rejected' | 'unknown' | 'unsent'
  /** Apple's reason, or our error code. */
  reason: string
  status: number | null
  apnsId: string | null
  at: number
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
}
