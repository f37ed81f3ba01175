import { PushError } from '../base/index.js'
import { apnsHostname, type CertificateFacts, certificateFacts, type Service } from '../model/index.js'
import type { ServiceClients } from './service-clients.js'

/** What is known of a service's way to Apple. */
export interface ServiceCheck {
  serviceId: number
  /** Where it was tried: the host that is connected to, also where the service names one that Apple has closed. */
  hostname: string
  port: number
  /** Whether a connection could be made with its credential. */
  isUsable: boolean
  /** What was found, or why not and what to repair: one line. */
  message: string
  /** The key's id; null with a certificate. */
  keyId: string | null
  /** What the certificate is for and until when; null with a key. */
  certificate: CertificateFacts | null
}

/**
 * Opens a connection for a service, once, and closes it. A certificate is judged by the server as it connects; a key is
 * judged by Apple with the first push only, which this does not send.
 */
export async function checkConnection(service: Service, clients: ServiceClients): Promise<ServiceCheck> {
  const hostname = apnsHostname(service.hostname)
  const certificate = service.certificate === null ? null : certificateFacts(service.certificate)
  const facts = { serviceId: service.id, hostname, port: service.port, keyId: service.keyId, certificate }
  try {
    await using client = await clients.make(service, { connectAttempts: 1 })
    await client.connect()
    return {
      ...facts,
      isUsable: true,
      message: `connected to ${hostname}:${service.port}; ${credentialLine(service, certificate)}`,
    }
  } catch (error) {
    if (!(error instanceof PushError)) throw error
    return { ...facts, isUsable: false, message: error.message }
  }
}

function credentialLine(service: Service, certificate: CertificateFacts | null): string {
  if (certificate === null)
    return `key ${service.keyId} of team ${service.teamId} (Apple looks at it with the first push)`
  const until = new Date(certificate.expiresAt).toISOString().slice(0, 10)
  const topics = certificate.topics.length > 0 ? ` for ${certificate.topics.join(', ')}` : ''
  return `certificate${topics}, valid until ${until}`
}
