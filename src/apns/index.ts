export { ApnsClient, apnsClientDefaults, type ConnectionInfo } from './client/apns-client.js'
export type { ApnsObserver, ConnectionEvent } from './client/observer.js'
export type {
  ApnsClientOptions,
  ClientCertificate,
  ProviderKey,
  SendManyOptions,
  SendOptions,
  TokenPage,
  TokenSource,
  UnknownPolicy,
} from './client/options.js'
export type { Accepted, Outcome, OutcomeBatch, Rejected, Unknown, Unsent } from './client/outcome.js'
export { checkMessage } from './wire/check-message.js'
export type { ApnsMessage, ApnsRequest, Json, JsonObject, PushType } from './wire/message.js'
export { maxPayloadBytesFor, topicFor } from './wire/push-types.js'
export { type Disposition, dispositionOf, reasonDispositions, speaksAgainstDevice } from './wire/reasons.js'
