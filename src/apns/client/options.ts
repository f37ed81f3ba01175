import type { LookupFunction } from 'node:net'
import type { Clock } from '../../base/clock.js'
import type { Logger } from '../../base/logger.js'
import type { ApnsObserver } from './observer.js'

/** Token authentication: Apple's `.p8` key. */
export interface ProviderKey {
  /** The text of the `.p8` file: a PKCS#8 PEM with a P-256 key. */
  p8: string
  /** The key's id, 10 characters. */
  keyId: string
  /** The team's id, 10 characters. */
  teamId: string
}

/** Certificate authentication. */
export interface ClientCertificate {
  /** PEM of the certificate and its chain; may hold the private key too. */
  certificate: string
  /** PEM of the private key. Absent: it stands in `certificate`. */
  privateKey?: string
  /** Opens the private key. Absent: the key is not encrypted. */
  passphrase?: string
}

/** Options of `ApnsClient`; one of `key` and `certificate` is needed. */
export interface ApnsClientOptions {
  /** `api.push.apple.com`, `api.sandbox.push.apple.com`, or a simulator. */
  hostname: string
  /** 443 (default), or 2197 on the same hosts. */
  port?: number
  key?: ProviderKey
  certificate?: ClientCertificate
  /** PEM of certificate authorities to trust instead of the system's, for a simulator or a private gateway. */
  ca?: string
  /**
   * The HTTP proxy to go through: `http://[user[:password]@]host[:port]`, or `https://…` for TLS to the proxy too; user and
   * password percent-encoded; `''`: none. Absent: `https_proxy` or `HTTPS_PROXY` of the environment, unless `no_proxy` or
   * `NO_PROXY` exempts the host.
   */
  proxy?: string
  /**
   * Finds addresses in place of the system's resolver; is asked for each connection. Through a proxy it is asked for the proxy's
   * address only: the host's is the proxy's business. Absent: `dns.lookup`.
   */
  lookup?: LookupFunction
  /** At most this many connections; 1 to 64. */
  maxConnections?: number
  /** At most this many pushes in flight on a connection, whatever the server allows; 1 to 2000. */
  maxConcurrentStreams?: number
  /** How long to wait for an answer before the push counts as unknown, in milliseconds. */
  requestTimeoutMs?: number
  /** How long a connection may take to be ready, in milliseconds. */
  connectTimeoutMs?: number
  /** How often a failed connection is tried before what waits for it ends as unsent; 1 to 100. */
  connectAttempts?: number
  /** How long a connection with nothing to do is kept, in milliseconds; a day by default. */
  idleTimeoutMs?: number
  /** Is told of connections, answers and outcomes. Absent: nobody is, at no cost. */
  observer?: ApnsObserver
  logger?: Logger
  clock?: Clock
}

/** One page of the input of `sendMany`. `numbers` are needed only with `apnsIdPrefix`. */
export interface TokenPage {
  readonly tokens: readonly string[]
  /** One non-negative integer below 2^48 for each token: the last part of its apns-id. */
  readonly numbers?: readonly number[]
}

/** Tokens for `sendMany`: one by one or in pages. Pages cost less. */
export type TokenSource =
  | Iterable<string | readonly string[] | TokenPage>
  | AsyncIterable<string | readonly string[] | TokenPage>

/**
 * What becomes of a push that may have left and was not answered: `report` ends it as unknown; `replay` sends it again, at most
 * twice, though the device may then get it more than once. By default `replay` for messages with a collapse id, which are shown
 * as one, and else `report`.
 */
export type UnknownPolicy = 'report' | 'replay'

/** Options of one `send`. */
export interface SendOptions {
  /** Gives the push up: `send` throws PUSH_ERR_ABORTED, and the push may or may not have left. */
  signal?: AbortSignal
  onUnknown?: UnknownPolicy
}

/** Options of one `sendMany`. */
export interface SendManyOptions {
  /**
   * Stops the sending. It is no exception: no more tokens are taken, those that have not left end as unsent, and those
   * in flight have `drainTimeoutMs` to be answered before they end as unknown.
   */
  signal?: AbortSignal
  /** How long an abort waits for the answers of what is in flight, in milliseconds; 4000 by default. */
  drainTimeoutMs?: number
  /**
   * The first four groups of a UUID, such as `f81d4fae-7dec-41d0-a765`: each push gets these and its number from the
   * page as its apns-id, the same in every attempt. Absent: Apple makes the ids.
   */
  apnsIdPrefix?: string
  onUnknown?: UnknownPolicy
}
