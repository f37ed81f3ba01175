import type { JsonObject, PushType } from '../apns/index.js'

/** What is to be shown or delivered. */
export interface Notification {
  id: number
  serviceId: number
  /** At most 2048 characters; empty: none. */
  message: string
  /** Empty: none. */
  title: string
  /** 0 clears the badge; null leaves it alone. */
  badge: number | null
  /** `aps.content-available`; null as with the predecessor: not said. */
  silent: boolean | null
  /** At most 30 characters; empty: none. */
  sound: string
  /** Keys beside `aps`. */
  customPayload: JsonObject | null
  /** The alert's localisation keys; takes the place of message and title. */
  locPayload: JsonObject | null
  /** The whole payload as it is to be sent; takes the place of everything above. */
  payload: JsonObject | null
  pushType: PushType | null
  priority: 10 | 5 | 1 | null
  collapseId: string | null
  /** Seconds since 1970; 0: one attempt; null: Apple's policy. */
  expiration: number | null
  createdAt: number
  lastSentAt: number | null
}

/** A notification to be made: everything but the service may be left out. Checked by `checkNotification`. */
export type NewNotification = Pick<Notification, 'serviceId'> &
  Partial<Omit<Notification, 'id' | 'serviceId' | 'createdAt' | 'lastSentAt'>>

/** Which notifications; all conditions must hold. Times are milliseconds since 1970; since includes the moment, before does not. */
export interface NotificationSearch {
  serviceId?: number
  /** Stands in the message, the title or one of the payloads; letters from a to z in either case. */
  text?: string
  createdSince?: number
  createdBefore?: number
  lastSentSince?: number
  /** Or never. */
  lastSentBefore?: number
}
