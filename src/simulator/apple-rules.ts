/**
 * Apple's rules for pushes to devices, as tables. They are the simulator's own: nothing here is shared with the client,
 * so that a mistake in one is found by the other.
 * Source: developer.apple.com/documentation/usernotifications/sending-notification-requests-to-apns and
 * /handling-notification-responses-from-apns
 */

/** All reasons that Apple documents for pushes to devices, with their statuses. */
export const reasonStatuses = {
  BadCollapseId: 400,
  BadDeviceToken: 400,
  BadExpirationDate: 400,
  BadMessageId: 400,
  BadPriority: 400,
  BadTopic: 400,
  DeviceTokenNotForTopic: 400,
  DuplicateHeaders: 400,
  IdleTimeout: 400,
  InvalidPushType: 400,
  MissingDeviceToken: 400,
  MissingTopic: 400,
  PayloadEmpty: 400,
  TopicDisallowed: 400,
  BadCertificate: 403,
  BadCertificateEnvironment: 403,
  ExpiredProviderToken: 403,
  Forbidden: 403,
  InvalidProviderToken: 403,
  MissingProviderToken: 403,
  UnrelatedKeyIdInToken: 403,
  BadEnvironmentKeyIdInToken: 403,
  BadPath: 404,
  MethodNotAllowed: 405,
  ExpiredToken: 410,
  Unregistered: 410,
  PayloadTooLarge: 413,
  TooManyProviderTokenUpdates: 429,
  TooManyRequests: 429,
  InternalServerError: 500,
  ServiceUnavailable: 503,
  Shutdown: 503,
} as const

/** A reason that Apple documents. */
export type Reason = keyof typeof reasonStatuses

/** What Apple demands of a push type. */
export interface PushTypeRule {
  /** What stands behind the bundle id in `apns-topic`; empty for none. */
  readonly topicSuffix: string
  /** Largest body in bytes. */
  readonly payloadLimit: number
  /** The values of `apns-priority` that are allowed. */
  readonly priorities: readonly string[]
  /** A provider token is not enough. */
  readonly certificateOnly?: true
}

const anyPriority = ['10', '5', '1'] as const

const usual: PushTypeRule = { topicSuffix: '', payloadLimit: 4096, priorities: anyPriority }

/** Apple's eleven push types. A Map, because the names that are looked up come from outside. */
export const pushTypeRules: ReadonlyMap<string, PushTypeRule> = new Map([
  ['alert', usual],
  ['background', { ...usual, priorities: ['5'] }],
  ['voip', { ...usual, topicSuffix: '.voip', payloadLimit: 5120 }],
  ['complication', { ...usual, topicSuffix: '.complication' }],
  ['fileprovider', { ...usual, topicSuffix: '.pushkit.fileprovider' }],
  ['mdm', { ...usual, certificateOnly: true }],
  ['location', { ...usual, topicSuffix: '.location-query' }],
  ['liveactivity', { ...usual, topicSuffix: '.push-type.liveactivity' }],
  ['pushtotalk', { ...usual, topicSuffix: '.voip-ptt' }],
  ['widgets', { ...usual, topicSuffix: '.push-type.widgets' }],
  ['controls', { ...usual, topicSuffix: '.push-type.controls' }],
] satisfies [string, PushTypeRule][])

/** The rule for a push without `apns-push-type`, which Apple takes except for watchOS. */
export const ruleWithoutPushType = usual

/** No push type takes more than this many bytes. */
export const largestPayload = Math.max(...[...pushTypeRules.values()].map(({ payloadLimit }) => payloadLimit))

/** Most bytes of `apns-collapse-id`. */
export const collapseIdLimit = 64

/** Last second that counts as a date for `apns-expiration`: the end of the year 9999. More is milliseconds by mistake. */
export const latestExpiration = 253_402_300_799

/** Most hexadecimal digits of a device token. Apple names no size; tokens that were seen are well below it. */
export const longestDeviceToken = 512

/** Least of them. One byte is nobody's token; from where on Apple takes one for a token is not documented. */
export const shortestDeviceToken = 4

/** How old a provider token may be, and how far ahead of the clock. */
export const providerTokenMaxAgeMs = 3_600_000

/** A connection may change its provider token once in this time. */
export const providerTokenRefreshMs = 1_200_000

/** The number of streams that Apple's servers were seen to allow. */
export const usualConcurrentStreams = 1000

/** Whether a word is a reason that Apple documents. */
export function isReason(word: string): word is Reason {
  return Object.hasOwn(reasonStatuses, word)
}
