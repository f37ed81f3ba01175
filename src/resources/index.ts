export type { ApiTokenInput, ApiTokens, TokenMaker } from './api-tokens.js'
export type { AuditLog } from './audit-log.js'
export type { FileImport, FileImportOptions, LineFault } from './device-import.js'
export type { DevicePruning, PruneOptions } from './device-prune.js'
export type { DeviceQuery } from './device-query.js'
export type {
  ActivityChange,
  DeviceChoice,
  DeviceRegistration,
  Devices,
  ImportResult,
} from './devices.js'
export { exportFormats } from './exported-device.js'
export type { FeedbackLedger } from './feedback-ledger.js'
export type { FeedbackServiceInput, FeedbackServices } from './feedback-services.js'
export {
  deviceNotFound,
  feedbackServiceNotFound,
  notificationNotFound,
  pushNotFound,
  serviceNotFound,
  userNotFound,
} from './not-found.js'
export {
  modelled,
  type NotificationChange,
  type NotificationInput,
  type NotificationQuery,
  type Notifications,
} from './notifications.js'
export { hashPassword, inPasswordSlot, nobodysHash, verifyPassword } from './password.js'
export { deliveryOptions, type PushOptions, type SubmitOptions } from './push-options.js'
export type { DeliveryQuery, Pushes, PushQuery } from './pushes.js'
export { type ResourceParts, Resources } from './resources.js'
export type { FeedbackScheduleInput, PushScheduleInput, Schedules } from './schedules.js'
export type { ServiceDraft } from './service-inspector.js'
export type { ServiceChange, ServiceInput, Services } from './services.js'
export type { Sessions } from './sessions.js'
export type { DayStats, Stats, StatsQuery } from './stats.js'
export type { UserInput, Users } from './users.js'
