import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  X509Certificate,
} from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { join } from 'node:path'
import { errorMessage, PushError } from '../../base/index.js'
import { type DistinguishedName, type Extension, signCertificate } from './certificate.js'
import { bitString, booleanTrue, element, oid, sequence } from './der.js'

/** Who signs the simulator's certificates. */
export interface CertificateAuthority {
  readonly name: DistinguishedName
  /** PEM. */
  readonly certificate: string
  readonly privateKey: KeyObject
}

/** What lies in the simulator's folder. */
export interface SimulatorFiles {
  readonly authority: CertificateAuthority
  /** Where the authority's certificate lies. */
  readonly caFile: string
  readonly server: { readonly certificate: string; readonly privateKey: string }
  /** The `.p8` text of the provider key. */
  readonly p8: string
  /** Where it lies. */
  readonly keyFile: string
}

const day = 86_400_000
const authorityCommonName = 'ios-notifications simulator authority'
const authorityName: DistinguishedName = [['CN', authorityCommonName]]
const authorityDays = 3650
// Apple's platforms refuse server certificates that are valid for longer than 398 days.
const serverDays = 397
/** What ends sooner than this is renewed at the start, so that a simulator can run for a while. */
const leastDaysLeft = 7

/**
 * Opens the folder, or fills it: `ca.pem`, `ca-key.pem`, `server.pem`, `server-key.pem`, `key.p8`. What is there and
 * good is used again; what has expired, is damaged or does not fit the host names is made anew, and the file that it
 * replaces keeps its contents under the name with `.old`.
 */
export function openSimulatorFiles(folder: string, hosts: readonly string[]): SimulatorFiles {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    const path = (name: string) => join(folder, name)
    const authority = openAuthority(path('ca.pem'), path('ca-key.pem'))
    const server = openServerCertificate(authority, hosts, path('server.pem'), path('server-key.pem'))
    const p8 = openProviderKey(path('key.p8'))
    return { authority, caFile: path('ca.pem'), server, p8, keyFile: path('key.p8') }
  } catch (error) {
    const message = `dir: ${folder} cannot hold the simulator's files: ${errorMessage(error)}`
    throw new PushError('PUSH_ERR_INPUT_INVALID', message, { field: 'dir', cause: error })
  }
}

/** A P-256 private key in PKCS#8 PEM, as in Apple's `.p8` files. */
export function newPrivateKey(): string {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
}

function openAuthority(certificateFile: string, keyFile: string): CertificateAuthority {
  const stored = readPair(certificateFile, keyFile)
  // Its name must be ours, because what it signs names it as the issuer.
  if (stored?.x509.ca && stored.x509.subject === `CN=${authorityCommonName}`)
    return {
      name: authorityName,
      certificate: stored.certificate,
      privateKey: createPrivateKey(stored.privateKey),
    }
  const pem = newPrivateKey()
  const privateKey = createPrivateKey(pem)
  const certificate = signCertificate(
    {
      subject: authorityName,
      issuer: authorityName,
      publicKey: createPublicKey(privateKey),
      ...validity(authorityDays),
      extensions: [
        { id: '2.5.29.19', critical: true, value: sequence(booleanTrue()) },
        // Key usage: signing certificates (bit 5) and revocation lists (bit 6).
        { id: '2.5.29.15', critical: true, value: bitString(Buffer.of(0b0000_0110), 1) },
      ],
    },
    privateKey,
  )
  writeFile(keyFile, pem, 0o600)
  writeFile(certificateFile, certificate, 0o644)
  return { name: authorityName, certificate, privateKey }
}

