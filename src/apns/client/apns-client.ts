/**
 * The client for Apple's push service: one host, one credential.
 *
 * A push ends in a value, never in an exception: `accepted`, `rejected`, `unknown` or `unsent`. Exceptions are for misuse and, with
 * `send`, for an abort. Connections are opened when there is something to send and kept until `close`.
 */
import { setMaxListeners } from 'node:events'
import { type Clock, systemClock } from '../../base/clock.js'
import { PushError, shown } from '../../base/errors.js'
import { silentLogger } from '../../base/logger.js'
import { checkApnsId } from '../wire/check-message.js'
import type { ApnsMessage, ApnsRequest } from '../wire/message.js'
import { authorityOf } from './authority.js'
import { ConnectionPool } from './connection-pool.js'
import { readCredential, secureContext } from './credential.js'
import type { EncodedMessage } from './job.js'
import { MessageEncoder } from './message-encoder.js'
import { type ApnsObserver, guarded } from './observer.js'
import type {
  ApnsClientOptions,
  SendManyOptions,
  SendOptions,
  TokenSource,
  UnknownPolicy,
} from './options.js'
import type { Outcome, OutcomeBatch } from './outcome.js'
import { Pace } from './pace.js'
import { chooseProxy } from './proxy.js'
import { PushQueue } from './push-queue.js'
import { invalidToken, isToken } from './request-writer.js'
import { SendJob } from './send-job.js'
import { SendManyJob } from './send-many-job.js'
import { type SocketInfo, SocketOpener } from './socket-opener.js'
import { untilAborted } from './until-aborted.js'

/** Defaults of `ApnsClientOptions`. */
export const apnsClientDefaults = {
  port: 443,
  /** Apple encourages several connections under load and publishes no cap; four are more than two cores can fill. */
  maxConnections: 4,
  /** What Apple's servers were last seen to allow (apns-facts in docs/); more is asked for nothing. */
  maxConcurrentStreams: 1000,
  /** Apple answers within a second; half a minute of silence is no slowness any more. */
  requestTimeoutMs: 30_000,
  connectTimeoutMs: 10_000,
  /** Apple wants connections kept for hours to days; a sender of once a day opens one a day. */
  idleTimeoutMs: 24 * 60 * 60_000,
  /** With the delays in between, about four seconds. */
  connectAttempts: 5,
  /** How long `close` and an abort wait for the answers of what is in flight. */
  drainTimeoutMs: 4_000,
} as const

/** What `connect` found out. */
export interface ConnectionInfo extends SocketInfo {
  /** How many pushes the server lets be in flight now; Infinity: it has not said. */
  maxConcurrentStreams: number
}

export class ApnsClient implements AsyncDisposable {
  readonly #queue = new PushQueue()
  readonly #pool: ConnectionPool
  readonly #encoder = new MessageEncoder()
  readonly #observer: ApnsObserver | undefined
  #closing: Promise<void> | undefined

