import { createHash, createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto'
import { createSecureContext, type SecureContext } from 'node:tls'
import { type Clock, systemClock } from '../../base/clock.js'
import { errorMessage, PushError } from '../../base/errors.js'
import { checkKeyIds, readProviderKey } from '../wire/provider-token.js'
import type { ApnsClientOptions, ClientCertificate, ProviderKey } from './options.js'
import { ProviderTokens } from './provider-tokens.js'

/** How a client proves who it is: a source of provider tokens, or PEM for the TLS handshake. */
export type Credential =
  | { kind: 'key'; tokens: ProviderTokens }
  | { kind: 'certificate'; cert: string; key: string; passphrase: string | undefined }

/** Checks the credential of a client's options, so that a bad one is found before a connection is opened. */
export function readCredential(
  options: Pick<ApnsClientOptions, 'key' | 'certificate'>,
  clock: Clock,
): Credential {
  const { key, certificate } = options
  if ((key === undefined) === (certificate === undefined)) {
    throw new PushError('PUSH_ERR_APNS_CREDENTIAL_INVALID', 'key, certificate: give exactly one of the two')
  }
  if (key !== undefined) {
    checkKeyIds(key.keyId, key.teamId)
    return { kind: 'key', tokens: providerTokens(key, clock) }
  }
  return readCertificate(certificate!, clock)
}

/** What a connection needs for its handshake, made once. */
export function secureContext(credential: Credential, ca: string | undefined): SecureContext {
  const { cert, key, passphrase } = credential.kind === 'certificate' ? credential : {}
  try {
    return createSecureContext({
      minVersion: 'TLSv1.2',
      ...(ca !== undefined && { ca }),
      ...(cert !== undefined && { cert }),
      ...(key !== undefined && { key }),
      ...(passphrase !== undefined && { passphrase }),
    })
  } catch (cause) {
    const field = cert === undefined ? 'ca' : 'certificate'
    throw invalid(field, `can not be used for TLS: ${errorMessage(cause)}`, cause)
  }
}

/** Apple counts new tokens by team and key, so clients with the same key share theirs. One entry for each key ever used. */
const sharedTokens = new Map<string, ProviderTokens>()

function providerTokens({ p8, keyId, teamId }: ProviderKey, clock: Clock): ProviderTokens {
  const key = readProviderKey(p8)
  if (clock !== systemClock) return new ProviderTokens(key, keyId, teamId, clock)
  const id = `${teamId} ${keyId} ${createHash('sha256').update(p8).digest('hex')}`
  const tokens = sharedTokens.get(id) ?? new ProviderTokens(key, keyId, teamId, clock)
  sharedTokens.set(id, tokens)
  return tokens
}

function readCertificate(options: ClientCertificate, clock: Clock): Credential {
  const { passphrase } = options
  const keyPem = options.privateKey ?? options.certificate
  const certificate = parseCertificate(options.certificate)
  const key = parsePrivateKey(keyPem, passphrase)
  if (!certificate.checkPrivateKey(key)) {
    throw invalid('certificate.privateKey', 'does not belong to the certificate')
  }
  if (Date.parse(certificate.validTo) < clock.now()) {
    throw new PushError(
      'PUSH_ERR_APNS_CERTIFICATE_EXPIRED',
      `certificate: it expired on ${certificate.validTo}; make a new one in your developer account`,
      {
        field: 'certificate',
      },
    )
  }
  return { kind: 'certificate', cert: options.certificate, key: keyPem, passphrase }
}

function parseCertificate(pem: string): X509Certificate {
  try {
    return new X509Certificate(pem)
  } catch (cause) {
    throw invalid('certificate.certificate', 'is not a certificate in PEM', cause)
  }
}

function parsePrivateKey(pem: string, passphrase: string | undefined): KeyObject {
  try {
    return createPrivateKey(passphrase === undefined ? { key: pem } : { key: pem, passphrase })
  } catch (cause) {
    if (!/ENCRYPTED/.test(pem)) throw invalid('certificate.privateKey', 'is not a private key in PEM', cause)
    const message =
      passphrase === undefined
        ? 'passphrase: the private key is encrypted; give its passphrase'
        : 'passphrase: it does not open the private key'
    throw new PushError('PUSH_ERR_APNS_PASSPHRASE_WRONG', message, { field: 'passphrase', cause })
  }
}

function invalid(field: string, what: string, cause?: unknown): PushError {
  return new PushError('PUSH_ERR_APNS_CREDENTIAL_INVALID', `${field} ${what}`, { field, cause })
}
