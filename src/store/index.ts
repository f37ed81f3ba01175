export type { ApiTokenStore, AuditEnd, AuditStore, SessionStore, UserStore } from './access-stores.js'
export { openStore } from './open-store.js'
export { pkcs12ToPem } from './pkcs12.js'
export type {
  Check,
  DeviceAge,
  DeviceStore,
  FeedbackServiceStore,
  NotificationStore,
  OrderedPage,
  Page,
  ServiceStore,
  StatsStore,
  Store,
  WorkerStore,
} from './store.js'
export type {
  DevicePage,
  NewPush,
  PageRecord,
  PushStore,
  Retry,
  RetryLease,
  RetryRecord,
} from './store-of-pushes.js'
export { isStoreOutage } from './store-outage.js'
