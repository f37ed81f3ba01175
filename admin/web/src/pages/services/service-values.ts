import type { Schemas } from '../../api/client'

/** The ways to give a credential; `stored`: it stays as it is. */
type CredentialKind = 'stored' | 'key' | 'certificate' | 'p12'

/** What stands in the form of a service. An empty text: nothing was given. */
export interface ServiceValues extends Record<string, unknown> {
  name: string
  hostname: string
  port: number | ''
  topic: string
  kind: CredentialKind
  p8: string
  keyId: string
  teamId: string
  certificate: string
  privateKey: string
  /** Of the private key, or of the .p12 file. */
  passphrase: string
  p12: File | null
  /** The .p12 file in base64. */
  p12Text: string
  ca: string
  feedback: 'immediate' | 'deferred'
  maxPerSecond: number | ''
}

/** What the form begins with: a service as it is, or nothing. */
export function valuesOf(service: Schemas['Service'] | undefined): ServiceValues {
  return {
    name: service?.name ?? '',
    hostname: service?.hostname ?? '',
    port: service?.port ?? 443,
    topic: service?.topic ?? '',
    kind: service === undefined ? 'key' : 'stored',
    ...{ p8: '', keyId: '', teamId: service?.teamId ?? '' },
    ...{ certificate: '', privateKey: '', passphrase: '', p12: null, p12Text: '' },
    ca: service?.ca ?? '',
    feedback: service?.feedback ?? 'immediate',
    maxPerSecond: service?.maxPerSecond ?? '',
  }
}

/** What is to be inspected: all that was given. */
export function draftOf(values: ServiceValues, service: number | undefined): Schemas['ServiceDraft'] {
  return { ...(service !== undefined && { service }), ...bodyOf(values) }
}

/** What is to be saved. */
export function bodyOf(values: ServiceValues) {
  const { name, hostname, topic, feedback } = values
  return {
    ...{ name, hostname: hostname.trim(), topic: topic.trim(), feedback },
    ...(values.port !== '' && { port: values.port }),
    ...credentialOf(values),
    ca: values.ca.trim() === '' ? null : values.ca,
    maxPerSecond: values.maxPerSecond === '' ? null : values.maxPerSecond,
  }
}

function credentialOf({ kind, p8, keyId, teamId, certificate, privateKey, p12Text, ...rest }: ServiceValues) {
  const passphrase = rest.passphrase === '' ? {} : { passphrase: rest.passphrase }
  switch (kind) {
    case 'key':
      return { key: { p8, keyId: keyId.trim(), teamId: teamId.trim() } }
    case 'certificate':
      // Without one it stands in the certificate's file.
      return { certificate: { certificate, ...(privateKey.trim() !== '' && { privateKey }), ...passphrase } }
    case 'p12':
      return { p12: { file: p12Text, ...passphrase } }
    case 'stored':
      return {}
  }
}

/** The field of the form for each of the API's that is called otherwise. */
export const fieldNames: Record<string, string> = {
  'key.p8': 'p8',
  'key.keyId': 'keyId',
  'key.teamId': 'teamId',
  'certificate.certificate': 'certificate',
  'certificate.privateKey': 'privateKey',
  'certificate.passphrase': 'passphrase',
  'p12.file': 'p12',
  'p12.passphrase': 'passphrase',
}

/** A file in base64. */
export async function base64Of(file: File): Promise<string> {
  let text = ''
  for (const byte of new Uint8Array(await file.arrayBuffer())) text += String.fromCharCode(byte)
  return btoa(text)
}
