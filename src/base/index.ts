export { type Clock, systemClock } from './clock.js'
export { type ErrorCode, errorCatalogue } from './error-catalogue.js'
export { errorMessage, hasErrorCode, PushError, type PushErrorOptions, shown } from './errors.js'
export { type Logger, silentLogger } from './logger.js'
