import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto'
import type { ClientCertificate } from '../apns/index.js'
import { hasErrorCode, PushError } from '../base/index.js'
import { isPrivateKey, type PemBlock, pemBlocks } from './pem.js'

/**
 * Checks a credential for certificate authentication: the certificate can be read, its private key is there (in
 * `privateKey`, or inside `certificate`), the passphrase opens it, the key belongs to the first certificate, and that one
 * has not expired. Keys may be `PRIVATE KEY`, `ENCRYPTED PRIVATE KEY`, `RSA PRIVATE KEY` (its old encryption included) and
 * `EC PRIVATE KEY`.
 *
 * @param at the time that decides about expiry, in milliseconds
 * @throws PUSH_ERR_APNS_CREDENTIAL_INVALID (field `certificate`, `privateKey` or `passphrase`),
 * PUSH_ERR_APNS_PASSPHRASE_WRONG (field `passphrase`), PUSH_ERR_APNS_CERTIFICATE_EXPIRED (field `certificate`)
 */
export function checkClientCertificate(input: ClientCertificate, at: number): ClientCertificate {
  const leaf = readCertificate(input.certificate)
  checkPair(leaf, readPrivateKey(input))
  checkExpiry(leaf, at)
  return {
    certificate: input.certificate,
    ...(input.privateKey !== undefined && { privateKey: input.privateKey }),
    ...(input.passphrase !== undefined && { passphrase: input.passphrase }),
  }
}

/** The opened private key of a credential. PUSH_ERR_APNS_CREDENTIAL_INVALID, PUSH_ERR_APNS_PASSPHRASE_WRONG. */
export function readPrivateKey(input: ClientCertificate): KeyObject {
  return openPrivateKey(findPrivateKey(input), input.passphrase)
}

/** PUSH_ERR_APNS_CREDENTIAL_INVALID (field `privateKey`) where a key is another certificate's. */
export function checkPair(leaf: X509Certificate, key: KeyObject): void {
  if (leaf.checkPrivateKey(key)) return
  throw invalid(
    'privateKey',
    'it does not belong to the certificate; give the key that the certificate was made for',
  )
}

/** PUSH_ERR_APNS_CERTIFICATE_EXPIRED (field `certificate`). */
export function checkExpiry(leaf: X509Certificate, at: number): void {
  const expiresAt = Date.parse(leaf.validTo)
  if (expiresAt >= at) return
  throw new PushError(
    'PUSH_ERR_APNS_CERTIFICATE_EXPIRED',
    `certificate: it expired on ${new Date(expiresAt).toISOString().slice(0, 10)}; make a new one in Apple's developer account`,
    { field: 'certificate' },
  )
}

/** Only the certificates of a PEM text: what may be shown of it. */
export function certificatesOnly(pem: string): string {
  const certificates = pemBlocks(pem).filter(({ label }) => label === 'CERTIFICATE')
  return certificates.map(({ text }) => `${text}\n`).join('')
}

/** The first certificate of a PEM text: the one that is presented to Apple. PUSH_ERR_APNS_CREDENTIAL_INVALID. */
export function readCertificate(pem: unknown): X509Certificate {
  const blocks = typeof pem === 'string' ? pemBlocks(pem) : []
  const first = blocks.find(({ label }) => label === 'CERTIFICATE')
  if (first === undefined) {
    const found =
      blocks.length > 0 ? `it holds ${blocks.map(({ label }) => label).join(', ')} only` : 'it is not PEM'
    throw invalid('certificate', `${found}; a CERTIFICATE in PEM form is needed`)
  }
  try {
    return new X509Certificate(first.text)
  } catch (error) {
    throw invalid('certificate', 'the certificate can not be read; use its PEM form', error)
  }
}

function findPrivateKey({ certificate, privateKey }: ClientCertificate): PemBlock {
  if (privateKey === undefined) {
    const inside = pemBlocks(certificate).find(isPrivateKey)
    if (inside) return inside
    throw invalid(
      'privateKey',
      'it is missing, and the certificate file holds none; give the key in PEM form',
    )
  }
  const block = pemBlocks(privateKey).find(isPrivateKey)
  if (block) return block
  throw invalid('privateKey', 'it is not a private key in PEM form')
}

function openPrivateKey({ label, text }: PemBlock, passphrase: string | undefined): KeyObject {
  // PKCS#8 says so in its label, the older form in a header (RFC 1421).
  const encrypted = label === 'ENCRYPTED PRIVATE KEY' || /^Proc-Type: *4, *ENCRYPTED/m.test(text)
  if (encrypted && (passphrase === undefined || passphrase === '')) {
    throw invalid('passphrase', 'the private key is encrypted, and no passphrase was given')
  }
  try {
    return createPrivateKey(encrypted ? { key: text, passphrase: passphrase! } : text)
  } catch (error) {
    if (!encrypted) throw invalid('privateKey', 'the private key can not be read', error)
    if (hasErrorCode(error, 'ERR_OSSL_EVP_UNSUPPORTED')) {
      const use = 'encrypt it anew: openssl pkcs8 -topk8 -provider legacy -provider default -in OLD -out NEW'
      throw invalid(
        'privateKey',
        `it is encrypted with an old cipher that Node.js does not offer; ${use}`,
        error,
      )
    }
    // With a wrong passphrase OpenSSL complains about the padding, or (once in 300 times) about the garbage that it reads.
    throw new PushError('PUSH_ERR_APNS_PASSPHRASE_WRONG', 'passphrase: it does not open the private key', {
      field: 'passphrase',
      cause: error,
    })
  }
}

function invalid(field: string, what: string, cause?: unknown): PushError {
  return new PushError('PUSH_ERR_APNS_CREDENTIAL_INVALID', `${field}: ${what}`, {
    field,
    ...(cause !== undefined && { cause }),
  })
}
