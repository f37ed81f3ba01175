import type { DeviceApiStore } from '../api/index.js'
import type { Config } from '../config/index.js'
import type { PushResult } from '../delivery/index.js'
import type { Notification } from '../model/index.js'
import {
  deliveryOptions,
  modelled,
  type NotificationInput,
  type PushOptions,
  type ResourceParts,
  Resources,
} from '../resources/index.js'
import { type RunningServer, type ServeOptions, serve } from './serve.js'

/** What an `App` is put together from. */
export interface AppParts extends ResourceParts {
  config: Config
  migrationsApplied: number
}

/**
 * Everything, opened: the registry, the sender and, on demand, the HTTP server. Made by `open`.
 *
 * `close` ends servers (requests under way may end) and the sender (what is in flight gets its answers, the rest of a running push
 * counts as unsent, or is left to other workers) at the same time, then the database.
 */
export class App extends Resources implements AsyncDisposable {
  /** The settings in force. */
  readonly config: Config
  /** How many database migrations were applied as it was opened. */
  readonly migrationsApplied: number
  /** For the `store` option of `ios-notifications/fastify`, and usable until `close`. What it has is no stable interface. */
  readonly store: DeviceApiStore
  readonly #parts: AppParts
  readonly #servers: RunningServer[] = []
  #closed: Promise<void> | undefined

  /** @internal */
  constructor(parts: AppParts) {
    super(parts)
    this.#parts = parts
    this.config = parts.config
    this.migrationsApplied = parts.migrationsApplied
    this.store = parts.store
  }

  /**
   * Sends a notification, stored or not, and waits for the end. What Apple says, and that a connection can't be made, is
   * in the result; thrown is what is wrong before anything was sent: PUSH_ERR_SERVICE_NOT_FOUND, PUSH_ERR_AUDIENCE_EMPTY,
   * PUSH_ERR_INPUT_INVALID, PUSH_ERR_PAYLOAD_*, PUSH_ERR_HEADER_INVALID, PUSH_ERR_DEVICE_TOKEN_INVALID,
   * PUSH_ERR_APNS_CREDENTIAL_INVALID, PUSH_ERR_SECRET_UNSEAL, PUSH_ERR_IDEMPOTENCY_KEY_REUSED, PUSH_ERR_CLOSED.
   */
  push(notification: Notification | NotificationInput, options: PushOptions = {}): Promise<PushResult> {
    return this.#parts.delivery.push(modelled(notification), deliveryOptions(options))
  }

  /** Sends all pushes of the database from now on and runs its schedules, beside whatever other workers there are, until `close`. */
  work(): void {
    this.#parts.delivery.work()
  }

  /**
   * Tokens of devices that a push has deactivated and that are inactive still, the first ones by id.
   * PUSH_ERR_PUSH_NOT_FOUND, PUSH_ERR_PUSH_STATE.
   *
   * @param limit at most so many; 1 to 10,000
   */
  async deactivatedBy(pushId: number, limit = 100): Promise<string[]> {
    const devices = await this.#parts.store.devices.deactivatedBy(pushId, { limit })
    return devices.map(({ token }) => token)
  }

  /** Starts the HTTP server: the device API, the v1 API, the admin and `/healthz`, at the address of the settings. PUSH_ERR_LISTEN. */
  async serve(options: ServeOptions = {}): Promise<RunningServer> {
    const { store, config, clock } = this.#parts
    const server = await serve(store, this, config, clock, options)
    this.#servers.push(server)
    return server
  }

  /** May be called again; every call waits for the same end. */
  close(): Promise<void> {
    this.#closed ??= this.#close()
    return this.#closed
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  async #close(): Promise<void> {
    const { delivery, store } = this.#parts
    try {
      // At the same time: a server may wait some seconds for a request, and nothing new is to be sent meanwhile.
      const ends = [...this.#servers.map((server) => server.close()), delivery.close()]
      for (const end of await Promise.allSettled(ends)) if (end.status === 'rejected') throw end.reason
    } finally {
      await store.close()
    }
  }
}
