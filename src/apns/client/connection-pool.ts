/**
 * The connections of a client: opened when something waits, more of them when all are full, replaced when they end.
 *
 * Back-off: after a connection that can't be made, or that ends within seconds, the next is tried after a delay that doubles,
 * with jitter. When the attempts are used up without an answer in between, everything that waits ends as unsent, and so does
 * what comes within the delay after that; then one attempt decides: a campaign must not hammer a server that is down. Apple
 * takes rapid opening and closing of connections for an attack (sending-notification-requests-to-apns).
 */

import { monotonicNow } from '../../base/clock.js'
import { PushError } from '../../base/errors.js'
import type { Logger } from '../../base/logger.js'
import { Connection, type ConnectionSettings } from './connection.js'
import type { Job } from './job.js'
import type { PushQueue } from './push-queue.js'

const FIRST_DELAY_MS = 250
/** What is wrong with TLS, or with the proxy's password, is seldom right a moment later. */
const FIRST_LASTING_DELAY_MS = 5_000
const MAX_DELAY_MS = 30_000
/** A connection that brought this many answers was worth opening, however short it was. */
const WORTHWHILE_ANSWERS = 100
/** A connection that lasted this long is replaced at once, and one attempt after it counts as the first. */
const LASTING_MS = 5_000
/** How often time-outs, growth and undelivered outcomes are looked at, in milliseconds; and when there is nothing to do. */
const TICK_MS = 50
const IDLE_TICK_MS = 1_000
/** The connections have to be full for this many ticks in a row before another one is opened. */
const FULL_TICKS_TO_GROW = 4
/** A connection beyond the first is closed when it has had nothing to do for this long, in milliseconds. */
const SURPLUS_IDLE_MS = 60_000
/**
 * How many connections beyond `maxConnections` may wait for their last answers. A server that sends every connection away and
 * keeps the answers would otherwise get a new one at once, again and again.
 */
const MAX_LEAVING = 8
/** How long a pause that the server asks for is waited for, in milliseconds; where it is longer, what waits ends as unsent. */
const MAX_PAUSE_MS = 60_000

export interface PoolSettings
  extends Omit<ConnectionSettings, 'onReady' | 'onProgress' | 'onEnd' | 'number'> {
  maxConnections: number
  connectAttempts: number
  idleTimeoutMs: number
  logger: Logger
}

