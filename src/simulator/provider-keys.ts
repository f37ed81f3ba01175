import { createPrivateKey, createPublicKey, type KeyObject, verify } from 'node:crypto'

/** A key that the simulator knows. */
export interface KnownKey {
  readonly keyId: string
  readonly teamId: string
  readonly publicKey: KeyObject
  /** Bundle ids that it may push to; absent for any. */
  readonly topics: ReadonlySet<string> | undefined
}

/** A provider token whose signature was good. */
export interface VerifiedToken {
  readonly key: KnownKey
  /** `iat`, in milliseconds. */
  readonly issuedAtMs: number
}

/** As many tokens are remembered as verified; more than any sender has in use at once. */
const rememberedTokens = 1000

/**
 * The keys that the simulator knows, and the provider tokens that were signed with them. A token is verified once, not
 * once a push: a verification costs more than everything else that the simulator does for a push.
 */
export class ProviderKeys {
  readonly #keys = new Map<string, KnownKey>()
  readonly #verified = new Map<string, VerifiedToken>()
  #verifications = 0

  /** How many signatures were checked. */
  get verifications(): number {
    return this.#verifications
  }

  /** Adds a key, or replaces the one with the same id. */
  add(p8: string, keyId: string, teamId: string, topics?: readonly string[]): void {
    this.#verified.clear()
    this.#keys.set(keyId, {
      keyId,
      teamId,
      publicKey: createPublicKey(createPrivateKey(p8)),
      topics: topics && new Set(topics),
    })
  }

  /** The token, if it is well formed, of a key that is known, and its signature is good. Its age is not judged here. */
  verify(text: string): VerifiedToken | undefined {
    const remembered = this.#verified.get(text)
    if (remembered !== undefined) return remembered
    const token = this.#check(text)
    if (token === undefined) return undefined
    if (this.#verified.size >= rememberedTokens) this.#verified.clear()
    this.#verified.set(text, token)
    return token
  }

  /** Apple's form: developer.apple.com/documentation/usernotifications/establishing-a-token-based-connection-to-apns */
  #check(text: string): VerifiedToken | undefined {
    const parts = /^([\w-]+)\.([\w-]+)\.([\w-]+)$/.exec(text)
    if (parts === null) return undefined
    const [, head = '', claims = '', signature = ''] = parts
    const header = decoded(head)
    const payload = decoded(claims)
    const key = this.#keys.get(String(header?.['kid']))
    if (header?.['alg'] !== 'ES256' || key === undefined || payload?.['iss'] !== key.teamId) return undefined
    const issuedAt = seconds(payload['iat'])
    if (issuedAt === undefined) return undefined
    this.#verifications += 1
    const signed = Buffer.from(`${head}.${claims}`)
    if (!signatureIsGood(signed, Buffer.from(signature, 'base64url'), key.publicKey)) return undefined
    return { key, issuedAtMs: issuedAt * 1000 }
  }
}

/** JWS asks for R and S in 64 bytes; Apple's own sample carries DER, so that is taken too. */
function signatureIsGood(signed: Buffer, signature: Buffer, key: KeyObject): boolean {
  const encodings = ['ieee-p1363', 'der'] as const
  return encodings.some((dsaEncoding) => verify('sha256', signed, { key, dsaEncoding }, signature))
}

function decoded(part: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString())
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined
  } catch {
    return undefined
  }
}

/** `iat` is a number; a number in a string is seen in the wild and works. */
function seconds(value: unknown): number | undefined {
  const number = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined
}
