export type { Device, DeviceChange, DeviceFilter, DeviceImport } from './device.js'
export type { NewNotification, Notification } from './notification.js'
export type {
  Audience,
  Chunk,
  Delivery,
  Feedback,
  OutcomeCounts,
  Push,
  PushContent,
  PushState,
} from './push.js'
export type { NewService, Service, ServiceCredential } from './service.js'
export type { User } from './user.js'
