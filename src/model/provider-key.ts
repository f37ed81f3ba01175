import { createPrivateKey, type KeyObject } from 'node:crypto'
import type { ProviderKey } from '../apns/index.js'
import { PushError, shown } from '../base/index.js'
import { isPrivateKey, pemBlocks } from './pem.js'

/**
 * Checks a key for token authentication: the `.p8` is an unencrypted PKCS#8 PEM with a P-256 private key, both ids have
 * 10 characters. Source: developer.apple.com/documentation/usernotifications/establishing-a-token-based-connection-to-apns
 *
 * @throws PUSH_ERR_APNS_CREDENTIAL_INVALID with the field `p8`, `keyId` or `teamId`; it never shows the key
 */
export function checkProviderKey(key: ProviderKey): ProviderKey {
  const p8 = checkP8(key.p8)
  return { p8, keyId: checkAppleId('keyId', key.keyId), teamId: checkAppleId('teamId', key.teamId) }
}

/** One of Apple's ids. PUSH_ERR_APNS_CREDENTIAL_INVALID. */
export function checkAppleId(field: 'keyId' | 'teamId', value: unknown): string {
  if (typeof value === 'string' && /^[A-Z0-9]{10}$/.test(value)) return value
  throw new PushError(
    'PUSH_ERR_APNS_CREDENTIAL_INVALID',
    `${field}: ${shown(value)} is not allowed; Apple's ids have 10 characters, A to Z and 0 to 9`,
    { field },
  )
}

/** The PEM of a P-256 key in PKCS#8 form. PUSH_ERR_APNS_CREDENTIAL_INVALID. */
export function checkP8(text: unknown): string {
  const blocks = typeof text === 'string' ? pemBlocks(text) : []
  const block = blocks.find(isPrivateKey)
  if (block === undefined) {
    throw invalid(
      blocks[0] ? `it holds a ${blocks[0].label}, not a private key` : 'it is not a private key in PEM form',
    )
  }
  if (block.label === 'ENCRYPTED PRIVATE KEY') throw invalid("it is encrypted; Apple's .p8 files are not")
  if (block.label !== 'PRIVATE KEY') throw invalid(`it holds a ${block.label}, not a PKCS#8 PRIVATE KEY`)
  let key: KeyObject
  try {
    key = createPrivateKey(block.text)
  } catch (error) {
    throw invalid('the private key can not be read', error)
  }
  const curve = key.asymmetricKeyDetails?.namedCurve
  if (key.asymmetricKeyType !== 'ec')
    throw invalid(`it holds a key of type ${key.asymmetricKeyType}, not P-256`)
  if (curve !== 'prime256v1') throw invalid(`it holds a key on the curve ${curve}, not P-256`)
  return `${block.text}\n`
}

function invalid(what: string, cause?: unknown): PushError {
  return new PushError(
    'PUSH_ERR_APNS_CREDENTIAL_INVALID',
    `p8: ${what}; use the .p8 file as Apple gave it (a P-256 key in PKCS#8 form)`,
    { field: 'p8', ...(cause !== undefined && { cause }) },
  )
}
