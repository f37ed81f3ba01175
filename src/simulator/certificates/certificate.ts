import { createHash, createPublicKey, type KeyObject, randomBytes, sign } from 'node:crypto'
import {
  bitString,
  booleanTrue,
  element,
  integer,
  octetString,
  oid,
  sequence,
  set,
  time,
  utf8String,
} from './der.js'

/** A name: attributes in the order in which they are written. */
export type DistinguishedName = readonly (readonly [attribute: keyof typeof nameAttributes, value: string])[]

const nameAttributes = {
  CN: '2.5.4.3',
  OU: '2.5.4.11',
  UID: '0.9.2342.19200300.100.1.1',
} as const

/** An extension: its identifier, its contents in DER, and whether a reader must understand it. */
export interface Extension {
  readonly id: string
  readonly value: Uint8Array
  readonly critical?: boolean
}

/** What a certificate says. */
export interface CertificateContent {
  readonly subject: DistinguishedName
  readonly issuer: DistinguishedName
  /** Public half of the subject's key. */
  readonly publicKey: KeyObject
  readonly notBefore: Date
  readonly notAfter: Date
  /** Beside the two key identifiers, which every certificate gets. */
  readonly extensions: readonly Extension[]
}

const ecdsaWithSha256 = sequence(oid('1.2.840.10045.4.3.2'))

/** Signs a certificate (X.509 version 3, RFC 5280) with the issuer's P-256 private key. Returns PEM. */
export function signCertificate(content: CertificateContent, issuerKey: KeyObject): string {
  const spki = content.publicKey.export({ type: 'spki', format: 'der' })
  const issuerSpki = createPublicKey(issuerKey).export({ type: 'spki', format: 'der' })
  const extensions: Extension[] = [
    ...content.extensions,
    { id: '2.5.29.14', value: octetString(keyIdentifier(spki)) },
    { id: '2.5.29.35', value: sequence(element(0x80, keyIdentifier(issuerSpki))) },
  ]
  const toBeSigned = sequence(
    element(0xa0, integer(Buffer.of(2))),
    integer(serialNumber()),
    ecdsaWithSha256,
    distinguishedName(content.issuer),
    sequence(time(content.notBefore), time(content.notAfter)),
    distinguishedName(content.subject),
    spki,
    element(0xa3, sequence(...extensions.map(extension))),
  )
  const signature = sign('sha256', toBeSigned, issuerKey)
  const base64 = sequence(toBeSigned, ecdsaWithSha256, bitString(signature)).toString('base64')
  return `-----BEGIN CERTIFICATE-----\n${base64.replace(/.{1,64}/g, '$&\n')}-----END CERTIFICATE-----\n`
}

/** Positive and of full length, so that no two look alike: the first byte is neither 0 nor negative. */
function serialNumber(): Buffer {
  const serial = randomBytes(16)
  serial[0] = ((serial[0] ?? 0) & 0x3f) | 0x40
  return serial
}

/** RFC 5280, section 4.2.1.2, method 1: SHA-1 of the key's bits, which are the last 65 bytes for P-256. */
function keyIdentifier(spki: Buffer): Buffer {
  return createHash('sha1').update(spki.subarray(-65)).digest()
}

function distinguishedName(name: DistinguishedName): Buffer {
  return sequence(
    ...name.map(([attribute, value]) => set(sequence(oid(nameAttributes[attribute]), utf8String(value)))),
  )
}

function extension({ id, value, critical = false }: Extension): Buffer {
  return critical
    ? sequence(oid(id), booleanTrue(), octetString(value))
    : sequence(oid(id), octetString(value))
}
