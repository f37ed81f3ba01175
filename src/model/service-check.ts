import { X509Certificate } from 'node:crypto'
import { isIP } from 'node:net'
import { PushError, systemClock } from '../base/index.js'
import { apnsPort } from './apns-hostname.js'
import { checkClientCertificate } from './client-certificate.js'
import { pemBlocks } from './pem.js'
import { checkProviderKey } from './provider-key.js'
import type { NewService, Service, ServiceChange, ServiceCredential } from './service.js'
import { checkInteger, checkText, notAllowed } from './text-check.js'

/**
 * Checks a service to be stored, its credential included, and fills in what is absent: port 443, the system's
 * authorities, immediate feedback, no limit. The host's name becomes lower case; the predecessor's hosts are kept, their port is not.
 *
 * @param at the time that decides whether a certificate has expired, in milliseconds; now by default
 * @throws PUSH_ERR_INPUT_INVALID and the errors of `checkProviderKey` and `checkClientCertificate`
 */
export function checkService(input: NewService, at = systemClock.now()): Required<NewService> {
  const hostname = checkHostname(input.hostname)
  const port = input.port === undefined ? undefined : checkPort(input.port)
  return {
    name: checkText('name', input.name, 255, 1),
    hostname,
    port: apnsPort(hostname, port),
    topic: checkTopic(input.topic),
    credential: checkCredential(input.credential, at),
    ca: input.ca === undefined || input.ca === null ? null : checkAuthorities(input.ca),
    feedback: 'immediate',
    maxPerSecond: null,
    ...checkRules(input),
  }
}

/**
 * Checks what is to be changed of a service. A new host keeps the port, unless one is given.
 *
 * @throws what `checkService` throws
 */
export function checkServiceChange(
  input: ServiceChange,
  current: Pick<Service, 'hostname' | 'port'>,
  at = systemClock.now(),
): ServiceChange {
  const { name, topic, credential, ca } = input
  const change: ServiceChange = checkRules(input)
  if (name !== undefined) change.name = checkText('name', name, 255, 1)
  if (input.hostname !== undefined) change.hostname = checkHostname(input.hostname)
  if (input.hostname !== undefined || input.port !== undefined)
    change.port = apnsPort(change.hostname ?? current.hostname, checkPort(input.port ?? current.port))
  if (topic !== undefined) change.topic = checkTopic(topic)
  if (credential !== undefined) change.credential = checkCredential(credential, at)
  if (ca !== undefined) change.ca = ca === null ? null : checkAuthorities(ca)
  return change
}

/** 1 to 65535. PUSH_ERR_INPUT_INVALID. */
export function checkPort(port: number): number {
  return checkInteger('port', port, 1, 65_535, 'a port from 1 to 65535')
}

/** How a service sends: absent fields stay absent. PUSH_ERR_INPUT_INVALID. */
export function checkRules({
  feedback,
  maxPerSecond,
}: Pick<ServiceChange, 'feedback' | 'maxPerSecond'>): Pick<ServiceChange, 'feedback' | 'maxPerSecond'> {
  if (feedback !== undefined && feedback !== 'immediate' && feedback !== 'deferred')
    throw notAllowed('feedback', feedback, 'immediate or deferred')
  if (maxPerSecond !== undefined && maxPerSecond !== null)
    checkInteger('maxPerSecond', maxPerSecond, 1, 1_000_000, 'a whole number from 1 to 1000000')
  return { ...(feedback !== undefined && { feedback }), ...(maxPerSecond !== undefined && { maxPerSecond }) }
}

/** Letters, digits, hyphens and underscores between dots (the underscore for hosts of container networks), or an IP address. */
export function checkHostname(value: unknown): string {
  const hostname = checkText('hostname', value, 255, 1).toLowerCase()
  const label = /^(?!-)[a-z0-9_-]{1,63}(?<!-)$/
  if (isIP(hostname) !== 0 || hostname.split('.').every((part) => label.test(part))) return hostname
  throw notAllowed('hostname', value, 'a host name such as api.push.apple.com, without scheme, port and path')
}

/** A bundle id. PUSH_ERR_INPUT_INVALID. */
export function checkTopic(value: unknown): string {
  const topic = checkText('topic', value, 255, 1)
  if (!/^[A-Za-z0-9._-]+$/.test(topic))
    throw notAllowed('topic', topic, 'a bundle id such as com.example.app')
  return topic
}

function checkCredential(credential: ServiceCredential, at: number): ServiceCredential {
  switch (credential?.kind) {
    case 'key':
      return { kind: 'key', key: checkProviderKey(credential.key) }
    case 'certificate':
      return { kind: 'certificate', certificate: checkClientCertificate(credential.certificate, at) }
    default:
      throw new PushError(
        'PUSH_ERR_APNS_CREDENTIAL_INVALID',
        'credential: a key or a certificate is needed',
        {
          field: 'credential',
        },
      )
  }
}

/** PEM with at least one certificate. PUSH_ERR_INPUT_INVALID. */
export function checkAuthorities(pem: unknown): string {
  const text = checkText('ca', pem, 1_000_000)
  const certificates = pemBlocks(text).filter(({ label }) => label === 'CERTIFICATE')
  try {
    for (const certificate of certificates) new X509Certificate(certificate.text)
    if (certificates.length > 0) return text
  } catch (cause) {
    throw new PushError('PUSH_ERR_INPUT_INVALID', 'ca: a certificate in it can not be read', {
      field: 'ca',
      cause,
    })
  }
  throw new PushError('PUSH_ERR_INPUT_INVALID', 'ca: it holds no certificate in PEM form', {
    field: 'ca',
  })
}
