import type { ClientCertificate, ProviderKey } from '../apns/index.js'
import { type Clock, PushError } from '../base/index.js'
import type { Delivery, ServiceCheck } from '../delivery/index.js'
import {
  checkService,
  checkServiceChange,
  type NewService,
  type Service,
  type ServiceCredential,
  type ServiceInspection,
} from '../model/index.js'
import { type Check, pkcs12ToPem, type ServiceStore } from '../store/index.js'
import { nextTurn } from './next-turn.js'
import { serviceNotFound } from './not-found.js'
import { inspectDraft, type ServiceDraft } from './service-inspector.js'

/** Rows of what hangs on a service that are deleted in one transaction. */
const ROWS_AT_ONCE = 1000

/** A service to be made. Exactly one of `key`, `certificate` and `p12` is needed. */
export interface ServiceInput {
  /** 1 to 255 characters; unique together with `hostname`. */
  name: string
  /** `api.push.apple.com`, `api.sandbox.push.apple.com`, the predecessor's `gateway...` names, or another server's. */
  hostname: string
  /** 443 by default. */
  port?: number
  /** The bundle id of the app. */
  topic: string
  /** Token authentication. */
  key?: ProviderKey
  /** Certificate authentication, in PEM. */
  certificate?: ClientCertificate
  /** Certificate authentication, as a PKCS#12 file, such as Keychain exports. */
  p12?: { file: Uint8Array; passphrase?: string }
  /** PEM of the certificate authorities to trust instead of the system's. */
  ca?: string
  /** Whether a dead token deactivates its device at once (`immediate`, the default) or is only noted. */
  feedback?: 'immediate' | 'deferred'
  /** Pushes a second that all workers together send through it at most, 1 to 1,000,000; no limit by default. */
  maxPerSecond?: number | null
}

/** What is to be changed of a service. Absent fields stay; `ca: null` trusts the system's authorities again. */
export interface ServiceChange extends Partial<Omit<ServiceInput, 'ca'>> {
  ca?: string | null
}

/** The APN services: one app in one environment each, with a credential. Secrets go in and never come out. */
export class Services {
  readonly #store: ServiceStore
  readonly #delivery: Delivery
  readonly #clock: Clock

  constructor(store: ServiceStore, delivery: Delivery, clock: Clock) {
    this.#store = store
    this.#delivery = delivery
    this.#clock = clock
  }

  /**
   * Checks a service, its credential included, and stores it. PUSH_ERR_INPUT_INVALID,
   * PUSH_ERR_APNS_CREDENTIAL_INVALID, PUSH_ERR_APNS_PASSPHRASE_WRONG, PUSH_ERR_APNS_CERTIFICATE_EXPIRED,
   * PUSH_ERR_SERVICE_EXISTS.
   */
  async create(input: ServiceInput): Promise<Service> {
    const now = this.#clock.now()
    return await this.#store.create(await checked(input, now), now)
  }

  /** Replaces all of a service; its devices stay. The errors of `create`, and PUSH_ERR_SERVICE_NOT_FOUND. */
  async update(id: number, input: ServiceInput): Promise<Service> {
    const now = this.#clock.now()
    return await this.#store.update(id, await checked(input, now), now)
  }

  /**
   * Changes what is named and leaves the rest, its credential included, as it is. A push that is running goes on with what it began
   * with. The errors of `create`, and PUSH_ERR_SERVICE_NOT_FOUND.
   *
   * @param options.check looks at the service as it is, in the same transaction; what it throws leaves all as it is
   */
  async change(
    id: number,
    { key, certificate, p12, ...change }: ServiceChange,
    { check }: { check?: Check<Service> } = {},
  ): Promise<Service> {
    const now = this.#clock.now()
    const isSame = key === undefined && certificate === undefined && p12 === undefined
    const credential = isSame ? {} : { credential: await credentialOf({ key, certificate, p12 }) }
    const decide = (current: Service) => {
      check?.(current)
      return checkServiceChange({ ...change, ...credential }, current, now)
    }
    return await this.#store.change(id, decide, now)
  }

  /** Undefined where no service has this id. */
  get(id: number): Promise<Service | undefined> {
    return this.#store.get(id)
  }

  /** All services, by id. */
  list(): Promise<Service[]> {
    return this.#store.list()
  }

  /**
   * PUSH_ERR_SERVICE_NOT_FOUND; PUSH_ERR_SERVICE_IN_USE where it has devices, unless `cascade`, which removes them and all
   * else that belongs to it: pushes that have not ended are cancelled, and then all of it goes in many steps, between which others have their
   * turn. Where the process is killed in the middle, the service is still there, with fewer pushes and devices, and can be removed again.
   *
   * @param options.check as with `change`; with `cascade` it looks once, before the first step
   */
  async remove(
    id: number,
    { cascade = false, check }: { cascade?: boolean; check?: Check<Service> } = {},
  ): Promise<void> {
    if (!cascade) return await this.#store.remove(id, { ...(check && { check }) })
    const service = await this.#store.get(id)
    if (service === undefined) throw serviceNotFound(id)
    check?.(service)
    while (await this.#store.removeDependants(id, ROWS_AT_ONCE, this.#clock.now())) await nextTurn()
    await this.#store.remove(id, { cascade })
  }

  /**
   * Says what is known of a service that is not saved yet: what its credential is for, and all that is wrong. Writes nothing and
   * opens no connection. PUSH_ERR_SERVICE_NOT_FOUND.
   *
   * @param options.service the one that is to be changed: what the draft does not say is taken from it
   */
  async inspect(draft: ServiceDraft, { service: id }: { service?: number } = {}): Promise<ServiceInspection> {
    const services = await this.#store.list()
    const current = services.find((service) => service.id === id)
    if (id !== undefined && current === undefined) throw serviceNotFound(id)
    return await inspectDraft(draft, services, current, this.#clock.now())
  }

  /** Connects to APNs with the service's credential; no device gets anything. PUSH_ERR_SERVICE_NOT_FOUND. */
  check(id: number): Promise<ServiceCheck> {
    return this.#delivery.check(id)
  }
}

async function checked({ key, certificate, p12, ...rest }: ServiceInput, now: number): Promise<NewService> {
  return checkService({ ...rest, credential: await credentialOf({ key, certificate, p12 }) }, now)
}

type Credentials = { [Name in 'key' | 'certificate' | 'p12']: ServiceInput[Name] | undefined }

async function credentialOf({ key, certificate, p12 }: Credentials): Promise<ServiceCredential> {
  if ([key, certificate, p12].filter((one) => one !== undefined).length !== 1)
    throw new PushError('PUSH_ERR_INPUT_INVALID', 'exactly one of key, certificate and p12 is needed', {
      field: 'key',
    })
  if (key !== undefined) return { kind: 'key', key }
  if (certificate !== undefined) return { kind: 'certificate', certificate }
  return { kind: 'certificate', certificate: await pkcs12ToPem(p12!.file, p12!.passphrase) }
}
