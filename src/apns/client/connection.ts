/**
 * One session on one TLS socket: moves the bytes and watches the clock.
 *
 * - Writing: one write at a time. What has not been handed to the socket has certainly not left; that is what makes the
 *   difference between `unknown` and `unsent`.
 * - Work is done once a turn of the event loop, however many chunks came in: with a server that writes one record for each
 *   answer, that halves the CPU time of a push (bench/client.mjs).
 *
 * Ends once, by `onEnd`, whatever the cause; by then every push that was in flight has been handed back.
 */
import type { TLSSocket } from 'node:tls'
import { monotonicNow } from '../../base/clock.js'
import { PushError } from '../../base/errors.js'
import { goAwayFrame } from '../wire/frames.js'
import { errorCodes, ProtocolError } from '../wire/protocol-error.js'
import type { Job } from './job.js'
import type { ConnectionEvent } from './observer.js'
import { Session, type SessionOptions } from './session.js'
import type { SocketInfo, SocketOpener } from './socket-opener.js'

/** With pushes in flight and nothing heard for this long, the peer is asked for a sign of life. */
const PING_AFTER_MS = 10_000
/** An idle connection gets a PING once an hour, as Apple advises. Source: sending-notification-requests-to-apns. */
const IDLE_PING_AFTER_MS = 60 * 60_000
/**
 * A connection that was silent for this long is asked for a sign of life before a push is trusted to it: whatever stands in between
 * may have forgotten it, and a push that was written to it would be unknown.
 */
const PROBE_AFTER_MS = 60_000
/** How long a PING may stay unanswered before the connection counts as dead. */
const PING_TIMEOUT_MS = 10_000

/** How long the farewell of a closed connection may take. */
const CLOSE_TIMEOUT_MS = 1_000

export interface ConnectionSettings {
  /** Counts the connections of a client from 1. */
  number: number
  hostname: string
  port: number
  opener: SocketOpener
  session: SessionOptions
  connectTimeoutMs: number
  requestTimeoutMs: number
  /** The server's SETTINGS have come: pushes can be sent. */
  onReady: (connection: Connection) => void
  /** Something was answered, so there may be room and news. */
  onProgress: () => void
  /** The connection is over. `cause` is undefined where it was closed on purpose. */
  onEnd: (connection: Connection, cause: PushError | undefined) => void
}

export class Connection {
  readonly session: Session
  readonly #settings: ConnectionSettings
  readonly #openedAt = monotonicNow()
  readonly #stopOpening: () => void
  /** Absent as long as a proxy has not connected us. */
  #socket: TLSSocket | undefined
  #info: SocketInfo | undefined
  #ready = false
  #writing = false
  #scheduled = false
  #ended = false
  #lastHeard = monotonicNow()
  #pingedAt = 0
  /** Whether an answer ran out of time, and there was no sign of life since. */
  #isOverdue = false
  /** Whether a push was ever sent. */
  #isUsed = false
  #progressAt = 0
  #answeredBefore = 0
  #busyAt = monotonicNow()
  #streamsSaid = 0

