import type { X509Certificate } from 'node:crypto'
import type { TLSSocket } from 'node:tls'
import type { PushTypeRule, Reason } from './apple-rules.js'
import { type CertificateScope, readCertificateScope } from './certificates/client-certificate.js'
import type { ProviderKeys, VerifiedToken } from './provider-keys.js'
import type { SimulatorSettings } from './simulator-options.js'

/** Who may push on a connection. One object a connection: Apple binds a connection to its first credential. */
export interface Credential {
  /** Streams that the connection may have before a push was accepted. */
  readonly initialStreams: number
  /** The topic of pushes that name none; absent where they must. */
  readonly defaultTopic: string | undefined
  /** What is wrong with the credential of this request; absent if nothing. */
  refusal(authorization: string | undefined): Reason | undefined
  /** Whether it may push to this topic. `bundleId` is the topic without the suffix of its push type. */
  covers(topic: string, bundleId: string, rule: PushTypeRule): boolean
}

/** A certificate where the client showed one, else provider tokens. */
export function credentialOf(socket: TLSSocket, settings: SimulatorSettings, keys: ProviderKeys): Credential {
  const shownCertificate = socket.getPeerX509Certificate()
  return shownCertificate === undefined
    ? new TokenCredential(settings, keys)
    : new CertificateCredential(settings, shownCertificate, socket.authorized)
}

/**
 * Provider tokens on one connection. It is bound to the key of the first good token. It may change its token once in
 * `providerTokenRefreshMs`; a change before that blocks it until the time is over.
 */
class TokenCredential implements Credential {
  readonly initialStreams: number
  readonly defaultTopic = undefined
  readonly #settings: SimulatorSettings
  readonly #keys: ProviderKeys
  /** The header as it came, so that the usual request costs one comparison of texts. */
  #authorization: string | undefined
  #current: VerifiedToken | undefined
  #changedAt = Number.NEGATIVE_INFINITY
  #blocked = false

  constructor(settings: SimulatorSettings, keys: ProviderKeys) {
    this.#settings = settings
    this.#keys = keys
    this.initialStreams = settings.initialConcurrentStreams
  }

  refusal(authorization: string | undefined): Reason | undefined {
    const token = this.#token(authorization)
    if (typeof token === 'string') return token
    const now = this.#settings.clock.now()
    // "Within one hour of now": a clock that is far ahead looks the same as one that is far behind.
    if (Math.abs(now - token.issuedAtMs) > this.#settings.providerTokenMaxAgeMs) return 'ExpiredProviderToken'
    const bound = this.#current?.key
    if (bound !== undefined && token.key !== bound)
      return token.key.teamId === bound.teamId ? 'UnrelatedKeyIdInToken' : 'InvalidProviderToken'
    const refreshable = now - this.#changedAt >= this.#settings.providerTokenRefreshMs
    if (this.#blocked && !refreshable) return 'TooManyProviderTokenUpdates'
    if (token === this.#current) return undefined
    if (this.#current !== undefined) {
      this.#blocked = !refreshable
      if (this.#blocked) return 'TooManyProviderTokenUpdates'
      this.#changedAt = now
    }
    this.#current = token
    this.#authorization = authorization
    return undefined
  }

  covers(_topic: string, bundleId: string, rule: PushTypeRule): boolean {
    const topics = this.#current?.key.topics
    return rule.certificateOnly !== true && (topics === undefined || topics.has(bundleId))
  }

  #token(authorization: string | undefined): VerifiedToken | Reason {
    if (this.#current !== undefined && authorization === this.#authorization) return this.#current
    const text = /^bearer +(.+)$/i.exec(authorization ?? '')?.[1]
    if (text === undefined) return 'MissingProviderToken'
    return this.#keys.verify(text) ?? 'InvalidProviderToken'
  }
}

/** A TLS client certificate; the `authorization` header counts for nothing beside it. */
class CertificateCredential implements Credential {
  readonly initialStreams: number
  readonly defaultTopic: string | undefined
  readonly #problem: Reason | undefined
  readonly #topics: ReadonlySet<string>

  /** `trusted`: TLS found it signed by our authority and in its time. */
  constructor(settings: SimulatorSettings, certificate: X509Certificate, trusted: boolean) {
    const scope = trusted ? scopeOf(certificate) : undefined
    this.initialStreams = settings.maxConcurrentStreams
    this.#topics = scope?.topics ?? new Set()
    this.defaultTopic = this.#topics.size === 1 ? scope?.topic : undefined
    if (scope === undefined) this.#problem = 'BadCertificate'
    else if (!scope.sandbox) this.#problem = 'BadCertificateEnvironment'
  }

  refusal(): Reason | undefined {
    return this.#problem
  }

  covers(topic: string): boolean {
    return this.#topics.has(topic)
  }
}

function scopeOf(certificate: X509Certificate): CertificateScope | undefined {
  try {
    return readCertificateScope(certificate)
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}
