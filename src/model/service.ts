import type { ClientCertificate, ProviderKey } from '../apns/index.js'

/** What a service proves its identity to Apple with. Secret: never leaves the store but to the sender. */
export type ServiceCredential =
  | { kind: 'key'; key: ProviderKey }
  | { kind: 'certificate'; certificate: ClientCertificate }

/** An APN service: one app in one environment, and the credential for it. */
export interface Service {
  id: number
  /** At most 255 characters; unique together with `hostname`. */
  name: string
  /** As it was entered; the predecessor's `gateway[.sandbox].push.apple.com` are kept. See `apnsHostname`. */
  hostname: string
  port: number
  /** The bundle id. */
  topic: string
  authentication: 'key' | 'certificate'
  /** With a key. */
  keyId: string | null
  teamId: string | null
  /** With a certificate: its PEM, without the private key. */
  certificate: string | null
  /** PEM of the authorities to trust instead of the system's; null: the system's. */
  ca: string | null
  /** Whether a 410 deactivates at once, or is collected until the feedback service is called. */
  feedback: 'immediate' | 'deferred'
  /** Pushes a second that all workers together send through it at most; null: no limit. */
  maxPerSecond: number | null
  /** Milliseconds since 1970, like every time in the model. */
  createdAt: number
  updatedAt: number
}

/** A service to be stored. Checked by `checkService`. */
export interface NewService {
  name: string
  hostname: string
  /** 443 by default. */
  port?: number
  topic: string
  credential: ServiceCredential
  ca?: string | null
  feedback?: 'immediate' | 'deferred'
  maxPerSecond?: number | null
}

/** What may be changed of a service. Absent fields stay. Checked by `checkServiceChange`. */
export interface ServiceChange {
  name?: string
  hostname?: string
  port?: number
  topic?: string
  /** Takes the place of the old one. */
  credential?: ServiceCredential
  ca?: string | null
  feedback?: 'immediate' | 'deferred'
  maxPerSecond?: number | null
}
