import { readCertificate } from './client-certificate.js'
import { type DerElement, derElements, objectIdentifier } from './der.js'

/** What an Apple push certificate is for. */
export interface CertificateFacts {
  /** The subject's common name, such as `Apple Push Services: com.example.app`; empty where it has none. */
  name: string
  /** Topics that it may push to; the bundle id alone where the certificate has no list of them. */
  topics: string[]
  /** Empty where the certificate does not say, as one that Apple did not make. */
  environments: ('sandbox' | 'production')[]
  /** Milliseconds since 1970. */
  expiresAt: number
}

/** Apple's certificate extensions begin with this. Seen in Apple's push certificates and in pushy's test certificates. */
const appleExtension = '1.2.840.113635.100.6.3.'
const utf8String = 0x0c

/** Reads the facts from the first certificate of a PEM text. PUSH_ERR_APNS_CREDENTIAL_INVALID where it can't be read. */
export function certificateFacts(pem: string): CertificateFacts {
  const certificate = readCertificate(pem)
  const extensions = extensionsOf(certificate.raw)
  const subject = new Map(
    certificate.subject.split('\n').map((line) => line.split('=', 2) as [string, string]),
  )
  const listed = topicsOf(extensions.get(`${appleExtension}6`))
  const bundleId = subject.get('UID')
  const environments: CertificateFacts['environments'] = []
  if (extensions.has(`${appleExtension}1`)) environments.push('sandbox')
  if (extensions.has(`${appleExtension}2`)) environments.push('production')
  return {
    name: subject.get('CN') ?? '',
    topics: listed.length > 0 || bundleId === undefined ? listed : [bundleId],
    environments,
    expiresAt: Date.parse(certificate.validTo),
  }
}

/** The values of a certificate's extensions by object identifier (RFC 5280 section 4.1). */
function extensionsOf(raw: Buffer): Map<string, Buffer> {
  const found = new Map<string, Buffer>()
  try {
    const toBeSigned = inside(inside(derElements(raw)[0])[0])
    // [3] EXPLICIT, the last field of the part that is signed.
    const list = toBeSigned.find(({ tag }) => tag === 0xa3)
    for (const extension of inside(inside(list)[0])) {
      const parts = inside(extension)
      const value = parts.at(-1)
      if (parts[0] && value) found.set(objectIdentifier(parts[0].content), value.content)
    }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
  }
  return found
}

/** `SEQUENCE { UTF8String topic, SEQUENCE { UTF8String kind }, ... }`. */
function topicsOf(extension: Buffer | undefined): string[] {
  if (extension === undefined) return []
  try {
    const topics = inside(derElements(extension)[0]).filter(({ tag }) => tag === utf8String)
    return topics.map(({ content }) => content.toString('utf8'))
  } catch (error) {
    // The list is for display; a certificate is not refused because of it.
    if (error instanceof RangeError) return []
    throw error
  }
}

function inside(element: DerElement | undefined): DerElement[] {
  return element === undefined ? [] : derElements(element.content)
}
