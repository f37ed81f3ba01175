/** A range of versions, both ends inclusive: `17` is `17.0`, and comes before `17.0.1`. At least one of the two. */
export interface VersionRange {
  from?: string
  to?: string
}

/** A range of time: ISO 8601, `2026-12-01T09:00:00Z`. `since` is inclusive, `before` is not. At least one of the two. */
export interface TimeRange {
  since?: string
  before?: string
}

/** What is asked of one field of a device; of a list, one of its members is enough. */
type DeviceTest =
  | { tokens: readonly string[] }
  /** Ids of devices. */
  | { devices: readonly number[] }
  /** Ids of users. */
  | { users: readonly number[] }
  /** Devices that have at least one of these tags. */
  | { tags: readonly string[] }
  /** As the app has written it; so are `timeZone` and the values of `attributes`. */
  | { platform: readonly string[] }
  /** A device whose version is not known is in no range. */
  | { osVersion: VersionRange }
  | { appVersion: VersionRange }
  /** `de` means all of `de`, `de-AT` and so on; `de-AT` only itself and what is more exact. Upper and lower case are the same. */
  | { locale: readonly string[] }
  | { timeZone: readonly string[] }
  /** When the app last registered. What never happened (an import, a device that was never notified) was before every time. */
  | { registeredAt: TimeRange }
  | { lastNotifiedAt: TimeRange }
  | { addedAt: TimeRange }
  /** All of these attributes, each with exactly this value. */
  | { attributes: Readonly<Record<string, string | number | boolean>> }

/**
 * Which devices: a test of one field, or several of them together. Each object has exactly one key. As JSON:
 * `{ "and": [{ "platform": ["iPhone"] }, { "not": { "tags": ["beta"] } }, { "osVersion": { "from": "17", "to": "18.99" } }] }`
 */
export type DeviceCondition =
  | { and: readonly DeviceCondition[] }
  | { or: readonly DeviceCondition[] }
  | { not: DeviceCondition }
  | DeviceTest
