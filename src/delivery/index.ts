export { Delivery, type DeliveryOptions } from './delivery.js'
export {
  DEFAULT_CHUNK_SIZE,
  NOT_ATTEMPTED,
  type Preflight,
  type PushOptions,
  type PushProgress,
  type PushResult,
} from './push-options.js'
export type { ServiceCheck } from './service-check.js'
export type { ClientOverrides } from './service-clients.js'