export class ConnectionPool {
  readonly #settings: PoolSettings
  readonly #queue: PushQueue
  readonly #connections = new Set<Connection>()
  readonly #readyWaiters: {
    resolve: (connection: Connection) => void
    reject: (error: PushError) => void
  }[] = []
  /** Connections in a row that did not last, which sets the delay; and that brought no answer, which uses up the attempts. */
  #losses = 0
  #fruitless = 0
  #retryTimer: NodeJS.Timeout | undefined
  #ticker: NodeJS.Timeout | undefined
  /** Whether the next tick comes after `IDLE_TICK_MS`. */
  #dozing = false
  #fullTicks = 0
  /** `returns` of the queue when all connections were last told to look for work. */
  #returnsSeen = 0
  /** Connections begun so far. */
  #opened = 0
  /** Until when nothing is tried because all attempts have failed, and why. */
  #brokenUntil = 0
  #brokenCause: PushError | undefined
  #closed = false
  #drained: (() => void) | undefined

  constructor(settings: PoolSettings) {
    this.#settings = settings
    this.#queue = settings.session.queue
  }

  /** Something waits in the queue. */
  wake(): void {
    if (this.#closed) return
    const now = monotonicNow()
    if (this.#brokenCause !== undefined) {
      if (now < this.#brokenUntil) {
        this.#giveUp(this.#brokenCause)
        return
      }
      this.#brokenCause = undefined
    }
    const pauseMs = this.#settings.session.pace.pauseMs(now)
    if (pauseMs > MAX_PAUSE_MS) {
      const seconds = Math.ceil(pauseMs / 1000)
      const why = `the server wants no more pushes for ${seconds} s (Retry-After)`
      this.#queue.fail(new PushError('PUSH_ERR_APNS_RETRY_LATER', why))
      // Nothing waits any more; a server that wants to be left alone gets no connection for that.
      if (this.#readyWaiters.length === 0) return
    }
    this.#stayAwake()
    let usable = 0
    for (const connection of this.#connections) {
      if (connection.session.isUsable) usable++
      connection.schedule()
    }
    const isCrowded = this.#connections.size >= this.#settings.maxConnections + MAX_LEAVING
    if (usable === 0 && this.#retryTimer === undefined && !isCrowded) this.#open()
  }

  /** A connection that is ready. Throws why none can be had, when all attempts have failed. */
  ready(): Promise<Connection> {
    for (const connection of this.#connections)
      if (connection.session.state === 'open') return Promise.resolve(connection)
    return new Promise((resolve, reject) => {
      this.#readyWaiters.push({ resolve, reject })
      this.wake()
    })
  }

  /** Ends what is in flight of one job. */
  cancel(job: Job, cause: PushError): void {
    for (const connection of this.#connections) connection.cancel(job, cause)
  }

  /** Waits for the answers of what is in flight, for `timeoutMs` at the most, then closes. Called once. */
  async close(cause: PushError, timeoutMs: number): Promise<void> {
    this.#closed = true
    clearTimeout(this.#retryTimer)
    this.#giveUp(cause)
    for (const connection of [...this.#connections]) connection.drain()
    if (this.#connections.size > 0) {
      const timer = setTimeout(() => this.destroy(cause), timeoutMs)
      await new Promise<void>((resolve) => {
        this.#drained = resolve
      })
      clearTimeout(timer)
    }
    // What came back to the queue meanwhile finds no connection any more.
    this.#giveUp(cause)
    clearTimeout(this.#ticker)
  }

  /** Closes the connections at once; what is in flight is unknown. */
  destroy(cause: PushError): void {
    for (const connection of [...this.#connections]) connection.destroy(cause)
  }

  #open(): void {
    const connection = new Connection({
      ...this.#settings,
      number: ++this.#opened,
      onReady: (ready) => this.#onReady(ready),
      onProgress: this.#onProgress,
      onEnd: (ended, cause) => this.#onEnd(ended, cause),
    })
    this.#connections.add(connection)
  }

  #onReady(connection: Connection): void {
    const { hostname, port, logger } = this.#settings
    logger.debug({ hostname, port, streams: connection.session.remoteStreams }, 'Connected to APNs')
    for (const waiter of this.#readyWaiters.splice(0)) waiter.resolve(connection)
  }

  readonly #onProgress = (): void => {
    // What one connection could not send, another may: after a GOAWAY, or when stream ids have run out. Only then: connections
    // that are all full would wake each other without an end.
    const { returns } = this.#queue
    if (returns === this.#returnsSeen) return
    this.#returnsSeen = returns
    for (const connection of this.#connections) connection.schedule()
  }

  #onEnd(connection: Connection, cause: PushError | undefined): void {
    this.#connections.delete(connection)
    const { hostname, port, logger } = this.#settings
    if (cause !== undefined)
      logger.warn({ hostname, port, code: cause.code }, `A connection to APNs ended: ${cause.message}`)
    if (cause !== undefined && !this.#closed) this.#onLoss(connection, cause)
    this.#queue.publish()
    if (this.#closed) {
      if (this.#connections.size === 0) this.#drained?.()
    } else if (this.#queue.waiting || this.#readyWaiters.length > 0) {
      this.wake()
    }
  }

  /** After a connection that was of use the next one is opened at once; after others with a delay, or all is given up. */
  #onLoss(connection: Connection, cause: PushError): void {
    const useful = connection.session.answered > 0
    // Many servers close a connection in order after so many requests; that is no reason to wait.
    if (connection.session.closedInOrder && connection.session.answered >= WORTHWHILE_ANSWERS) return
    if (useful && connection.ageMs >= LASTING_MS) this.#losses = 0
    this.#fruitless = useful ? 0 : this.#fruitless + 1
    this.#losses++
    if (useful && this.#losses === 1) return
    // An error that names an option is ended by nothing but another option.
    const isLasting = cause.code === 'PUSH_ERR_APNS_TLS' || cause.field !== undefined
    const firstDelayMs = isLasting ? FIRST_LASTING_DELAY_MS : FIRST_DELAY_MS
    const delayMs = Math.min(firstDelayMs * 2 ** (this.#losses - 1), MAX_DELAY_MS) * (0.5 + Math.random() / 2)
    const hopeless = isLasting || this.#fruitless >= this.#settings.connectAttempts
    // As long as another connection works, nothing is lost but this one.
    if (hopeless && this.#connections.size === 0) {
      this.#brokenCause = cause
      this.#brokenUntil = monotonicNow() + delayMs
      this.#giveUp(cause)
      return
    }
    this.#retryTimer ??= setTimeout(() => {
      this.#retryTimer = undefined
      if (this.#queue.waiting || this.#readyWaiters.length > 0) this.wake()
    }, delayMs)
  }

  #giveUp(cause: PushError): void {
    for (const waiter of this.#readyWaiters.splice(0)) waiter.reject(cause)
    this.#queue.fail(cause)
  }

  #stayAwake(): void {
    if (this.#ticker !== undefined && !this.#dozing) return
    clearTimeout(this.#ticker)
    this.#dozing = false
    this.#ticker = setTimeout(this.#onTimer, TICK_MS)
  }

  /** After a time in which the event loop was busy, what has come meanwhile is read before anything counts as late. */
  readonly #onTimer = (): void => {
    setImmediate(this.#tick)
  }

  readonly #tick = (): void => {
    // Since the timer, `wake` may have set another one, and `close` may have ended it all.
    clearTimeout(this.#ticker)
    this.#ticker = undefined
    if (this.#closed && this.#connections.size === 0) return
    this.#dozing = false
    const now = monotonicNow()
    let open = 0
    let usable = 0
    let full = 0
    let isBusy = false
    let idlest: Connection | undefined
    for (const connection of [...this.#connections]) {
      connection.tick(now)
      const { session } = connection
      if (session.state === 'open') open++
      if (session.isUsable) usable++
      if (session.saturated) full++
      if (session.state !== 'open' || session.inFlight > 0) isBusy = true
      else if (idlest === undefined || connection.idleMs(now) > idlest.idleMs(now)) idlest = connection
    }
    this.#queue.release(now)
    this.#queue.publish()
    // What waits may have room by now, or need a connection in place of one that takes no more.
    const isWaiting = this.#queue.waiting || this.#queue.holding
    if (this.#queue.waiting) this.wake()
    this.#grow(full > 0 && full === usable)
    const limitMs =
      open > 1 ? Math.min(SURPLUS_IDLE_MS, this.#settings.idleTimeoutMs) : this.#settings.idleTimeoutMs
    if (idlest !== undefined && !isWaiting && idlest.idleMs(now) >= limitMs) idlest.drain()
    if (this.#ticker !== undefined) return
    const isDozing = !this.#closed && !isBusy && !isWaiting && this.#retryTimer === undefined
    if (isDozing && this.#connections.size === 0) return
    this.#dozing = isDozing
    this.#ticker = setTimeout(this.#onTimer, isDozing ? IDLE_TICK_MS : TICK_MS)
  }

  #grow(allFull: boolean): void {
    this.#fullTicks = allFull && this.#queue.waiting ? this.#fullTicks + 1 : 0
    if (this.#fullTicks < FULL_TICKS_TO_GROW || this.#connections.size >= this.#settings.maxConnections)
      return
    // A server that is overloaded is not helped by more connections.
    if (this.#retryTimer !== undefined || this.#settings.session.pace.isLowered) return
    this.#fullTicks = 0
    this.#open()
  }
}
