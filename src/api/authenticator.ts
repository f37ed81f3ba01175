import { createHmac, randomBytes } from 'node:crypto'
import { type Clock, systemClock } from '../base/index.js'
import type { User } from '../model/index.js'
import { inPasswordSlot, nobodysHash, verifyPassword } from '../resources/index.js'
import type { UserStore } from '../store/index.js'
import { addressKey } from './address-key.js'
import { FailedAttempts } from './failed-attempts.js'

/** How long verified credentials are believed without hashing the password again. */
const rememberedMs = 60_000

/** Verified credentials that are remembered at most; beyond that the oldest are forgotten. */
const maxRemembered = 10_000

/**
 * Failed attempts that an address (`addressKey`) may make in a window for one name, and for all names together, and as many again with API
 * tokens; and those for one name from all addresses together, beyond which each address may make only one for it.
 *
 * The last one slows an attack from many addresses ten times. Were the name locked instead, whoever wants to could lock its user out:
 * so an address that has not failed always has its attempt.
 */
export const failedAttemptLimits = {
  perName: 10,
  perAddress: 100,
  perNameEverywhere: 100,
  windowMs: 60_000,
} as const

/** Who wants in. */
export interface Attempt {
  username: string
  password: string
  /** The client's address, for the limit on failed attempts. */
  address: string
  /** Only staff is let in. */
  staffOnly: boolean
}

/** What came of it. `passwordHash`: the one that the password was verified against. `limited`: too many attempts failed before, and the password was not looked at. */
export type AttemptResult =
  | { kind: 'accepted'; user: User; passwordHash: string }
  | { kind: 'refused' }
  | { kind: 'limited'; retryAfterMs: number }

type Verdict = { kind: 'right' } | Exclude<AttemptResult, { kind: 'accepted' }>

const authenticators = new WeakMap<object, Authenticator>()

/**
 * The one authenticator of a store's users, so that both APIs count failed attempts together, and remember together. Its clock is the
 * one of whoever asks first.
 */
export function authenticatorOf(users: Pick<UserStore, 'findByUsername'>, clock: Clock): Authenticator {
  const known = authenticators.get(users)
  if (known !== undefined) return known
  const made = new Authenticator(users, clock)
  authenticators.set(users, made)
  return made
}

/**
 * Checks names and passwords against the store.
 *
 * Basic authentication brings the password with every request, and Argon2 takes 17 ms: so verified credentials are
 * remembered for a minute. What is remembered is an HMAC, with a key of this process, over name, password and stored
 * hash: no password is kept, and since the user is read each time, a changed password, a deactivation and a loss of
 * staff count at once.
 *
 * Unknown, inactive and (where it matters) non-staff users are verified against a hash that nobody's password has, so
 * that the time of an answer does not tell who exists. Credentials that were right before pass a limit that somebody
 * else reached behind the same address: what an app does with good credentials is never limited.
 */
export class Authenticator {
  readonly #users: Pick<UserStore, 'findByUsername'>
  readonly #clock: Clock
  readonly #key = randomBytes(32)
  /** Fingerprints of credentials that were right, and when that was verified; the oldest first. */
  readonly #remembered = new Map<string, number>()
  /** Verifications under way by fingerprint: whoever comes with the same credentials waits for the same one. */
  readonly #verifying = new Map<string, Promise<Verdict>>()
  readonly #failuresOfName: FailedAttempts
  readonly #failuresOfAddress: FailedAttempts
  /** Of a name, from all addresses. */
  readonly #failuresEverywhere: FailedAttempts
  /** Of an address with API tokens: apart, so that a program with a wrong token locks nobody's sign-in. */
  readonly #failuresOfTokens: FailedAttempts

  constructor(users: Pick<UserStore, 'findByUsername'>, clock: Clock = systemClock) {
    this.#users = users
    this.#clock = clock
    const { perName, perAddress, perNameEverywhere, windowMs } = failedAttemptLimits
    this.#failuresOfName = new FailedAttempts(perName, windowMs, clock)
    this.#failuresOfAddress = new FailedAttempts(perAddress, windowMs, clock)
    this.#failuresEverywhere = new FailedAttempts(perNameEverywhere, windowMs, clock)
    this.#failuresOfTokens = new FailedAttempts(perAddress, windowMs, clock)
  }

