/**
 * Apple's provider token: a JWT signed with ES256.
 * Source: establishing-a-token-based-connection-to-apns in Apple's documentation.
 */
import { createPrivateKey, type KeyObject, sign } from 'node:crypto'
import { PushError, shown } from '../../base/errors.js'

/** What goes into a token. */
export interface ProviderTokenClaims {
  keyId: string
  teamId: string
  /** Seconds since 1970; Apple refuses a token that is older than an hour. */
  iatSeconds: number
}

/** Reads the `.p8`. Throws PUSH_ERR_APNS_CREDENTIAL_INVALID where it is no unencrypted P-256 key. */
export function readProviderKey(p8: string): KeyObject {
  let key: KeyObject
  try {
    key = createPrivateKey(p8)
  } catch (cause) {
    throw invalidKey(
      'key.p8 is not a private key in PEM; use the .p8 file as Apple gave it out',
      'key.p8',
      cause,
    )
  }
  const curve = key.asymmetricKeyDetails?.namedCurve
  if (key.asymmetricKeyType !== 'ec' || curve !== 'prime256v1') {
    throw invalidKey(
      `key.p8 holds a key of type ${curve ?? key.asymmetricKeyType}; Apple’s keys are P-256`,
      'key.p8',
    )
  }
  return key
}

/** Throws PUSH_ERR_APNS_CREDENTIAL_INVALID where a key or team id is not the 10 characters that Apple gives out. */
export function checkKeyIds(keyId: string, teamId: string): void {
  for (const [field, value] of [
    ['key.keyId', keyId],
    ['key.teamId', teamId],
  ] as const) {
    if (typeof value !== 'string' || !/^[A-Z0-9]{10}$/.test(value)) {
      throw invalidKey(
        `${field}: ${shown(value)} is not allowed; use the 10 capital letters and digits that Apple gave out`,
        field,
      )
    }
  }
}

function invalidKey(message: string, field: string, cause?: unknown): PushError {
  return new PushError('PUSH_ERR_APNS_CREDENTIAL_INVALID', message, { field, cause })
}

/** Signs a token. The signature is the 64 bytes of JWS (RFC 7518 section 3.4), not DER. */
export function mintProviderToken(key: KeyObject, claims: ProviderTokenClaims): string {
  const header = base64url({ alg: 'ES256', kid: claims.keyId })
  const body = base64url({ iss: claims.teamId, iat: claims.iatSeconds })
  const signature = sign('sha256', Buffer.from(`${header}.${body}`), { key, dsaEncoding: 'ieee-p1363' })
  return `${header}.${body}.${signature.toString('base64url')}`
}

function base64url(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}