  /** Throws PUSH_ERR_INPUT_INVALID, PUSH_ERR_APNS_CREDENTIAL_INVALID, PUSH_ERR_APNS_PASSPHRASE_WRONG, PUSH_ERR_APNS_CERTIFICATE_EXPIRED. */
  constructor(options: ApnsClientOptions) {
    const clock: Clock = options.clock ?? systemClock
    const credential = readCredential(options, clock)
    const hostname = checkHostname(options.hostname)
    const number = (name: NumericOption, min: number, max: number) => checkNumber(options, name, min, max)
    const port = number('port', 1, 65_535)
    const logger = options.logger ?? silentLogger
    this.#observer = options.observer === undefined ? undefined : guarded(options.observer, logger)
    this.#pool = new ConnectionPool({
      hostname,
      port,
      maxConnections: number('maxConnections', 1, 64),
      connectAttempts: number('connectAttempts', 1, 100),
      connectTimeoutMs: number('connectTimeoutMs', 1, 600_000),
      requestTimeoutMs: number('requestTimeoutMs', 1, 600_000),
      idleTimeoutMs: number('idleTimeoutMs', 1, 2_147_483_647),
      logger,
      opener: new SocketOpener({
        hostname,
        port,
        secureContext: secureContext(credential, options.ca),
        proxy: chooseProxy(options.proxy, hostname, port),
        lookup: checkLookup(options.lookup),
      }),
      session: {
        authority: authorityOf(hostname, port),
        queue: this.#queue,
        pace: new Pace(),
        tokens: credential.kind === 'key' ? credential.tokens : undefined,
        maxConcurrentStreams: number('maxConcurrentStreams', 1, 2000),
        logger,
        observer: this.#observer,
      },
    })
  }

  /**
   * Pushes to one device. Throws for a request that breaks a rule of Apple's (nothing has left then), PUSH_ERR_CLOSED after
   * `close`, and PUSH_ERR_ABORTED when the signal fires: then the push may or may not have left.
   */
  send(request: ApnsRequest, options: SendOptions = {}): Promise<Outcome> {
    // One promise and no closure: at 1,000 in flight those are what `send` costs more than `sendMany` (bench/).
    return new Promise((resolve, reject) => {
      this.#checkOpen()
      const { signal, onUnknown } = options
      if (!isToken(request.token)) throw invalidToken(request.token)
      if (request.apnsId !== undefined) checkApnsId(request.apnsId)
      const replays = replaysUnknown(request, onUnknown)
      const ids = request.apnsId === undefined ? undefined : { apnsId: request.apnsId }
      const message = this.#encoder.encode(request, ids)
      if (signal === undefined) this.#enqueue(new SendJob(message, request, replays, this.#observer, resolve))
      else if (signal.aborted) reject(aborted())
      else this.#sendUntil(signal, message, request, replays, resolve, reject)
    })
  }

  #enqueue(job: SendJob): void {
    this.#queue.addSend(job)
    this.#pool.wake()
  }

  #sendUntil(
    signal: AbortSignal,
    message: EncodedMessage,
    request: ApnsRequest,
    replays: boolean,
    resolve: (outcome: Outcome) => void,
    reject: (error: PushError) => void,
  ): void {
    const job = new SendJob(message, request, replays, this.#observer, (outcome) => {
      signal.removeEventListener('abort', abort)
      resolve(outcome)
    })
    const abort = () => {
      job.over = true
      // First: what follows may end the push as unknown, which is not what an abort is told.
      const cause = aborted()
      reject(cause)
      this.#queue.dropSend(job, cause)
      this.#queue.dropReplays(job)
      this.#pool.cancel(job, cause)
    }
    // Pushes may share a signal by the thousand; Node takes more than ten listeners for a leak.
    setMaxListeners(0, signal)
    signal.addEventListener('abort', abort, { once: true })
    this.#enqueue(job)
  }

  /**
   * Pushes one message to many devices. Tokens are taken from `tokens` as fast as the server takes pushes, in bounded memory;
   * outcomes come in batches, in any order. A token that is none ends as unsent. Ending the loop early stops the sending.
   * Throws like `send` for the message and the options; never for what the network does.
   */
  sendMany(
    message: ApnsMessage,
    tokens: TokenSource,
    options: SendManyOptions = {},
  ): AsyncGenerator<OutcomeBatch, void, undefined> {
    this.#checkOpen()
    const { apnsIdPrefix, signal, drainTimeoutMs = apnsClientDefaults.drainTimeoutMs, onUnknown } = options
    if (apnsIdPrefix !== undefined) checkApnsId(`${apnsIdPrefix}-000000000000`)
    const replays = replaysUnknown(message, onUnknown)
    const encoded = new MessageEncoder().encode(message, apnsIdPrefix === undefined ? {} : { apnsIdPrefix })
    const job = new SendManyJob(encoded, tokens, replays, this.#observer, () => this.#pool.wake())
    return this.#run(job, signal, drainTimeoutMs)
  }

  async *#run(
    job: SendManyJob,
    signal: AbortSignal | undefined,
    drainTimeoutMs: number,
  ): AsyncGenerator<OutcomeBatch, void, undefined> {
    // Long after `sendMany` perhaps: a generator begins when it is asked for its first batch.
    this.#checkOpen()
    let timer: NodeJS.Timeout | undefined
    const abort = () => {
      job.stop(aborted())
      this.#queue.dropReplays(job)
      timer = setTimeout(() => this.#pool.cancel(job, aborted()), drainTimeoutMs)
    }
    this.#queue.addJob(job)
    if (signal?.aborted) abort()
    signal?.addEventListener('abort', abort, { once: true })
    try {
      this.#pool.wake()
      yield* job.batches()
    } finally {
      clearTimeout(timer)
      signal?.removeEventListener('abort', abort)
      job.stop(aborted())
      this.#queue.removeJob(job)
      this.#queue.dropReplays(job)
      this.#pool.cancel(job, aborted())
    }
  }

  /**
   * Opens a connection, or finds one, and says what it is like. Throws PUSH_ERR_APNS_CONNECT, PUSH_ERR_APNS_TLS or
   * PUSH_ERR_APNS_PROXY; PUSH_ERR_ABORTED when the signal fires, while the connection goes on for others.
   */
  async connect({ signal }: { signal?: AbortSignal } = {}): Promise<ConnectionInfo> {
    this.#checkOpen()
    const connection = await untilAborted(signal, () => this.#pool.ready())
    return { ...connection.info!, maxConcurrentStreams: connection.session.remoteStreams }
  }

  /**
   * Takes nothing more, waits up to four seconds for the answers of what is in flight, ends the rest, and closes. The signal ends the
   * waiting at once.
   */
  close({ signal }: { signal?: AbortSignal } = {}): Promise<void> {
    const cause = new PushError('PUSH_ERR_CLOSED', 'the client was closed')
    this.#closing ??= this.#pool.close(cause, apnsClientDefaults.drainTimeoutMs)
    if (signal === undefined) return this.#closing
    const abort = () => this.#pool.destroy(cause)
    if (signal.aborted) abort()
    signal.addEventListener('abort', abort, { once: true })
    return this.#closing.finally(() => signal.removeEventListener('abort', abort))
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  #checkOpen(): void {
    if (this.#closing !== undefined) throw new PushError('PUSH_ERR_CLOSED', 'the client is closed')
  }
}

type NumericOption =
  | 'port'
  | 'maxConnections'
  | 'maxConcurrentStreams'
  | 'requestTimeoutMs'
  | 'connectTimeoutMs'
  | 'connectAttempts'
  | 'idleTimeoutMs'

function checkNumber(options: ApnsClientOptions, name: NumericOption, min: number, max: number): number {
  const value = options[name] ?? apnsClientDefaults[name]
  if (Number.isInteger(value) && value >= min && value <= max) return value
  throw new PushError(
    'PUSH_ERR_INPUT_INVALID',
    `${name}: ${shown(value)} is not allowed; use a whole number from ${min} to ${max}`,
    {
      field: name,
    },
  )
}

function checkHostname(hostname: unknown): string {
  if (typeof hostname === 'string' && /^[a-z0-9:._-]{1,255}$/i.test(hostname)) return hostname
  throw new PushError(
    'PUSH_ERR_INPUT_INVALID',
    `hostname: ${shown(hostname)} is not a host name, such as api.push.apple.com`,
    {
      field: 'hostname',
    },
  )
}

function checkLookup(lookup: ApnsClientOptions['lookup']): ApnsClientOptions['lookup'] {
  if (lookup === undefined || typeof lookup === 'function') return lookup
  throw new PushError(
    'PUSH_ERR_INPUT_INVALID',
    `lookup: ${shown(lookup)} is no function like that of node:dns`,
    { field: 'lookup' },
  )
}

/** Pushes with a collapse id are shown as one, so that a second one does no harm. */
function replaysUnknown(message: ApnsMessage, onUnknown: UnknownPolicy | undefined): boolean {
  if (onUnknown === undefined) return message.collapseId !== undefined
  if (onUnknown === 'replay' || onUnknown === 'report') return onUnknown === 'replay'
  throw new PushError(
    'PUSH_ERR_INPUT_INVALID',
    `onUnknown: ${shown(onUnknown)} is not allowed; use replay or report`,
    { field: 'onUnknown' },
  )
}

function aborted(): PushError {
  return new PushError('PUSH_ERR_ABORTED', 'the sending was ended by its caller')
}
