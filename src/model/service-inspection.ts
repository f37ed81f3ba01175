import { type ErrorCode, PushError } from '../base/index.js'
import { apnsEnvironment, apnsHostname } from './apns-hostname.js'
import { type CertificateFacts, certificateFacts } from './certificate-facts.js'
import { checkExpiry, checkPair, readCertificate, readPrivateKey } from './client-certificate.js'
import { checkAppleId, checkP8 } from './provider-key.js'
import type { Service } from './service.js'
import { checkAuthorities, checkHostname, checkPort, checkRules, checkTopic } from './service-check.js'
import { checkText } from './text-check.js'

/** A service while somebody types it: anything may be missing, also inside its credential. An empty text counts as missing. */
export interface PartialService {
  name?: string
  hostname?: string
  port?: number
  topic?: string
  key?: { p8?: string; keyId?: string; teamId?: string }
  certificate?: { certificate?: string; privateKey?: string; passphrase?: string }
  ca?: string | null
  feedback?: 'immediate' | 'deferred'
  maxPerSecond?: number | null
}

/** Something wrong with a service that is not saved yet. */
export interface ServiceProblem {
  code: ErrorCode
  /** Where: `topic`, `p8`, `passphrase`; null: the service as a whole. */
  field: string | null
  /** One line. */
  message: string
  /** Whether saving it is refused for this. If not, it is saved, and Apple will refuse its pushes. */
  isRefused: boolean
}

/** What is known of a service before it is saved, without asking Apple. */
export interface ServiceInspection {
  /** The host that is meant; null while there is no host name that is allowed. */
  connectsTo: string | null
  /** A sentence where the host is one that Apple has closed, or is not Apple's; null otherwise. */
  hostNote: string | null
  /** Null while there is no credential. */
  authentication: 'key' | 'certificate' | null
  /** Whether the `.p8` holds a P-256 key; null where there is none. */
  isKeyValid: boolean | null
  /** What the certificate is for and until when; null where there is none that can be read. */
  certificate: CertificateFacts | null
  /** Everything that is wrong. What is only missing is not wrong, but for what the certificate's private key needs. */
  problems: ServiceProblem[]
}

/**
 * Looks at all that is given of a service and lists every fault. Opens no connection, and repeats no secret.
 *
 * @param current the service that is to be changed: what is not given is taken from it
 * @param at the time that decides about expiry, in milliseconds
 */
export function inspectService(
  input: PartialService,
  current: Service | undefined,
  at: number,
): ServiceInspection {
  const faults = new Faults()
  if (isGiven(input.name)) faults.of(() => checkText('name', input.name, 255, 1))
  const hostname = isGiven(input.hostname)
    ? faults.of(() => checkHostname(input.hostname))
    : current?.hostname
  if (input.port !== undefined) faults.of(() => checkPort(input.port!))
  const topic = isGiven(input.topic) ? faults.of(() => checkTopic(input.topic)) : current?.topic
  if (isGiven(input.ca)) faults.of(() => checkAuthorities(input.ca))
  faults.of(() => checkRules(input))
  const credential = inspectCredential(input, current, at, faults)
  const { certificate } = credential
  if (certificate !== null) {
    if (topic !== undefined) faults.add(topicProblem(topic, certificate))
    if (hostname !== undefined) faults.add(environmentProblem(hostname, certificate))
  }
  return {
    connectsTo: hostname === undefined ? null : apnsHostname(hostname),
    hostNote: hostname === undefined ? null : hostNote(hostname),
    ...credential,
    problems: faults.found,
  }
}

type Credential = Pick<ServiceInspection, 'authentication' | 'isKeyValid' | 'certificate'>

function inspectCredential(
  { key, certificate: given }: PartialService,
  current: Service | undefined,
  at: number,
  faults: Faults,
): Credential {
  if (key !== undefined) {
    const { p8, keyId, teamId } = key
    const checked = isGiven(p8) ? faults.of(() => checkP8(p8)) : undefined
    if (isGiven(keyId)) faults.of(() => checkAppleId('keyId', keyId))
    if (isGiven(teamId)) faults.of(() => checkAppleId('teamId', teamId))
    return {
      authentication: 'key',
      isKeyValid: isGiven(p8) ? checked !== undefined : null,
      certificate: null,
    }
  }
  const pem = given === undefined ? current?.certificate : given.certificate
  const leaf = isGiven(pem) ? faults.of(() => readCertificate(pem)) : undefined
  if (given !== undefined && (leaf !== undefined || isGiven(given.privateKey))) {
    const opened = faults.of(() =>
      readPrivateKey({
        certificate: pem ?? '',
        ...(isGiven(given.privateKey) && { privateKey: given.privateKey }),
        ...(isGiven(given.passphrase) && { passphrase: given.passphrase }),
      }),
    )
    if (leaf !== undefined && opened !== undefined) faults.of(() => checkPair(leaf, opened))
  }
  if (leaf !== undefined) faults.of(() => checkExpiry(leaf, at))
  return {
    authentication: given === undefined ? (current?.authentication ?? null) : 'certificate',
    isKeyValid: null,
    certificate: leaf === undefined ? null : certificateFacts(leaf.toString()),
  }
}

/** Apple's certificates name what they may push to; others say nothing about it. */
function topicProblem(topic: string, { topics }: CertificateFacts): ServiceProblem | undefined {
  if (topics.length === 0 || topics.includes(topic)) return undefined
  return {
    code: 'PUSH_ERR_INPUT_INVALID',
    field: 'topic',
    message: `topic: the certificate is not for ${topic}; it is for ${topics.join(', ')}`,
    isRefused: false,
  }
}

function environmentProblem(
  hostname: string,
  { environments }: CertificateFacts,
): ServiceProblem | undefined {
  const needed = apnsEnvironment(hostname)
  if (needed === undefined || environments.length === 0 || environments.includes(needed)) return undefined
  return {
    code: 'PUSH_ERR_INPUT_INVALID',
    field: 'hostname',
    message: `hostname: ${hostname} is Apple's ${needed} host, and the certificate is for ${environments.join(', ')} only; use the other host or another certificate`,
    isRefused: false,
  }
}

function hostNote(hostname: string): string | null {
  const host = apnsHostname(hostname)
  if (host !== hostname)
    return `Apple closed ${hostname} in 2021; pushes go to ${host}, which took its place.`
  return apnsEnvironment(hostname) === undefined
    ? `${hostname} is not Apple's; pushes go there all the same, as to a simulator or a proxy.`
    : null
}

function isGiven(text: string | null | undefined): text is string {
  return text !== undefined && text !== null && text !== ''
}

/** Goes on after a fault, so that all of them are found. */
class Faults {
  readonly found: ServiceProblem[] = []

  /** What a check gives; undefined where it throws, which is written down. */
  of<Value>(check: () => Value): Value | undefined {
    try {
      return check()
    } catch (error) {
      if (!(error instanceof PushError)) throw error
      const { code, field = null, message } = error
      this.found.push({ code, field, message, isRefused: true })
      return undefined
    }
  }

  add(problem: ServiceProblem | undefined): void {
    if (problem !== undefined) this.found.push(problem)
  }
}
