export type {
  ApnsClientOptions,
  ClientCertificate,
  ProviderKey,
  SendManyOptions,
  TokenPage,
  TokenSource,
} from './client/options.js'
export type { Accepted, Outcome, OutcomeBatch, Rejected, Unknown, Unsent } from './client/outcome.js'
export type { ApnsMessage, ApnsRequest, Json, JsonObject, PushType } from './wire/message.js'
export { type Disposition, dispositionOf, reasonDispositions, speaksAgainstDevice } from './wire/reasons.js'
