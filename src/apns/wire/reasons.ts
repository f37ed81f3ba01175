/**
 * What follows from an answer of Apple's. Retry is decided here and nowhere else.
 *
 * - `drop-device`: the token is dead; deactivate the device, unless it registered again after the answer's timestamp.
 * - `quarantine`: the token does not belong to this environment or topic. One such answer speaks against the device, many
 *   speak against the service, so nothing is deactivated before the push has shown which.
 * - `fix-request`: every push like this will fail the same way; stop.
 * - `fix-credentials`: every push of this service will fail the same way; stop.
 * - `refresh-token`: mint a new provider token and send again.
 * - `retry-later`: Apple's fault; send again later.
 * - `slow-down`: too much of something; send again later, less.
 */
export type Disposition =
  | 'drop-device'
  | 'quarantine'
  | 'fix-request'
  | 'fix-credentials'
  | 'refresh-token'
  | 'retry-later'
  | 'slow-down'

/**
 * All reasons that Apple documents for device pushes.
 * Source: developer.apple.com/documentation/usernotifications/handling-notification-responses-from-apns
 */
export const reasonDispositions: Readonly<Record<string, Disposition>> = {
  BadCollapseId: 'fix-request',
  BadDeviceToken: 'quarantine',
  BadExpirationDate: 'fix-request',
  BadMessageId: 'fix-request',
  BadPriority: 'fix-request',
  BadTopic: 'fix-request',
  DeviceTokenNotForTopic: 'quarantine',
  DuplicateHeaders: 'fix-request',
  IdleTimeout: 'retry-later',
  InvalidPushType: 'fix-request',
  MissingDeviceToken: 'fix-request',
  MissingTopic: 'fix-request',
  PayloadEmpty: 'fix-request',
  TopicDisallowed: 'fix-credentials',
  BadCertificate: 'fix-credentials',
  BadCertificateEnvironment: 'fix-credentials',
  ExpiredProviderToken: 'refresh-token',
  Forbidden: 'fix-credentials',
  InvalidProviderToken: 'fix-credentials',
  MissingProviderToken: 'fix-credentials',
  UnrelatedKeyIdInToken: 'fix-credentials',
  BadEnvironmentKeyIdInToken: 'fix-credentials',
  // The spelling that servers were seen to send for the one above.
  BadEnvironmentKeyInToken: 'fix-credentials',
  BadPath: 'fix-request',
  MethodNotAllowed: 'fix-request',
  ExpiredToken: 'drop-device',
  Unregistered: 'drop-device',
  PayloadTooLarge: 'fix-request',
  TooManyProviderTokenUpdates: 'slow-down',
  TooManyRequests: 'slow-down',
  InternalServerError: 'retry-later',
  ServiceUnavailable: 'retry-later',
  Shutdown: 'retry-later',
}

/**
 * The disposition of an answer. A reason that is not in the table is judged by the class of its status: 5xx comes again
 * later; 4xx counts against the service, as `quarantine` does, but never costs a device its place in the registry.
 */
export function dispositionOf(status: number, reason: string): Disposition {
  const known = Object.hasOwn(reasonDispositions, reason) ? reasonDispositions[reason] : undefined
  if (known !== undefined) return known
  if (status === 429) return 'slow-down'
  return status >= 500 ? 'retry-later' : 'quarantine'
}

/** Whether an answer says that the token is of no use to this service, so that its device may be deactivated. */
export function speaksAgainstDevice(reason: string): boolean {
  const known = Object.hasOwn(reasonDispositions, reason) ? reasonDispositions[reason] : undefined
  return known === 'drop-device' || known === 'quarantine'
}

/** Reasons that say nothing of the push: another connection may take it at once. */
const connectionReasons: ReadonlySet<string> = new Set([
  'IdleTimeout',
  'Shutdown',
  'TooManyProviderTokenUpdates',
])

/**
 * Whether a refusal is about the connection, which is to take no more then, and not about the push. `TooManyProviderTokenUpdates`
 * is one: Apple counts new tokens by connection (apns-facts: "not usable until enough time has passed").
 */
export function speaksAgainstConnection(reason: string): boolean {
  return connectionReasons.has(reason)
}
