import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import { setImmediate as otherWork } from 'node:timers/promises'
import { type Clock, type Logger, monotonicNow, PushError, type Report, refuse } from '../base/index.js'
import {
  type Audience,
  dueIn,
  isTooLate,
  type NewNotification,
  type Notification,
  type OutcomeCounts,
  type Push,
  type PushAction,
  type PushContent,
  type Service,
  spanOf,
} from '../model/index.js'
import type { Store } from '../store/index.js'
import { type AudienceSize, checkAudience, refuseEmpty } from './audience.js'
import { LEASE_MS } from './chunk-leases.js'
import { idempotencyOf } from './idempotency.js'
import { LeaseClock } from './lease-clock.js'
import { Presence } from './presence.js'
import { cancelPush, reasonsOf, resultOf } from './push-conclusion.js'
import { previewOf, problemList, pushContent } from './push-content.js'
import {
  beginningOf,
  chunkSizeOf,
  limitsOf,
  type NotificationPreview,
  type Preflight,
  type PushOptions,
  type PushProgress,
  type PushResult,
  refuseOver,
} from './push-options.js'
import { contentAgain, notNow, type RetryOptions, retryAudience } from './push-retry.js'
import { Retention } from './retention.js'
import { ScheduleRunner } from './schedule-runner.js'
import { checkConnection, type ServiceCheck } from './service-check.js'
import { type ClientOverrides, ServiceClients } from './service-clients.js'
import { Worker } from './worker.js'

/** Calls of `onProgress` are at least so far apart, in milliseconds. */
const PROGRESS_MS = 100

/** What `Delivery` is built from. */
export interface DeliveryOptions {
  store: Store
  clock: Clock
  logger: Logger
  /** Whether notifications that are pushed without having been stored are stored; true by default. */
  persistNotifications?: boolean
  /**
   * How long a part of a push stays with a worker that gives no sign of life, in milliseconds; 60,000 by default. Shorter: others
   * go on sooner after a crash, and a machine that stalls for so long sends some devices twice. The same for all workers.
   */
  leaseMs?: number
  /** How long what became of each device is kept after the end of a push, in days; 30 by default, 0: for ever. */
  retentionDays?: number
  /** Limits and time-outs for every APNs client. */
  apns?: ClientOverrides
}

/** Everything about a push that has been checked. */
interface Prepared {
  service: Service
  content: PushContent
  audience: Audience
  size: AudienceSize
  chunkSize: number
  limits: Pick<Push, 'urgency' | 'duplicates' | 'maxAttempts'>
  beginning: ReturnType<typeof beginningOf>
  idempotency: ReturnType<typeof idempotencyOf> | undefined
  /** The push that was made of the same request before. */
  known: Push | undefined
}

/** Who changes the state of a push, and why. */
export interface StateChange {
  reason?: string
  /** A user's name; null or absent: nobody in particular. */
  by?: string | null
}

/**
 * Sends pushes. Every door (command line, library, API) ends in `push`. docs/delivery.md tells the way of a push and what
 * happens when something on it fails.
 */
export class Delivery implements AsyncDisposable {
  readonly #store: Store
  readonly #clock: Clock
  readonly #logger: Logger
  readonly #persistNotifications: boolean
  readonly #clients: ServiceClients
  readonly #leaseClock: LeaseClock
  readonly #worker: Worker
  readonly #retention: Retention
  readonly #presence: Presence
  /** Who leases chunks: this object in this process. */
  readonly #owner = `${hostname()}:${process.pid}:${randomUUID().slice(0, 8)}`
  readonly #closing = new AbortController()
  readonly #running = new Set<Promise<unknown>>()

