import { createPrivateKey, X509Certificate } from 'node:crypto'
import type { pki } from 'node-forge'
import { errorMessage, PushError } from '../base/index.js'
import type { ServiceCredential } from '../model/index.js'

type ClientCertificate = Extract<ServiceCredential, { kind: 'certificate' }>['certificate']
type Bag = { asn1: unknown; key?: pki.PrivateKey | null; cert?: pki.Certificate | null }

/**
 * Turns a .p12 file (PKCS#12, RFC 7292) into the PEM of its certificates and its private key; the certificate of the key
 * comes first. The key comes out unencrypted. Reads Keychain's RC2 files too, which Node's own TLS refuses.
 *
 * @param passphrase absent: none
 * @throws PUSH_ERR_APNS_PASSPHRASE_WRONG; PUSH_ERR_APNS_CREDENTIAL_INVALID where it is no such file, or does not hold
 * exactly one private key and its certificate
 */
export async function pkcs12ToPem(bytes: Uint8Array, passphrase = ''): Promise<ClientCertificate> {
  // Loaded here, because only this needs it, and it takes 50 ms.
  const { default: forge } = await import('node-forge')
  const file = open(forge, bytes, passphrase)
  const bagsOf = (type: string | undefined) => (file.getBags({ bagType: type! })[type!] ?? []) as Bag[]
  const { pkcs8ShroudedKeyBag, keyBag, certBag } = forge.pki.oids
  const keys = [...bagsOf(pkcs8ShroudedKeyBag), ...bagsOf(keyBag)]
  if (keys.length !== 1) throw invalid(`it holds ${keys.length} private keys; exactly one is needed`)
  // What forge has no class for (elliptic curves) it leaves as ASN.1; Node reads both.
  const der = (bag: Bag) => {
    const asn1 = bag.key
      ? forge.pki.wrapRsaPrivateKey(forge.pki.privateKeyToAsn1(bag.key))
      : bag.cert
        ? forge.pki.certificateToAsn1(bag.cert)
        : bag.asn1
    return Buffer.from(forge.asn1.toDer(asn1 as Parameters<typeof forge.asn1.toDer>[0]).getBytes(), 'binary')
  }
  try {
    const key = createPrivateKey({ key: der(keys[0]!), format: 'der', type: 'pkcs8' })
    const certificates = bagsOf(certBag).map((bag) => new X509Certificate(der(bag)))
    const leaf = certificates.find((certificate) => certificate.checkPrivateKey(key))
    if (leaf === undefined) throw invalid('it holds no certificate that belongs to its private key')
    const chain = [leaf, ...certificates.filter((certificate) => certificate !== leaf)]
    return {
      certificate: chain.map(String).join(''),
      privateKey: key.export({ format: 'pem', type: 'pkcs8' }).toString(),
    }
  } catch (error) {
    if (error instanceof PushError) throw error
    throw invalid(`its key or certificate can not be read (${errorMessage(error)})`, error)
  }
}

function open(forge: typeof import('node-forge'), bytes: Uint8Array, passphrase: string) {
  let asn1: ReturnType<typeof forge.asn1.fromDer>
  try {
    asn1 = forge.asn1.fromDer(Buffer.from(bytes).toString('binary'))
    // Without a passphrase some programs write an empty one, some none at all: both are tried.
    const tries = passphrase === '' ? ['', undefined] : [passphrase]
    let failure: unknown
    for (const attempt of tries) {
      try {
        return forge.pkcs12.pkcs12FromAsn1(asn1, false, attempt)
      } catch (error) {
        failure = error
      }
    }
    throw failure
  } catch (error) {
    // forge tells a wrong passphrase by its text alone.
    if (!/password|PKCS#12 MAC|decrypt/i.test(errorMessage(error))) {
      throw invalid(`it is not a PKCS#12 file (${errorMessage(error)})`, error)
    }
    const what =
      passphrase === ''
        ? 'the .p12 file is encrypted, and no passphrase was given'
        : 'it does not open the .p12 file'
    throw new PushError('PUSH_ERR_APNS_PASSPHRASE_WRONG', `passphrase: ${what}`, {
      field: 'passphrase',
      cause: error,
    })
  }
}

function invalid(what: string, cause?: unknown): PushError {
  return new PushError('PUSH_ERR_APNS_CREDENTIAL_INVALID', `p12: ${what}`, {
    field: 'p12',
    ...(cause !== undefined && { cause }),
  })
}
