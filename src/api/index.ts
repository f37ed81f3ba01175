export { authenticationModes } from './authentication.js'
export type { DeviceApiStore } from './device-api.js'
export {
  type IosNotificationsOptions,
  iosNotifications,
  iosNotifications as default,
} from './ios-notifications.js'
export { createLogger } from './logger.js'
export { createServer, type Server, type ServerLimits, type ServerOptions, serverLimits } from './server.js'
export { type RestApiOptions, restApi } from './v1/rest-api.js'
