import { ApnsClient, type ApnsClientOptions } from '../apns/index.js'
import type { Clock, Logger } from '../base/index.js'
import { apnsHostname, type Service } from '../model/index.js'
import type { ServiceStore } from '../store/index.js'

interface Entry {
  readonly client: ApnsClient
  /** The service as the client was made for it. */
  readonly updatedAt: number
  users: number
}

/** What is wanted of every client, whatever the service: time-outs, limits. */
export type ClientOverrides = Partial<
  Omit<ApnsClientOptions, 'hostname' | 'port' | 'key' | 'certificate' | 'ca'>
>

/**
 * One client for each service, kept open between pushes, because Apple takes connections that come and go for an attack.
 * A service that was changed gets a new client; the old one is closed when the last push over it has ended.
 */
export class ServiceClients {
  readonly #services: ServiceStore
  readonly #base: { clock: Clock; logger: Logger } & ClientOverrides
  readonly #entries = new Map<number, Entry>()

  constructor(services: ServiceStore, base: { clock: Clock; logger: Logger } & ClientOverrides) {
    this.#services = services
    this.#base = base
  }

  /** Calls `work` with the client of a service. PUSH_ERR_SERVICE_NOT_FOUND, PUSH_ERR_SECRET_UNSEAL, PUSH_ERR_APNS_*. */
  async use<T>(service: Service, work: (client: ApnsClient) => Promise<T>): Promise<T> {
    const entry = await this.#entry(service)
    entry.users++
    try {
      return await work(entry.client)
    } finally {
      entry.users--
      if (entry.users === 0 && this.#entries.get(service.id) !== entry) await entry.client.close()
    }
  }

  /** Waits for what is in flight. */
  async close(): Promise<void> {
    const clients = [...this.#entries.values()].map(({ client }) => client)
    this.#entries.clear()
    await Promise.all(clients.map((client) => client.close()))
  }

  /** A client for one service that is not kept. */
  async make(service: Service, overrides: ClientOverrides = {}): Promise<ApnsClient> {
    const credential = await this.#services.credential(service.id)
    return new ApnsClient({
      ...this.#base,
      ...overrides,
      hostname: apnsHostname(service.hostname),
      port: service.port,
      ...(service.ca === null ? {} : { ca: service.ca }),
      ...(credential.kind === 'key' ? { key: credential.key } : { certificate: credential.certificate }),
    })
  }

  async #entry(service: Service): Promise<Entry> {
    const known = this.#entries.get(service.id)
    if (known?.updatedAt === service.updatedAt) return known
    const entry = { client: await this.make(service), updatedAt: service.updatedAt, users: 0 }
    // Another push may have been quicker while the credential was read.
    const current = this.#entries.get(service.id)
    if (current?.updatedAt === service.updatedAt) {
      await entry.client.close()
      return current
    }
    this.#entries.set(service.id, entry)
    if (current !== undefined && current.users === 0) await current.client.close()
    return entry
  }
}
