import { invalid, whole } from './simulator-options.js'

/** One device token or several, hexadecimal, in either case. */
export type DeviceTokens = string | readonly string[]

/** What the caller said about single device tokens. */
export class MarkedTokens {
  readonly #unregistered = new Map<string, number>()
  readonly #bad = new Set<string>()
  readonly #slow = new Map<string, number>()

  /** The app is gone from these devices since `timestamp`, in milliseconds. */
  unregister(tokens: DeviceTokens, timestamp: number): void {
    const since = whole('timestamp', timestamp, 0, Number.MAX_SAFE_INTEGER)
    for (const token of tokenList(tokens)) this.#unregistered.set(token, since)
  }

  /** Apple never gave out these tokens for this environment. */
  markBad(tokens: DeviceTokens): void {
    for (const token of tokenList(tokens)) this.#bad.add(token)
  }

  /** Answers for these devices wait so long, in milliseconds. */
  markSlow(tokens: DeviceTokens, ms: number): void {
    const delay = whole('ms', ms, 0, 2_147_483_647)
    for (const token of tokenList(tokens)) this.#slow.set(token, delay)
  }

  /** Takes back everything that was said about these tokens: the app is installed again. */
  restore(tokens: DeviceTokens): void {
    for (const token of tokenList(tokens)) {
      this.#unregistered.delete(token)
      this.#bad.delete(token)
      this.#slow.delete(token)
    }
  }

  clear(): void {
    this.#unregistered.clear()
    this.#bad.clear()
    this.#slow.clear()
  }

  isBad(token: string): boolean {
    return this.#bad.has(token)
  }

  /** Since when the token is dead, in milliseconds; absent while it lives. */
  unregisteredSince(token: string): number | undefined {
    return this.#unregistered.get(token)
  }

  delayOf(token: string): number {
    return this.#slow.get(token) ?? 0
  }
}

/** Checks and lists device tokens, in lower case. */
export function tokenList(tokens: unknown): string[] {
  const list: unknown[] = Array.isArray(tokens) ? tokens : [tokens]
  return list.map((token) => {
    if (typeof token === 'string' && /^[0-9a-f]+$/i.test(token)) return token.toLowerCase()
    throw invalid('token', token, 'a hexadecimal device token')
  })
}
