import { errorMessage, PushError } from '../../base/errors.js'

/** OpenSSL's and Node's codes for a server that can't be trusted, and what to do about it. */
const trustAdvice: Readonly<Record<string, string>> = {
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another host name; check the service’s hostname',
  SELF_SIGNED_CERT_IN_CHAIN:
    'its certificate authority is not trusted; give the right certificate authorities (ca, --ca-file)',
  DEPTH_ZERO_SELF_SIGNED_CERT:
    'its certificate is self-signed and not trusted; give the right certificate authorities (ca, --ca-file)',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    'its certificate authority is not trusted; give the right certificate authorities (ca, --ca-file)',
  UNABLE_TO_GET_ISSUER_CERT:
    'its certificate authority is not trusted; give the right certificate authorities (ca, --ca-file)',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    'its certificate authority is not trusted; give the right certificate authorities (ca, --ca-file)',
  CERT_SIGNATURE_FAILURE:
    'its certificate was not signed by the trusted CA; give the right certificate authorities (ca, --ca-file)',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  ERR_SSL_WRONG_VERSION_NUMBER: 'it does not speak TLS; check the port',
  CERT_NOT_YET_VALID: 'its certificate is not valid yet; check this machine’s clock',
}

/** Why no connection to `where` could be made, as PUSH_ERR_APNS_TLS (another try would fail too) or PUSH_ERR_APNS_CONNECT. */
export function connectError(error: unknown, where: string): PushError {
  if (error instanceof PushError) return error
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  const advice = trustAdvice[code]
  if (advice !== undefined) {
    return new PushError('PUSH_ERR_APNS_TLS', `${where} can not be trusted (${code}): ${advice}`, {
      cause: error,
    })
  }
  if (code.startsWith('ERR_SSL_') || code === 'EPROTO') {
    const what = errorMessage(error)
      .replace(/^.*?:(?:SSL routines|error):[^:]*:(?:[^:]*:)?/s, '')
      .split('\n')[0]
    return new PushError('PUSH_ERR_APNS_TLS', `${where} refused the TLS handshake (${code}): ${what}`, {
      cause: error,
    })
  }
  return new PushError(
    'PUSH_ERR_APNS_CONNECT',
    `${where} can not be reached: ${errorMessage(error) || code}`,
    { cause: error },
  )
}
