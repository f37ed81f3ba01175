import type { JsonObject } from '../apns/index.js'

/** What an app says of itself and its device. */
export interface DeviceDetails {
  /** Empty where the app did not say, as with the predecessor. At most 30, 30 and 20 characters. */
  platform: string
  display: string
  osVersion: string
  /** An IANA name such as `Europe/Berlin`; empty where the app did not say. */
  timeZone: string
  /** A BCP 47 tag in its usual spelling such as `de-AT`; empty where the app did not say. */
  locale: string
  /** The version of the app: at most 40 characters; empty where it did not say. */
  appVersion: string
  /** At most 100 words of 1 to 64 characters, sorted; whatever the app's makers want to tell devices apart by. */
  tags: string[]
  /** What else is to be known of the device; at most 4096 bytes as JSON. */
  attributes: JsonObject
  /** Tokens that start a Live Activity: one for each of its types, at most 20. */
  pushToStartTokens: PushToStartToken[]
  /** Live Activities that are shown, at most 20. */
  liveActivities: LiveActivity[]
}

/**
 * A push-to-start token. There is one for each type of ActivityAttributes.
 * Source: developer.apple.com/documentation/activitykit/starting-and-updating-live-activities-with-activitykit-push-notifications
 */
export interface PushToStartToken {
  /** The name of the app's ActivityAttributes type, 1 to 128 characters. */
  attributesType: string
  token: string
}

/** A Live Activity with the token that updates and ends it; the token may change while the activity is shown. */
export interface LiveActivity {
  /** 1 to 128 characters. */
  activityId: string
  token: string
}

/** One installation of an app. Unique by (token, service). */
export interface Device extends DeviceDetails {
  id: number
  /** Lower-case hexadecimal of any even length up to 512. */
  token: string
  serviceId: number
  isActive: boolean
  deactivatedAt: number | null
  /** Apple's reason, or the operator's; null while active. */
  deactivationReason: string | null
  addedAt: number
  /** When the app last registered: what Apple's 410 timestamp is compared with. 0: never here, it was imported. */
  registeredAt: number
  /** When a push to it was last accepted. */
  lastNotifiedAt: number | null
  /** Ids of the users it belongs to, ascending. */
  users: number[]
}

/** Details that are said; absent ones stay as they are. Lists and attributes are replaced as a whole. */
export type SomeDetails = Partial<Readonly<Omit<DeviceDetails, ListDetails>>> & {
  readonly tags?: readonly string[]
  readonly pushToStartTokens?: readonly Readonly<PushToStartToken>[]
  readonly liveActivities?: readonly Readonly<LiveActivity>[]
}
type ListDetails = 'tags' | 'pushToStartTokens' | 'liveActivities'

/** What may be changed of a device. Absent fields stay. */
export interface DeviceChange extends SomeDetails {
  readonly isActive?: boolean
  /** Replaces the whole set. */
  readonly users?: readonly number[]
}

/** One device of an import. */
export interface DeviceImport extends SomeDetails {
  readonly token: string
  readonly isActive?: boolean
}

/** Which devices, by what an index leads to; all conditions must hold. */
export interface DeviceFilter {
  serviceId?: number
  isActive?: boolean
  /** The exact token. */
  token?: string
  userId?: number
  /** One of these ids; a thousand are a good number. */
  ids?: readonly number[]
}

/** Which devices; all conditions must hold. Texts are compared as they are, times are milliseconds since 1970. */
export interface DeviceSearch extends DeviceFilter, DeviceTraits {
  /** How the token begins: at least four hexadecimal digits. */
  tokenPrefix?: string
}

/** Conditions that a device's own row, or its tags, must meet. */
export interface DeviceTraits {
  platform?: string
  /** A part of the platform, whether its Latin letters are small or capital. */
  platformContains?: string
  display?: string
  osVersion?: string
  /** Versions are compared as such: `17.2` comes before `17.10`. Both ends are included. */
  osVersionFrom?: string
  osVersionTo?: string
  appVersion?: string
  appVersionFrom?: string
  appVersionTo?: string
  /** `de` is all of `de`, `de-AT` and so on; `de-AT` only itself and what is more exact. */
  locale?: string
  timeZone?: string
  tag?: string
  deactivationReason?: string
  /** `since` includes the moment, `before` does not. What never happened was before every time, but a deactivation. */
  registeredSince?: number
  registeredBefore?: number
  lastNotifiedSince?: number
  lastNotifiedBefore?: number
  addedSince?: number
  addedBefore?: number
  deactivatedSince?: number
  deactivatedBefore?: number
}
