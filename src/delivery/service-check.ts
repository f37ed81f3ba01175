import { type ApnsClient, dispositionOf, type Rejected } from '../apns/index.js'
import { PushError } from '../base/index.js'
import { apnsHostname, type CertificateFacts, certificateFacts, type Service } from '../model/index.js'
import { repairLine } from './repair-advice.js'
import type { ServiceClients } from './service-clients.js'

/** What is known of a service's way to Apple. */
export interface ServiceCheck {
  serviceId: number
  /** Where it was tried: the host that is connected to, also where the service names one that Apple has closed. */
  hostname: string
  port: number
  /** Whether a connection could be made, and the server takes pushes with its credential and topic. */
  isUsable: boolean
  /** What was found, or why not and what to repair: one line. */
  message: string
  /** Whether the server took a provider token made with the key. Null with a certificate, and where it said nothing about it. */
  isTokenValid: boolean | null
  /** The key's id; null with a certificate. */
  keyId: string | null
  /** What the certificate is for and until when; null with a key. */
  certificate: CertificateFacts | null
}

/**
 * A token that no device has. Apple looks at who asks, and then at the token (as far as is seen: which of two things that are wrong
 * it names first is not documented).
 */
const NOBODYS_TOKEN = '00'

/**
 * Opens a connection for a service, once, has the server judge the credential with a push to a token that no device has, and closes
 * it. A certificate is judged as it connects, a provider token only with a push.
 */
export async function checkConnection(service: Service, clients: ServiceClients): Promise<ServiceCheck> {
  const hostname = apnsHostname(service.hostname)
  const certificate = service.certificate === null ? null : certificateFacts(service.certificate)
  const facts = { serviceId: service.id, hostname, port: service.port, keyId: service.keyId, certificate }
  try {
    await using client = await clients.make(service, { connectAttempts: 1 })
    await client.connect()
    const refusal = await refusalOf(client, service.topic)
    const isTokenValid = certificate === null ? tokenVerdict(refusal) : null
    if (refusal !== null && isFinal(refusal))
      return { ...facts, isUsable: false, isTokenValid, message: repairLine(refusal.reason) }
    const judged = isTokenValid === null && certificate === null ? 'not judged yet' : 'taken by the server'
    const message = `connected to ${hostname}:${service.port}; ${credentialLine(service, certificate, judged)}`
    return { ...facts, isUsable: true, isTokenValid, message }
  } catch (error) {
    if (!(error instanceof PushError)) throw error
    return { ...facts, isUsable: false, isTokenValid: null, message: error.message }
  }
}

/** What Apple says of a push to nobody. Null: it took it, or said nothing. */
async function refusalOf(client: ApnsClient, topic: string): Promise<Rejected | null> {
  const outcome = await client.send({ token: NOBODYS_TOKEN, topic, payload: { aps: { alert: 'check' } } })
  if (outcome.kind === 'unknown' || outcome.kind === 'unsent') throw outcome.cause
  return outcome.kind === 'rejected' ? outcome : null
}

/** Whether every push would be refused like this one. */
function isFinal({ status, reason }: Rejected): boolean {
  return ['fix-credentials', 'refresh-token', 'fix-request'].includes(dispositionOf(status, reason))
}

/** Whether the provider token was taken; null: nothing was said about it. */
function tokenVerdict(refusal: Rejected | null): boolean | null {
  if (refusal === null || refusal.reason === 'TopicDisallowed') return true
  switch (dispositionOf(refusal.status, refusal.reason)) {
    case 'fix-credentials':
    case 'refresh-token':
      return false
    case 'retry-later':
    case 'slow-down':
      return null
    default:
      return true
  }
}

function credentialLine(service: Service, certificate: CertificateFacts | null, judged: string): string {
  if (certificate === null) return `key ${service.keyId} of team ${service.teamId}, ${judged}`
  const until = new Date(certificate.expiresAt).toISOString().slice(0, 10)
  const topics = certificate.topics.length > 0 ? ` for ${certificate.topics.join(', ')}` : ''
  return `certificate${topics}, valid until ${until}, ${judged}`
}
