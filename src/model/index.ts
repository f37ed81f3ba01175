export { type ApiToken, checkApiToken, type NewApiToken } from './api-token.js'
export { apnsHostname } from './apns-hostname.js'
export type { AuditEntry, AuditFilter, NewAuditEntry } from './audit-entry.js'
export { type CertificateFacts, certificateFacts } from './certificate-facts.js'
export { certificatesOnly, checkClientCertificate } from './client-certificate.js'
export type {
  Device,
  DeviceChange,
  DeviceDetails,
  DeviceFilter,
  DeviceImport,
  DeviceSearch,
  DeviceTraits,
  LiveActivity,
  PushToStartToken,
  SomeDetails,
} from './device.js'
export {
  checkDetails,
  checkDeviceChange,
  checkDeviceImport,
  deviceFieldLimits,
  deviceListLimits,
} from './device-check.js'
export type { DeviceCondition, TimeRange, VersionRange } from './device-condition.js'
export { checkDeviceCondition, conditionLimits } from './device-condition-check.js'
export { normalizeDeviceToken } from './device-token.js'
export { checkFeedbackService, type FeedbackService } from './feedback-service.js'
export { parseJsonObject } from './json-object.js'
export { checkLocalTime, dueIn, isTooLate, spanOf } from './local-time.js'
export { checkLocale } from './locale.js'
export type { NewNotification, Notification, NotificationSearch } from './notification.js'
export { checkNotification } from './notification-check.js'
export { composePayload, locData } from './payload.js'
export { type PayloadWarning, payloadWarnings } from './payload-warnings.js'
export { checkProviderKey } from './provider-key.js'
export {
  type Audience,
  type Chunk,
  type DailyCount,
  DEFAULT_MAX_ATTEMPTS,
  type Delivery,
  type Duplicates,
  type FailedOutcome,
  type Feedback,
  LOCAL_TIME_PASSED,
  NOT_ATTEMPTED,
  type OutcomeCounts,
  type Push,
  type PushContent,
  type PushState,
  type RetryAudience,
  type Urgency,
  WORKER_LOST,
} from './push.js'
export { Activity, apnsIdOf, judgePush, type PushTraces } from './push-to-device.js'
export type { NewSchedule, PushAction, Schedule, ScheduleAction } from './schedule.js'
export { type Scope, scopes, scopesOfUser } from './scope.js'
export type { NewService, Service, ServiceChange, ServiceCredential } from './service.js'
export { checkService, checkServiceChange } from './service-check.js'
export {
  inspectService,
  type PartialService,
  type ServiceInspection,
  type ServiceProblem,
} from './service-inspection.js'
export { SESSION_IDLE_MS, SESSION_MAX_MS, type Session, sessionEnd } from './session.js'
export { checkInteger, notAllowed } from './text-check.js'
export { checkTimeZone } from './time-zone.js'
export type { DeviceEvent, PushEntry, TimelineEntry, TimelinePage } from './timeline.js'
export type { User } from './user.js'
export { checkUser, checkUserChange, type NewUser, type UserChange } from './user-check.js'
export type { WorkerPresence } from './worker-presence.js'
