export type {
  DevicePage,
  DeviceStore,
  NewPush,
  NotificationStore,
  Page,
  PageRecord,
  PushStore,
  ServiceStore,
  Store,
  UserStore,
} from './store.js'
