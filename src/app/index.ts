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
  type User,
} from '../model/index.js'
export {
  type ActivityChange,
  type DeviceChoice,
  type DevicePruning,
  type DeviceQuery,
  type Devices,
  type FeedbackLedger,
  type FeedbackScheduleInput,
  type FeedbackServiceInput,
  type FeedbackServices,
  type ImportResult,
  type NotificationInput,
  type Notifications,
  type PruneOptions,
  type Pushes,
  type PushOptions,
  type PushScheduleInput,
  type Schedules,
  type ServiceChange,
  type ServiceInput,
  type Services,
  type SubmitOptions,
  serviceNotFound,
  type UserInput,
  type Users,
} from '../resources/index.js'
export type { Page } from '../store/index.js'
export type { App } from './app.js'
export { type OpenOptions, open } from './open.js'
export { createProcessLogger, type ProcessLogger, type RunningServer, type ServeOptions } from './serve.js'
