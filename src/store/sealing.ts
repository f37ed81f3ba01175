import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto'
import { PushError } from '../base/index.js'

const version = 'v1'
const ivBytes = 12
const tagBytes = 16

/**
 * Seals secrets for the database with AES-256-GCM (NIST SP 800-38D). A sealed text is
 * `v1.<key id>.<base64 of nonce, tag and ciphertext>`; the place where it is kept (`table:column:row`) is authenticated with
 * it, so that one copied to another row does not open.
 */
export class Sealer {
  readonly #key: Buffer
  readonly #keyId: string

  /** @param key 32 bytes */
  constructor(key: Buffer) {
    this.#key = key
    this.#keyId = createHash('sha256').update(key).digest('hex').slice(0, 8)
  }

  /** @param place `table:column:row` */
  seal(text: string, place: string): string {
    const iv = randomBytes(ivBytes)
    const cipher = createCipheriv('aes-256-gcm', this.#key, iv).setAAD(this.#additional(place))
    const ciphertext = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
    const bytes = Buffer.concat([iv, cipher.getAuthTag(), ciphertext])
    return `${version}.${this.#keyId}.${bytes.toString('base64')}`
  }

  /** PUSH_ERR_SECRET_UNSEAL where it was sealed with another key, for another place, or has been changed. */
  unseal(sealed: string, place: string): string {
    const [sealedVersion, keyId, encoded] = sealed.split('.')
    if (sealedVersion !== version || encoded === undefined) {
      throw unsealError(place, `it is not in the form ${version}.KEY.DATA`)
    }
    if (keyId !== this.#keyId) {
      throw unsealError(place, `it was sealed with the key ${keyId}, and the key in use is ${this.#keyId}`)
    }
    const bytes = Buffer.from(encoded, 'base64')
    if (bytes.length < ivBytes + tagBytes) throw unsealError(place, 'it is cut off')
    const iv = bytes.subarray(0, ivBytes)
    const decipher = createDecipheriv('aes-256-gcm', this.#key, iv, { authTagLength: tagBytes })
    decipher.setAAD(this.#additional(place)).setAuthTag(bytes.subarray(ivBytes, ivBytes + tagBytes))
    try {
      const text = Buffer.concat([decipher.update(bytes.subarray(ivBytes + tagBytes)), decipher.final()])
      return text.toString('utf8')
    } catch (cause) {
      throw unsealError(place, 'it has been changed, or copied from another row', cause)
    }
  }

  #additional(place: string): Buffer {
    return Buffer.from(`${version}.${this.#keyId}.${place}`)
  }
}

function unsealError(place: string, what: string, cause?: unknown): PushError {
  return new PushError(
    'PUSH_ERR_SECRET_UNSEAL',
    `the secret at ${place} can not be opened: ${what}; bring back the key that this database was written with: the secret.key beside it, or --secret-key or IOS_NOTIFICATIONS_SECRET_KEY`,
    cause === undefined ? {} : { cause },
  )
}