  constructor(settings: ConnectionSettings) {
    this.#settings = settings
    this.session = new Session(settings.session)
    this.#stopOpening = settings.opener.open({
      onSocket: (socket) => this.#onSocket(socket),
      onError: (error) => this.#end(error),
    })
  }

  /** What its socket is like; absent until it is ready. */
  get info(): SocketInfo | undefined {
    return this.#info
  }

  /** How long ago it was begun. */
  get ageMs(): number {
    return monotonicNow() - this.#openedAt
  }

  /** For how long it has had nothing to do, in milliseconds; 0: it has. */
  idleMs(now: number): number {
    return this.session.inFlight > 0 ? 0 : now - this.#busyAt
  }

  /** Looks for work in this turn of the event loop. */
  schedule(): void {
    if (this.#scheduled || this.#ended || !this.#ready) return
    this.#scheduled = true
    setImmediate(this.#pump)
  }

  /** Ends what is in flight of one job. */
  cancel(job: Job, cause: PushError): void {
    this.session.cancel(job, cause)
    this.schedule()
  }

  /** Called every now and then: time-outs and signs of life. */
  tick(now: number): void {
    if (this.#ended) return
    if (this.session.inFlight > 0) this.#busyAt = now
    const { connectTimeoutMs, requestTimeoutMs, opener } = this.#settings
    if (!this.#ready) {
      if (now - this.#openedAt < connectTimeoutMs) return
      this.#end(opener.timedOut(connectTimeoutMs, this.#socket !== undefined))
      return
    }
    const cause = new PushError('PUSH_ERR_APNS_TIMEOUT', `no answer in ${requestTimeoutMs} ms`)
    if (this.session.expire(now - requestTimeoutMs, cause) > 0) {
      // Where the whole connection is dead, and not one answer missing, the room that is free now would only lose more.
      this.#isOverdue = true
      this.#probe(now)
      this.schedule()
    }
    this.#checkLife(now)
    this.#checkProgress(now)
    this.#closeIfDrained()
  }

  /** Takes no more pushes, and closes when what is in flight has its answers. */
  drain(): void {
    this.session.drain()
    this.#closeIfDrained()
  }

  /** Closes at once; what is in flight is unknown. */
  destroy(cause: PushError): void {
    this.#end(cause)
  }

  #onSocket(socket: TLSSocket): void {
    this.#socket = socket
    socket.setNoDelay(true)
    socket.on('secureConnect', () => this.#onSecure(socket))
    socket.on('data', (chunk: Buffer) => this.#onData(chunk))
    socket.on('error', (error) => this.#end(this.#lost(error)))
    // At once, before anything more is written: a server that has closed its side reads nothing.
    socket.on('end', () => this.#end(this.#lost(undefined)))
    socket.on('close', () => this.#end(this.#lost(undefined)))
  }

  #onSecure(socket: TLSSocket): void {
    if (socket.alpnProtocol !== 'h2') {
      const { hostname, port } = this.#settings
      this.#end(new PushError('PUSH_ERR_APNS_TLS', `${hostname}:${port} does not speak HTTP/2`))
      return
    }
    this.#flush()
  }

  #onData(chunk: Buffer): void {
    if (this.#ended) return
    const now = monotonicNow()
    this.#lastHeard = now
    try {
      this.session.feed(chunk, now)
    } catch (error) {
      this.#endBroken(error)
      return
    }
    // Pushes wait for the PING that probes to come back: other frames do not end the time it has for that.
    if (!this.session.isProbing) {
      this.#pingedAt = 0
      this.#isOverdue = false
    }
    if (!this.#ready && this.session.state !== 'starting') {
      this.#ready = true
      this.#progressAt = now
      // A GOAWAY in place of SETTINGS: of no use to anyone, but it may say why.
      if (this.session.state === 'open') this.#becomeReady()
    }
    if (this.#ready && this.session.remoteStreams !== this.#streamsSaid) this.#sayStreams()
    this.schedule()
  }

  /** An arrow function: made once, given to setImmediate a hundred thousand times. */
  readonly #pump = (): void => {
    this.#scheduled = false
    if (this.#ended) return
    const now = monotonicNow()
    try {
      this.#probeAfterSilence(now)
      this.session.fill(now)
      if (!this.#isUsed && this.session.inFlight > 0) {
        this.#isUsed = true
        this.#progressAt = now
      }
    } catch (error) {
      this.#endBroken(error)
      return
    }
    this.#flush()
    this.#settings.onProgress()
    this.#closeIfDrained()
  }

  #probeAfterSilence(now: number): void {
    const { session } = this
    if (session.inFlight > 0 || session.isProbing || now - this.#lastHeard < PROBE_AFTER_MS) return
    if (this.#settings.session.queue.waiting) this.#probe(now)
  }

  #probe(now: number): void {
    if (this.session.isProbing) return
    if (this.#pingedAt === 0) this.#pingedAt = now
    this.session.probe()
  }

  #becomeReady(): void {
    const { session, opener } = this.#settings
    // Now: a socket that was closed meanwhile has forgotten it.
    this.#info = opener.describe(this.#socket!)
    this.#streamsSaid = this.session.remoteStreams
    session.observer?.connected?.({
      ...this.#event(),
      connectMs: this.ageMs,
      tlsVersion: this.#info.tlsVersion,
      maxConcurrentStreams: this.#streamsSaid,
    })
    this.#settings.onReady(this)
  }

  #sayStreams(): void {
    this.#streamsSaid = this.session.remoteStreams
    const maxConcurrentStreams = this.#streamsSaid
    this.#settings.session.observer?.streamsChanged?.({ ...this.#event(), maxConcurrentStreams })
  }

  /** Which connection it is, for the observer. */
  #event(): ConnectionEvent {
    const { hostname, port, number } = this.#settings
    return { connection: number, hostname, port }
  }

  #flush(): void {
    if (this.#writing || this.#ended || this.session.output.length === 0) return
    this.#writing = true
    const bytes = this.session.output.take()
    this.session.written()
    this.#socket?.write(bytes, this.#onWritten)
  }

  readonly #onWritten = (error?: Error | null): void => {
    this.#writing = false
    if (error !== undefined && error !== null) return
    this.schedule()
  }

  #checkLife(now: number): void {
    const silentMs = now - this.#lastHeard
    if (this.#pingedAt > 0 && now - this.#pingedAt > PING_TIMEOUT_MS) {
      this.#end(
        new PushError(
          'PUSH_ERR_APNS_CONNECTION_LOST',
          `the connection is dead: no sign of life in ${silentMs} ms`,
        ),
      )
      return
    }
    const limit = this.session.inFlight > 0 ? PING_AFTER_MS : IDLE_PING_AFTER_MS
    if (this.#pingedAt > 0 || silentMs < limit) return
    this.#pingedAt = now
    this.session.ping()
    this.#flush()
  }

  /**
   * A server that answers nothing for as long as an answer may take, while there is something to do, is of no use. That time begins
   * anew with the first push of the connection, which is to have the whole of it, and with no later one.
   */
  #checkProgress(now: number): void {
    const { answered, inFlight } = this.session
    const { requestTimeoutMs, session } = this.#settings
    const hasNothingToDo =
      inFlight === 0 && (!session.queue.waiting || (this.session.isHeldBack(now) && !this.#isOverdue))
    if (answered !== this.#answeredBefore || hasNothingToDo) {
      this.#answeredBefore = answered
      this.#progressAt = now
    } else if (now - this.#progressAt >= requestTimeoutMs) {
      this.#end(
        new PushError('PUSH_ERR_APNS_TIMEOUT', `the server has answered nothing for ${requestTimeoutMs} ms`),
      )
    }
  }

  #closeIfDrained(): void {
    if (this.session.state !== 'draining' || this.session.inFlight > 0 || this.#ended) return
    const { goAwayReason, unfitCause } = this.session
    this.#end(
      goAwayReason === undefined
        ? unfitCause
        : new PushError('PUSH_ERR_APNS_CONNECTION_LOST', `the server closed the connection: ${goAwayReason}`),
    )
  }

  /** The peer broke the protocol, or a job threw: either way this connection is over, the process is not. */
  #endBroken(error: unknown): void {
    const errorCode = error instanceof ProtocolError ? error.errorCode : errorCodes.INTERNAL_ERROR
    if (this.#socket?.destroyed === false) this.#socket.write(goAwayFrame(errorCode))
    const message = error instanceof Error ? error.message : String(error)
    this.#end(
      new PushError('PUSH_ERR_APNS_PROTOCOL', `the server broke the rules of HTTP/2: ${message}`, {
        cause: error,
      }),
    )
  }

  #lost(error: Error | undefined): PushError {
    if (!this.#ready)
      return this.#settings.opener.failure(
        error ?? new Error('the connection was closed before it was ready'),
      )
    const reason = this.session.goAwayReason ?? error?.message ?? 'the server closed it'
    return new PushError('PUSH_ERR_APNS_CONNECTION_LOST', `the connection was lost: ${reason}`, {
      cause: error,
    })
  }

  #end(cause: PushError | undefined): void {
    if (this.#ended) return
    this.#ended = true
    this.session.end(cause ?? new PushError('PUSH_ERR_CLOSED', 'the connection was closed'))
    this.#closeSocket(cause === undefined)
    const { answered } = this.session
    const { observer } = this.#settings.session
    observer?.disconnected?.({ ...this.#event(), ageMs: this.ageMs, answered, cause })
    this.#settings.onEnd(this, cause)
  }

  #closeSocket(inOrder: boolean): void {
    const socket = this.#socket
    if (socket === undefined) {
      this.#stopOpening()
    } else if (!inOrder || socket.connecting) {
      socket.destroy()
    } else {
      // A peer that takes nothing more must not hold the process.
      const timer = setTimeout(() => socket.destroy(), CLOSE_TIMEOUT_MS)
      socket.on('close', () => clearTimeout(timer))
      socket.end(goAwayFrame(errorCodes.NO_ERROR), () => socket.destroy())
    }
  }
}
