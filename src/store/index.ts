export type { ApiTokenStore, AuditEnd, AuditStore, SessionStore, UserStore } from './access-stores.js'
export { openStore } from './open-store.js'
export { pkcs12ToPem } from './pkcs12.js'
export type {
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
  Store,
} from './store.js'
export { isStoreOutage } from './store-outage.js'
