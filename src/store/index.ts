export { openStore } from './open-store.js'
export { pkcs12ToPem } from './pkcs12.js'
export type {
  ApiTokenStore,
  AuditEnd,
  AuditStore,
  Check,
  DeviceAge,
  DevicePage,
  DeviceStore,
  FeedbackServiceStore,
  FeedbackStore,
  NewPush,
  NotificationStore,
  Page,
  PageRecord,
  PushStore,
  Retry,
  RetryLease,
  RetryRecord,
  ServiceStore,
  SessionStore,
  Store,
  UserStore,
} from './store.js'
export { isStoreOutage } from './store-outage.js'
