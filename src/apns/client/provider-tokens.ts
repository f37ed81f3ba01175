/**
 * The provider token of a key, shared by all connections of all clients with that key.
 *
 * Apple refuses a token older than an hour, and more than one new token in 20 minutes; so one is used for 45 to 50 minutes
 * (jitter keeps many processes from minting at once), and one that Apple calls expired although it is younger than 20
 * minutes is not replaced: then a clock is wrong, Apple's or ours, and a new token would be wrong as well.
 * Source: establishing-a-token-based-connection-to-apns.
 */
import type { KeyObject } from 'node:crypto'
import type { Clock } from '../../base/clock.js'
import { mintProviderToken } from '../wire/provider-token.js'
import type { Authorization } from './request-sender.js'

const MINUTE_MS = 60_000
/** A token is used for this long, and up to `REFRESH_JITTER_MS` longer. */
const REFRESH_AFTER_MS = 45 * MINUTE_MS
const REFRESH_JITTER_MS = 5 * MINUTE_MS
/** Never more than one token in this time. */
const MIN_LIFETIME_MS = 20 * MINUTE_MS

export class ProviderTokens {
  readonly #key: KeyObject
  readonly #keyId: string
  readonly #teamId: string
  readonly #clock: Clock
  #current: Authorization = { value: '', version: 0 }
  #mintedAt = 0
  #refreshAt = 0

  constructor(key: KeyObject, keyId: string, teamId: string, clock: Clock) {
    this.#key = key
    this.#keyId = keyId
    this.#teamId = teamId
    this.#clock = clock
  }

  /** The token to use now, minted when it is time. */
  current(): Authorization {
    const now = this.#clock.now()
    // A clock that was set back by this much makes the token look as if it came from the future.
    const isFromTheFuture = this.#mintedAt - now > MIN_LIFETIME_MS
    if (now >= this.#refreshAt || isFromTheFuture) this.#mint(now)
    return this.#current
  }

  /**
   * Apple says that the token with this version has expired. True: there is a newer one by now, use that. False: the token
   * was too young for that; a clock is wrong, and another token would not help.
   */
  expired(version: number): boolean {
    if (version !== this.#current.version) return true
    const now = this.#clock.now()
    if (Math.abs(now - this.#mintedAt) < MIN_LIFETIME_MS) return false
    this.#mint(now)
    return true
  }

  #mint(now: number): void {
    const iatSeconds = Math.floor(now / 1000)
    const token = mintProviderToken(this.#key, { keyId: this.#keyId, teamId: this.#teamId, iatSeconds })
    this.#current = { value: `bearer ${token}`, version: this.#current.version + 1 }
    this.#mintedAt = now
    this.#refreshAt = now + REFRESH_AFTER_MS + Math.random() * REFRESH_JITTER_MS
  }
}