function openServerCertificate(
  authority: CertificateAuthority,
  hosts: readonly string[],
  certificateFile: string,
  keyFile: string,
): { certificate: string; privateKey: string } {
  const issuer = new X509Certificate(authority.certificate)
  const stored = readPair(certificateFile, keyFile)
  if (stored?.x509.verify(issuer.publicKey) && fits(stored.x509, hosts)) return stored
  const privateKey = newPrivateKey()
  const certificate = signCertificate(
    {
      subject: [['CN', hosts[0] ?? 'localhost']],
      issuer: authority.name,
      publicKey: createPublicKey(privateKey),
      ...validity(serverDays),
      extensions: [
        subjectAlternativeNames(hosts),
        // Key usage: digital signature (bit 0). Extended key usage: server authentication.
        { id: '2.5.29.15', critical: true, value: bitString(Buffer.of(0b1000_0000), 7) },
        { id: '2.5.29.37', value: sequence(oid('1.3.6.1.5.5.7.3.1')) },
      ],
    },
    authority.privateKey,
  )
  writeFile(keyFile, privateKey, 0o600)
  writeFile(certificateFile, certificate, 0o644)
  return { certificate, privateKey }
}

function openProviderKey(keyFile: string): string {
  const stored = existsSync(keyFile) ? readFileSync(keyFile, 'utf8') : ''
  if (isP256(stored)) return stored
  const p8 = newPrivateKey()
  writeFile(keyFile, p8, 0o600)
  return p8
}

/** Whether a text is an unencrypted PEM of a P-256 private key. */
function isP256(pem: string): boolean {
  try {
    return createPrivateKey(pem).asymmetricKeyDetails?.namedCurve === 'prime256v1'
  } catch {
    return false
  }
}

/** A stored certificate with its key; absent unless both are there, belong together and are good for a while. */
function readPair(certificateFile: string, keyFile: string) {
  if (!existsSync(certificateFile) || !existsSync(keyFile)) return undefined
  const certificate = readFileSync(certificateFile, 'utf8')
  const privateKey = readFileSync(keyFile, 'utf8')
  try {
    const x509 = new X509Certificate(certificate)
    const good =
      isP256(privateKey) &&
      x509.checkPrivateKey(createPrivateKey(privateKey)) &&
      Date.parse(x509.validFrom) <= Date.now() &&
      Date.parse(x509.validTo) > Date.now() + leastDaysLeft * day
    return good ? { x509, certificate, privateKey } : undefined
  } catch {
    return undefined
  }
}

/** Whether the certificate is for exactly these host names and addresses. */
function fits(x509: X509Certificate, hosts: readonly string[]): boolean {
  const count = x509.subjectAltName?.split(', ').length ?? 0
  const covers = (host: string) => (isIP(host) ? x509.checkIP(host) : x509.checkHost(host)) !== undefined
  return count === hosts.length && hosts.every(covers)
}

function validity(days: number): { notBefore: Date; notAfter: Date } {
  // A day back, for clocks that disagree.
  return { notBefore: new Date(Date.now() - day), notAfter: new Date(Date.now() + (days - 1) * day) }
}

function subjectAlternativeNames(hosts: readonly string[]): Extension {
  const names = hosts.map((host) =>
    isIP(host) ? element(0x87, addressBytes(host)) : element(0x82, Buffer.from(host, 'latin1')),
  )
  return { id: '2.5.29.17', value: sequence(...names) }
}

/** The 4 or 16 bytes of an address. */
function addressBytes(address: string): Buffer {
  if (isIP(address) === 4) return Buffer.from(address.split('.').map(Number))
  // The URL parser writes an embedded IPv4 address as two groups, so that only hexadecimal groups and `::` are left.
  const [head = '', tail] = new URL(`http://[${address}]`).hostname.slice(1, -1).split('::')
  const groups = (text = '') =>
    text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16))
  const front = groups(head)
  const back = groups(tail)
  const all = [...front, ...Array<number>(8 - front.length - back.length).fill(0), ...back]
  return Buffer.from(all.flatMap((group) => [group >> 8, group & 0xff]))
}

function writeFile(path: string, content: string, mode: number): void {
  if (existsSync(path)) renameSync(path, `${path}.old`)
  writeFileSync(path, content, { mode })
}