  /** Whether this name and password may come in. */
  async authenticate(attempt: Attempt): Promise<AttemptResult> {
    const found = await this.#find(attempt)
    // Who has no password takes as long as who has one.
    const passwordHash = found?.passwordHash || nobodysHash
    const fingerprint = this.#fingerprint(attempt, passwordHash)
    const verifiedAt = this.#remembered.get(fingerprint)
    if (found && verifiedAt !== undefined && this.#clock.now() - verifiedAt < rememberedMs)
      return { kind: 'accepted', user: found.user, passwordHash }
    const verdict = await this.#verifyOnce(attempt, passwordHash, fingerprint)
    if (verdict.kind !== 'right') return verdict
    return found ? { kind: 'accepted', user: found.user, passwordHash } : { kind: 'refused' }
  }

  /** Counts a wrong API token. */
  countWrongToken(address: string): Exclude<AttemptResult, { kind: 'accepted' }> {
    const key = addressKey(address)
    const retryAfterMs = this.#failuresOfTokens.waitMs(key)
    if (retryAfterMs > 0) return { kind: 'limited', retryAfterMs }
    this.#failuresOfTokens.add(key)
    return { kind: 'refused' }
  }

  /** The user, if it is one who may come in with the right password. */
  async #find({ username, staffOnly }: Attempt) {
    // No name holds NUL, and PostgreSQL refuses to look for one.
    if (username.includes('\0')) return undefined
    const found = await this.#users.findByUsername(username)
    return found?.user.isActive && (found.user.isStaff || !staffOnly) ? found : undefined
  }

  #fingerprint({ username, password }: Attempt, passwordHash: string): string {
    const credentials = JSON.stringify([username, password, passwordHash])
    return createHmac('sha256', this.#key).update(credentials).digest('base64')
  }

  #verifyOnce(attempt: Attempt, passwordHash: string, fingerprint: string): Promise<Verdict> {
    const underWay = this.#verifying.get(fingerprint)
    if (underWay) return underWay
    const verifying = this.#verify(attempt, passwordHash, fingerprint).finally(() =>
      this.#verifying.delete(fingerprint),
    )
    this.#verifying.set(fingerprint, verifying)
    return verifying
  }

  async #verify(attempt: Attempt, passwordHash: string, fingerprint: string): Promise<Verdict> {
    // The longest name has 150 characters: all longer ones share a counter, so that keys stay short.
    const username = attempt.username.slice(0, 151)
    const address = addressKey(attempt.address)
    const name = `${address} ${username}`
    const waitMs = () => {
      if (this.#remembered.has(fingerprint)) return 0
      const limit = this.#failuresEverywhere.waitMs(username) > 0 ? 1 : failedAttemptLimits.perName
      return Math.max(this.#failuresOfName.waitMs(name, limit), this.#failuresOfAddress.waitMs(address))
    }
    // Asked before queueing, so that a flood is turned away at once, and again when it is our turn, since those
    // before us may have failed meanwhile.
    if (waitMs() > 0) return { kind: 'limited', retryAfterMs: waitMs() }
    return await inPasswordSlot(async () => {
      const retryAfterMs = waitMs()
      if (retryAfterMs > 0) return { kind: 'limited', retryAfterMs }
      if (await verifyPassword(passwordHash, attempt.password)) {
        this.#remember(fingerprint)
        return { kind: 'right' }
      }
      this.#failuresOfName.add(name)
      this.#failuresEverywhere.add(username)
      this.#failuresOfAddress.add(address)
      return { kind: 'refused' }
    })
  }

  #remember(fingerprint: string): void {
    this.#remembered.delete(fingerprint)
    this.#remembered.set(fingerprint, this.#clock.now())
    if (this.#remembered.size > maxRemembered) {
      const [oldest] = this.#remembered.keys()
      this.#remembered.delete(oldest!)
    }
  }
}