  constructor({
    store,
    clock,
    logger,
    persistNotifications = true,
    apns = {},
    leaseMs = LEASE_MS,
    retentionDays,
  }: DeliveryOptions) {
    this.#store = store
    this.#clock = clock
    this.#logger = logger
    this.#persistNotifications = persistNotifications
    this.#clients = new ServiceClients(store.services, { ...apns, clock, logger })
    const submit: Delivery['submit'] = (notification, options) => this.submit(notification, options)
    const schedules = new ScheduleRunner({ store, clock, logger, submit })
    const owner = this.#owner
    // Whoever lives lengthens his leases three times meanwhile.
    const leaseClock = new LeaseClock(clock, { toleranceMs: leaseMs / 3, graceMs: leaseMs })
    this.#leaseClock = leaseClock
    this.#worker = new Worker({
      ...{ store, clients: this.#clients, schedules, clock, leaseClock, logger, owner, leaseMs },
    })
    this.#retention = new Retention({ store, clock, logger, retentionDays })
    const worker = { id: owner, host: hostname(), pid: process.pid }
    this.#presence = new Presence({ workers: store.workers, clock, logger, worker })
  }

  /**
   * Sends a notification to an audience and waits for the end.
   *
   * What Apple says, and that a connection can't be made, is in the result. Thrown is only what is wrong before anything
   * was written or sent (PUSH_ERR_SERVICE_NOT_FOUND, PUSH_ERR_AUDIENCE_EMPTY, PUSH_ERR_INPUT_INVALID, PUSH_ERR_PAYLOAD_*,
   * PUSH_ERR_HEADER_INVALID, PUSH_ERR_DEVICE_TOKEN_INVALID, PUSH_ERR_APNS_CREDENTIAL_*, PUSH_ERR_SECRET_UNSEAL,
   * PUSH_ERR_IDEMPOTENCY_KEY_REUSED, PUSH_ERR_CLOSED), and what the database throws.
   *
   * @param notification a stored one, or one that is not stored yet; it is checked either way
   */
  async push(notification: Notification | NewNotification, options: PushOptions = {}): Promise<PushResult> {
    this.#checkOpen()
    const running = this.#push(notification, options)
    this.#running.add(running)
    try {
      return await running
    } finally {
      this.#running.delete(running)
    }
  }

  /**
   * Writes a push and returns: a worker sends it, now or at `dueAt`. Throws like `push`, but for the credential, which is looked at
   * when it is sent.
   */
  async submit(notification: Notification | NewNotification, options: PushOptions = {}): Promise<Push> {
    this.#checkOpen()
    const push = await this.#plan(notification, options, await this.#prepare(notification, options))
    this.#worker.wake()
    return push
  }

  /**
   * Makes a push of the same content for those devices of a push that has ended which did not accept; a worker sends it. PUSH_ERR_PUSH_NOT_FOUND;
   * PUSH_ERR_PUSH_STATE where it has not ended, has expired, or what became of its devices is not kept any more; PUSH_ERR_AUDIENCE_EMPTY;
   * PUSH_ERR_INPUT_INVALID; PUSH_ERR_IDEMPOTENCY_KEY_REUSED.
   */
  async retry(pushId: number, options: RetryOptions = {}): Promise<Push> {
    this.#checkOpen()
    const { pushes } = this.#store
    const first = await pushes.get(pushId)
    if (first === undefined)
      throw new PushError('PUSH_ERR_PUSH_NOT_FOUND', `push with id ${pushId} does not exist`, {
        field: 'push',
      })
    const service = await this.#service(first.serviceId)
    const at = this.#clock.now()
    const content = contentAgain(first, service, at)
    if (!(await pushes.keepsDeliveries(pushId)))
      throw notNow(`push ${pushId} ended so long ago that what became of each device is not kept any more`)
    const audience = retryAudience(pushId, await reasonsOf(pushes, pushId, first.unsent), options)
    const { urgency, duplicates, maxAttempts, notificationId } = first
    const limits = { urgency, duplicates, maxAttempts }
    const { hash } = idempotencyOf('any', content, audience, limits)
    const { by, idempotencyKey = `retry:${pushId}:${hash.slice(0, 32)}` } = options
    const idempotency = idempotencyOf(idempotencyKey, content, audience, limits)
    const known = await pushes.ofKey(service.id, idempotency)
    if (known !== undefined) return known
    refuseEmpty(audience, await pushes.measure(service.id, audience, { enough: 1 }), service)
    const push = await pushes.plan({
      ...{ ...content, ...limits, uuid: randomUUID(), serviceId: service.id, notificationId },
      ...{ audience, chunkSize: chunkSizeOf({}), idempotency, at },
      ...(by !== undefined && { by }),
    })
    this.#worker.wake()
    return push
  }

  /**
   * Checks a push as a schedule is to make it, and stores its notification where it is not stored yet. Throws like `push`, but not
   * where nobody is there yet to push to; PUSH_ERR_INPUT_INVALID where the notification has an expiration that would be over one day.
   */
  async scheduledPush(
    notification: Notification | NewNotification,
    options: PushOptions = {},
  ): Promise<PushAction> {
    this.#checkOpen()
    const { content, audience, limits } = await this.#check(notification, options)
    if (content.expiration !== null && content.expiration > 0)
      throw new PushError(
        'PUSH_ERR_INPUT_INVALID',
        `expiration: ${content.expiration} is not allowed; use none, or 0, as a schedule would send after that time too`,
        { field: 'expiration' },
      )
    const notificationId =
      'id' in notification
        ? notification.id
        : (await this.#store.notifications.create(notification, this.#clock.now())).id
    return { kind: 'push', notificationId, audience, chunkSize: options.chunkSize ?? null, ...limits }
  }

  /**
   * Sends all pushes of the database from now on, as far as other workers do not, runs its schedules, and tidies up after pushes that
   * ended long ago.
   */
  work(): void {
    this.#checkOpen()
    this.#worker.start()
    this.#retention.start()
    this.#presence.start()
  }

  /**
   * Holds a push; within half a second nothing of it is sent any more. One that rests does not go on by itself then.
   * PUSH_ERR_PUSH_STATE, PUSH_ERR_PUSH_NOT_FOUND.
   */
  async pause(pushId: number, change: StateChange = {}): Promise<Push> {
    const { reason = 'paused', by = null } = change
    const to = { state: 'paused' as const, stateReason: reason, stateBy: by, dueAt: null, endingAs: null }
    const push = await this.#store.pushes.setState(pushId, ['scheduled', 'queued', 'sending', 'paused'], to)
    this.#worker.wake()
    return push
  }

  /** Lets a paused push go on; one that is to begin later begins then. PUSH_ERR_PUSH_STATE, PUSH_ERR_PUSH_NOT_FOUND. */
  async resume(pushId: number, { by = null }: Pick<StateChange, 'by'> = {}): Promise<Push> {
    const to = { stateReason: null, stateBy: by, dueAt: null, endingAs: null }
    const push = await this.#store.pushes.setState(pushId, ['paused'], { ...to, state: 'queued' })
    this.#worker.wake()
    return push
  }

  /**
   * Ends a push: what is in flight gets its answers, the rest is unsent. One that has ended stays as it is.
   * PUSH_ERR_PUSH_NOT_FOUND.
   */
  async cancel(pushId: number, { reason = 'cancelled', by = null }: StateChange = {}): Promise<void> {
    const now = { at: this.#clock.now(), leasesAt: this.#leaseClock.now() }
    // Where many devices wait for an attempt it takes several calls, and there may be no worker to make them.
    while ((await cancelPush(this.#store.pushes, pushId, reason, by, now))?.finishedAt === null)
      await otherWork()
    this.#worker.wake()
  }

  /**
   * Finds out what `push` with the same arguments would do, and every rule that it would break. Nothing is written or sent.
   * PUSH_ERR_SERVICE_NOT_FOUND; PUSH_ERR_ABORTED by the signal.
   */
  async preflight(
    notification: Notification | NewNotification,
    options: PushOptions = {},
  ): Promise<Preflight> {
    const { problems, report } = problemList()
    const prepared = await this.#prepare(notification, options, report)
    const { content, size, chunkSize } = prepared
    const { audienceSize, skippedInactive, skippedUnregistered } = size
    return {
      ...{ audienceSize, skippedInactive, skippedUnregistered },
      localTimePassed: await this.#localTimePassed(prepared, options.signal),
      chunks: Math.ceil(audienceSize / chunkSize),
      ...previewOf(content, problems),
    }
  }

  /** What a notification becomes on the wire, and every rule that it breaks. Nothing is written. PUSH_ERR_SERVICE_NOT_FOUND. */
  async preview(notification: Notification | NewNotification): Promise<NotificationPreview> {
    const { problems, report } = problemList()
    const service = await this.#service(notification.serviceId)
    return previewOf(pushContent(notification, service, report), problems)
  }

  /** Opens a connection for a service and says what is known of it; nothing is sent to any device. PUSH_ERR_SERVICE_NOT_FOUND. */
  async check(serviceId: number): Promise<ServiceCheck> {
    const service = await this.#service(serviceId)
    return await checkConnection(service, this.#clients)
  }

  /** Stops what is running as an abort does (`cancelled`; what is in flight gets its answers), then closes the connections. */
  async close(): Promise<void> {
    this.#closing.abort('the sender was closed')
    // It may be waiting for a locked database; sending stops meanwhile.
    const tidied = Promise.all([this.#retention.close(), this.#presence.close()])
    await Promise.allSettled(this.#running)
    await this.#worker.close('the worker was closed')
    await tidied
    await this.#clients.close()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  #checkOpen(): void {
    if (this.#closing.signal.aborted) throw new PushError('PUSH_ERR_CLOSED', 'Delivery is closed')
  }

  async #push(notification: Notification | NewNotification, options: PushOptions): Promise<PushResult> {
    const prepared = await this.#prepare(notification, options)
    // The client comes first: where there is none to be had (a key that can't be read), nothing is written.
    return await this.#clients.use(prepared.service, async () => {
      const push = await this.#plan(notification, options, prepared)
      const { onProgress, signal = this.#closing.signal } = options
      const anySignal = AbortSignal.any([signal, this.#closing.signal])
      const deactivated = await this.#worker.attend(push.id, anySignal, this.#progressOf(push.id, onProgress))
      const result = await resultOf(this.#store.pushes, push.id, deactivated)
      const { accepted, rejected, unknown, unsent, audienceSize, pushId, state } = result
      onProgress?.({ pushId, audienceSize, accepted, rejected, unknown, unsent })
      this.#logger.info({ pushId, state, accepted, rejected, unknown, unsent }, 'A push ended')
      return result
    })
  }

  async #plan(
    notification: Notification | NewNotification,
    options: PushOptions,
    { service, content, audience, chunkSize, limits, beginning, idempotency, known }: Prepared,
  ): Promise<Push> {
    if (known !== undefined) return known
    const at = this.#clock.now()
    const { by } = options
    return await this.#store.pushes.plan({
      ...content,
      ...limits,
      ...(idempotency !== undefined && { idempotency }),
      ...(by !== undefined && { by }),
      ...beginning,
      uuid: randomUUID(),
      serviceId: service.id,
      notificationId: await this.#notificationId(notification, options, at),
      audience,
      chunkSize,
      at,
    })
  }

  /**
   * Everything that can be wrong before something is written; by default the first of it is thrown. A request that was made before
   * needs nobody to push to any more, nor a time that is not over.
   */
  async #prepare(
    notification: Notification | NewNotification,
    options: PushOptions,
    report?: Report,
  ): Promise<Prepared> {
    const checked = await this.#check(notification, options, report)
    const { service, content, audience, beginning } = checked
    const { idempotency, known } = await this.#requestOf(service, content, audience, options, report)
    if (known !== undefined) return { ...checked, idempotency, known, size: known }
    refuseOver(beginning, this.#clock.now(), report)
    // A dry run tells the number; otherwise one device is enough where counting would be a walk through all of them.
    const limits = report === undefined ? { enough: 1 } : options.signal && { signal: options.signal }
    const size: AudienceSize = await this.#store.pushes.measure(service.id, audience, limits)
    refuseEmpty(audience, size, service, report)
    return { ...checked, idempotency, known, size }
  }

  /** How many of an audience would be too late by the time the push begins. */
  async #localTimePassed({ service, audience, beginning }: Prepared, signal?: AbortSignal): Promise<number> {
    const { localTime, timeZone = 'UTC', dueAt = 0 } = beginning
    const at = Math.max(dueAt, this.#clock.now())
    // As long as it has not begun anywhere, or only just, nobody has to be looked at.
    if (localTime === undefined || !isTooLate(spanOf(localTime).first, at)) return 0
    const zones = await this.#store.pushes.timeZones(service.id, audience, signal)
    const late = [...zones].filter(([zone]) => isTooLate(dueIn(zone, localTime, timeZone), at))
    return late.reduce((sum, [, count]) => sum + count, 0)
  }

  async #check(
    notification: Notification | NewNotification,
    options: PushOptions,
    report?: Report,
  ): Promise<Omit<Prepared, 'size' | 'idempotency' | 'known'>> {
    const chunkSize = chunkSizeOf(options, report)
    const limits = limitsOf(options, report)
    const beginning = beginningOf(options, report)
    const audience = checkAudience(options.audience ?? { kind: 'all' }, report)
    const service = await this.#service(notification.serviceId)
    const content = pushContent(notification, service, report)
    return { chunkSize, limits, beginning, audience, service, content }
  }

  /** The request under its idempotency key, where it has one, and what was made of it before. */
  async #requestOf(
    service: Service,
    content: PushContent,
    audience: Audience,
    options: PushOptions,
    report: Report = refuse,
  ): Promise<Pick<Prepared, 'idempotency' | 'known'>> {
    const { idempotencyKey } = options
    if (idempotencyKey === undefined) return { idempotency: undefined, known: undefined }
    try {
      const idempotency = idempotencyOf(idempotencyKey, content, audience, options)
      return { idempotency, known: await this.#store.pushes.ofKey(service.id, idempotency) }
    } catch (error) {
      if (!(error instanceof PushError)) throw error
      report(error)
      return { idempotency: undefined, known: undefined }
    }
  }

  async #service(id: number): Promise<Service> {
    const service = await this.#store.services.get(id)
    if (service !== undefined) return service
    throw new PushError('PUSH_ERR_SERVICE_NOT_FOUND', `APNService with id ${id} does not exist`, {
      field: 'service',
    })
  }

  /** The row that a push belongs to: the stored notification's, that of the one to be stored, or none. */
  async #notificationId(
    notification: Notification | NewNotification,
    { persist = this.#persistNotifications }: PushOptions,
    at: number,
  ): Promise<number | null> {
    if ('id' in notification) return notification.id
    return persist ? (await this.#store.notifications.create(notification, at)).id : null
  }

  #progressOf(
    pushId: number,
    onProgress: PushOptions['onProgress'],
  ): (counts: Readonly<OutcomeCounts>, audienceSize: number) => void {
    if (onProgress === undefined) return () => {}
    let nextAt = 0
    return (counts, audienceSize) => {
      const now = monotonicNow()
      if (now < nextAt) return
      nextAt = now + PROGRESS_MS
      const progress: PushProgress = { pushId, audienceSize, ...counts }
      onProgress(progress)
    }
  }
}
