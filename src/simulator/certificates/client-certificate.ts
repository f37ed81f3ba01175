import { generateKeyPairSync, type X509Certificate } from 'node:crypto'
import { invalid } from '../simulator-options.js'
import { signCertificate } from './certificate.js'
import { type DerElement, nothing, oid, readElements, sequence, tags, utf8String } from './der.js'
import type { CertificateAuthority } from './simulator-files.js'

/** What a client certificate shall say. */
export interface ClientCertificateOptions {
  /** The bundle id: UID of the subject. */
  topic: string
  /**
   * All topics that it covers, for Apple's extension 1.2.840.113635.100.6.3.6. Absent: the topic itself and the ones for
   * VoIP and complications, as in Apple's universal certificates. Empty: no extension, so that it is for one topic only.
   */
  topics?: readonly string[]
  /** The environments it is for; both by default. The simulator stands for the sandbox. */
  environments?: readonly ('sandbox' | 'production')[]
  /** It ended yesterday. */
  expired?: boolean
  /** Encrypts the private key. */
  passphrase?: string
}

/** A client certificate with its key, as `ApnsClient` takes it. */
export interface IssuedClientCertificate {
  /** PEM. */
  certificate: string
  /** PEM, PKCS#8; encrypted where a passphrase was given. */
  privateKey: string
  /** The passphrase that was given. */
  passphrase?: string
}

const day = 86_400_000

// Apple's own extensions; developer.apple.com/documentation/usernotifications/establishing-a-certificate-based-connection-to-apns
const appleExtensions = {
  sandbox: '1.2.840.113635.100.6.3.1',
  production: '1.2.840.113635.100.6.3.2',
  topics: '1.2.840.113635.100.6.3.6',
} as const

const topicKinds: readonly (readonly [suffix: string, kind: string])[] = [
  ['.voip', 'voip'],
  ['.complication', 'complication'],
]

/** Issues a client certificate for a topic, signed by the simulator's authority. */
export function issueClientCertificate(
  authority: CertificateAuthority,
  teamId: string,
  options: ClientCertificateOptions,
): IssuedClientCertificate {
  const { topic, environments = ['sandbox', 'production'], expired = false, passphrase } = options
  if (typeof topic !== 'string' || topic === '') throw invalid('topic', topic, 'a bundle id')
  const topics = options.topics ?? [topic, ...topicKinds.map(([suffix]) => topic + suffix)]
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const now = Date.now()
  const certificate = signCertificate(
    {
      subject: [
        ['UID', topic],
        ['CN', `Apple Push Services: ${topic}`],
        ['OU', teamId],
      ],
      issuer: authority.name,
      publicKey,
      notBefore: new Date(now - (expired ? 366 : 1) * day),
      notAfter: new Date(now + (expired ? -1 : 365) * day),
      extensions: [
        // Extended key usage: client authentication.
        { id: '2.5.29.37', value: sequence(oid('1.3.6.1.5.5.7.3.2')) },
        ...environments.map((environment) => ({ id: appleExtensions[environment], value: nothing() })),
        ...(topics.length > 0 ? [{ id: appleExtensions.topics, value: topicList(topics) }] : []),
      ],
    },
    authority.privateKey,
  )
  const plain = { type: 'pkcs8', format: 'pem' } as const
  if (passphrase === undefined) return { certificate, privateKey: privateKey.export(plain).toString() }
  const sealed = privateKey.export({ ...plain, cipher: 'aes-256-cbc', passphrase })
  return { certificate, privateKey: sealed.toString(), passphrase }
}

function topicList(topics: readonly string[]): Buffer {
  const kindOf = (topic: string) => topicKinds.find(([suffix]) => topic.endsWith(suffix))?.[1] ?? 'app'
  return sequence(...topics.flatMap((topic) => [utf8String(topic), sequence(utf8String(kindOf(topic)))]))
}

/** What a client certificate allows. */
export interface CertificateScope {
  /** UID of the subject; absent where it has none. */
  readonly topic: string | undefined
  /** The topics of Apple's extension and the subject's. */
  readonly topics: ReadonlySet<string>
  readonly sandbox: boolean
}

/** Reads what a certificate of our own authority allows. Throws a RangeError where it is damaged. */
export function readCertificateScope(certificate: X509Certificate): CertificateScope {
  const topic = certificate.subject
    ?.split('\n')
    .find((line) => line.startsWith('UID='))
    ?.slice(4)
  const extensions = readExtensions(certificate.raw)
  const topics = new Set(topic === undefined ? [] : [topic])
  const list = extensions.get(appleExtensions.topics)
  for (const { tag, content } of list ? readElements(onlyOne(readElements(list)).content) : [])
    if (tag === tags.utf8String) topics.add(content.toString())
  return { topic, topics, sandbox: extensions.has(appleExtensions.sandbox) }
}

/** The contents of the extensions that Apple defines, by their identifiers. */
function readExtensions(certificate: Buffer): Map<string, Buffer> {
  const known = Object.values(appleExtensions).map((id) => ({ id, der: oid(id).subarray(2) }))
  const toBeSigned = onlyOne(readElements(onlyOne(readElements(certificate)).content))
  const holder = readElements(toBeSigned.content).find(({ tag }) => tag === 0xa3)
  const found = new Map<string, Buffer>()
  if (holder === undefined) return found
  for (const { content } of readElements(onlyOne(readElements(holder.content)).content)) {
    const parts = readElements(content)
    const id = known.find(({ der }) => parts[0]?.content.equals(der))?.id
    const value = parts.at(-1)
    if (id !== undefined && value !== undefined) found.set(id, value.content)
  }
  return found
}

/** The first element, where the structure has to have one. */
function onlyOne(elements: readonly DerElement[]): DerElement {
  const [first] = elements
  if (first === undefined) throw new RangeError('DER: an element is missing')
  return first
}
