export type { JsonObject } from '../apns/index.js'
export type { Preflight, PushProgress, PushResult, ServiceCheck, StateChange } from '../delivery/index.js'
export {
  apnsHostname,
  type Device,
  type DeviceChange,
  type DeviceImport,
  type Feedback,
  type FeedbackService,
  type Notification,
  normalizeDeviceToken,
  type Push,
  type Schedule,
  type ScheduleAction,
  type Service,
  type ServiceChange,
  type User,
} from '../model/index.js'
export type { Page } from '../store/index.js'
export type { App } from './app.js'
export type { DevicePruning, PruneOptions } from './device-prune.js'
export type { ActivityChange, DeviceChoice, DeviceQuery, Devices, ImportResult } from './devices.js'
export type { FeedbackLedger } from './feedback-ledger.js'
export type { FeedbackServiceInput, FeedbackServices } from './feedback-services.js'
export { serviceNotFound } from './not-found.js'
export type { NotificationInput, Notifications } from './notifications.js'
export { type OpenOptions, open } from './open.js'
export type { PushOptions, SubmitOptions } from './push-options.js'
export type { Pushes } from './pushes.js'
export type { FeedbackScheduleInput, PushScheduleInput, Schedules } from './schedules.js'
export { createProcessLogger, type ProcessLogger, type RunningServer, type ServeOptions } from './serve.js'
export type { ServiceInput, Services } from './services.js'
export type { UserInput, Users } from './users.js'
