export { checkCron, nextRun } from './cron.js'
export { Delivery, type DeliveryOptions, type StateChange } from './delivery.js'
export { ALIVE_MS } from './presence.js'
export { reasonsOf } from './push-conclusion.js'
export type {
  NotificationPreview,
  Preflight,
  PushOptions,
  PushProgress,
  PushResult,
} from './push-options.js'
export { isRetried, type RetryOptions } from './push-retry.js'
export type { ServiceCheck } from './service-check.js'
export type { ClientOverrides } from './service-clients.js'
