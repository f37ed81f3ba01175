import type { Clock } from '../base/index.js'
import type { Delivery, NotificationPreview, Preflight } from '../delivery/index.js'
import type { Notification, Push } from '../model/index.js'
import type { Store } from '../store/index.js'
import { ApiTokens } from './api-tokens.js'
import { AuditLog } from './audit-log.js'
import { Devices } from './devices.js'
import { FeedbackLedger } from './feedback-ledger.js'
import { FeedbackServices } from './feedback-services.js'
import { modelled, type NotificationInput, Notifications } from './notifications.js'
import { deliveryOptions, type SubmitOptions } from './push-options.js'
import { Pushes } from './pushes.js'
import { Schedules } from './schedules.js'
import { Services } from './services.js'
import { Sessions } from './sessions.js'
import { Stats } from './stats.js'
import { Users } from './users.js'
import { Workers } from './workers.js'

/** What `Resources` are put together from. */
export interface ResourceParts {
  store: Store
  delivery: Delivery
  clock: Clock
}

/** Everything that can be managed, in one hand: what the REST API is given, and what an `App` is beside its own life. */
export class Resources {
  readonly services: Services
  readonly devices: Devices
  readonly users: Users
  readonly notifications: Notifications
  readonly feedbackServices: FeedbackServices
  readonly feedback: FeedbackLedger
  readonly pushes: Pushes
  readonly stats: Stats
  readonly schedules: Schedules
  readonly tokens: ApiTokens
  readonly sessions: Sessions
  readonly audit: AuditLog
  readonly workers: Workers
  readonly #delivery: Delivery

  /** @internal */
  constructor({ store, delivery, clock }: ResourceParts) {
    this.services = new Services(store.services, delivery, clock)
    this.devices = new Devices(store, clock)
    this.users = new Users(store.users, clock)
    this.notifications = new Notifications(store.notifications, clock)
    this.feedbackServices = new FeedbackServices(store.feedbackServices, clock)
    this.feedback = new FeedbackLedger(store, clock)
    this.stats = new Stats(store.stats, clock)
    this.pushes = new Pushes(store.pushes, delivery)
    this.schedules = new Schedules(store, delivery, clock)
    this.tokens = new ApiTokens(store.apiTokens, clock)
    this.sessions = new Sessions(store.sessions, clock)
    this.audit = new AuditLog(store.auditLog, clock)
    this.workers = new Workers(store.workers, clock)
    this.#delivery = delivery
  }

  /**
   * Writes a push and returns; a worker sends it (`work`, or the commands `serve` and `worker`), now or at `options.at`. With an
   * `idempotencyKey` that was used for the same request, the push that was made then. Throws like `push`, but
   * not for the credential, which is looked at when it is sent.
   */
  submit(notification: Notification | NotificationInput, options: SubmitOptions = {}): Promise<Push> {
    return this.#delivery.submit(modelled(notification), deliveryOptions(options))
  }

  /**
   * Finds out what `push` or `submit` with the same arguments would do, and every rule that it would break (`problems`). Writes and sends nothing.
   * Throws only PUSH_ERR_SERVICE_NOT_FOUND, PUSH_ERR_INPUT_INVALID where more than one audience is named, and PUSH_ERR_ABORTED by the signal.
   */
  preflight(
    notification: Notification | NotificationInput,
    options: SubmitOptions & { signal?: AbortSignal } = {},
  ): Promise<Preflight> {
    return this.#delivery.preflight(modelled(notification), deliveryOptions(options))
  }

  /**
   * What a notification becomes on the wire, and every rule that it breaks (`problems`), without an audience. Writes and sends nothing.
   * PUSH_ERR_SERVICE_NOT_FOUND.
   */
  preview(notification: Notification | NotificationInput): Promise<NotificationPreview> {
    return this.#delivery.preview(modelled(notification))
  }
}
