/**
 * The provider token of a key, shared by all connections of all clients with that key.
 *
 * Apple refuses a token older than an hour, and more than one new token in 20 minutes; so one is used for 45 to 50 minutes
 * (jitter keeps many processes from minting at once), and none is replaced in its first 20 minutes. One that Apple calls expired
 * by then shows that a clock is wrong, Apple's or ours, and a new token would be wrong as well.
 * Source: establishing-a-token-based-connection-to-apns.
 *
 * Age is what the machine's clock says or the time that has passed, whichever is more: the clock may be set back, and a machine
 * that slept has not counted the time. So a clock that is set forward by 45 minutes brings a new token before its time; that can't
 * be told from sleep.
 */
import type { KeyObject } from 'node:crypto'
import { type Clock, monotonicNow } from '../../base/clock.js'
import { PushError } from '../../base/errors.js'
import { mintProviderToken } from '../wire/provider-token.js'

const MINUTE_MS = 60_000
/** A token is used for this long, and up to `REFRESH_JITTER_MS` longer. */
const REFRESH_AFTER_MS = 45 * MINUTE_MS
const REFRESH_JITTER_MS = 5 * MINUTE_MS
/** Never more than one token in this time. */
const MIN_LIFETIME_MS = 20 * MINUTE_MS
/** Apple takes none that is older. */
const MAX_LIFETIME_MS = 60 * MINUTE_MS
/** Clocks that differ by less than this are not what is wrong. */
const HARMLESS_SKEW_MS = 5 * MINUTE_MS

/** The provider token of the moment. */
export interface Authorization {
  /** The value of the header field. */
  value: string
  /** Rises with each new token. */
  version: number
}

export class ProviderTokens {
  readonly #key: KeyObject
  readonly #keyId: string
  readonly #teamId: string
  readonly #clock: Clock
  readonly #monotonic: () => number
  #current: Authorization = { value: '', version: 0 }
  /** When it was minted, by the clock and in time that has passed. */
  #mintedAt = 0
  #mintedMonotonic = 0
  #refreshAfterMs = 0
  /** Until when none is minted because Apple has had too many. */
  #heldUntil = Number.NEGATIVE_INFINITY

  constructor(key: KeyObject, keyId: string, teamId: string, clock: Clock, monotonic = monotonicNow) {
    this.#key = key
    this.#keyId = keyId
    this.#teamId = teamId
    this.#clock = clock
    this.#monotonic = monotonic
  }

  /** The token to use now, minted when it is time. */
  current(): Authorization {
    if (this.#current.version === 0 || this.#isDue()) this.#mint()
    return this.#current
  }

  /**
   * Apple says that the token with this version has expired. True: there is a newer one by now, use that. False: the token is
   * too young for that; a clock is wrong, and another token would not help.
   */
  expired(version: number): boolean {
    if (version !== this.#current.version) return true
    if (this.#ageMs() < MIN_LIFETIME_MS || this.#isHeld()) return false
    this.#mint()
    return true
  }

  /** Apple has had too many new tokens: none is minted in the next 20 minutes, as long as the present one is good. */
  hold(): void {
    this.#heldUntil = this.#monotonic() + MIN_LIFETIME_MS
  }

  /**
   * What is wrong when Apple refuses a token that should be good. Undefined: the server has told its time with the refusal, and
   * that is ours, or it has not and the token is not called expired.
   */
  clockError(reason: string, serverTime: number | undefined): PushError | undefined {
    const now = this.#clock.now()
    // Old enough to be replaced, and kept only because Apple has had too many: that is no clock's fault.
    if (reason === 'ExpiredProviderToken' && this.#ageMs() >= MIN_LIFETIME_MS) return undefined
    const skewMs = serverTime === undefined ? undefined : Math.abs(now - serverTime)
    if (reason !== 'ExpiredProviderToken' && (skewMs === undefined || skewMs < HARMLESS_SKEW_MS))
      return undefined
    const ours = `this machine’s clock says ${utc(now)}`
    const theirs = serverTime === undefined ? '' : `, the server’s ${utc(serverTime)}`
    const ageSeconds = Math.round(this.#ageMs() / 1000)
    return new PushError(
      'PUSH_ERR_APNS_CLOCK',
      `${reason} for a provider token that is ${ageSeconds} s old: ${ours}${theirs}; set the clock right (NTP)`,
    )
  }

  #ageMs(): number {
    return Math.max(this.#clock.now() - this.#mintedAt, this.#monotonic() - this.#mintedMonotonic)
  }

  #isHeld(): boolean {
    return this.#monotonic() < this.#heldUntil
  }

  #isDue(): boolean {
    const ageMs = this.#ageMs()
    if (ageMs >= MAX_LIFETIME_MS) return true
    if (this.#isHeld()) return false
    // A clock that was set back since makes the token look as if it came from the future.
    const isFromTheFuture = this.#mintedAt - this.#clock.now() > MIN_LIFETIME_MS
    return ageMs >= (isFromTheFuture ? MIN_LIFETIME_MS : this.#refreshAfterMs)
  }

  #mint(): void {
    const now = this.#clock.now()
    const iatSeconds = Math.floor(now / 1000)
    const token = mintProviderToken(this.#key, { keyId: this.#keyId, teamId: this.#teamId, iatSeconds })
    this.#current = { value: `bearer ${token}`, version: this.#current.version + 1 }
    this.#mintedAt = now
    this.#mintedMonotonic = this.#monotonic()
    this.#refreshAfterMs = REFRESH_AFTER_MS + Math.random() * REFRESH_JITTER_MS
  }
}

function utc(time: number): string {
  return new Date(time).toISOString().replace(/\.\d+Z$/, 'Z')
}
