import { type Static, Type } from 'typebox'
import { errorCatalogue } from '../../base/index.js'
import { apnsHostname, certificateFacts, type Service, type ServiceInspection } from '../../model/index.js'
import { Id, shownTime, Time } from './list.js'

const Secret = (maxLength: number, description: string) =>
  Type.String({ minLength: 1, maxLength, description, writeOnly: true })

const Port = Type.Integer({ minimum: 1, maximum: 65_535 })
const Feedback = Type.Enum(['immediate', 'deferred'], {
  description:
    'Whether a token that Apple calls dead deactivates its device at once, or is only noted until a feedback service is called.',
})
const MaxPerSecond = Type.Union([Type.Integer({ minimum: 1, maximum: 1_000_000 }), Type.Null()], {
  description: 'Pushes a second that all workers together send through it at most; null: no limit.',
})
const Key = Type.Object(
  {
    p8: Secret(10_000, 'The text of the .p8 file.'),
    keyId: Type.String({ maxLength: 10, description: 'The ten characters of its id.' }),
    teamId: Type.String({ maxLength: 10, description: 'The ten characters of the team’s id.' }),
  },
  { additionalProperties: false, description: 'Token authentication.' },
)
const Certificate = Type.Object(
  {
    certificate: Secret(
      100_000,
      'PEM; its private key may stand in it, too. Only certificates are shown of it.',
    ),
    privateKey: Type.Optional(Secret(100_000, 'PEM. Absent: it stands in `certificate`.')),
    passphrase: Type.Optional(Secret(1024, 'Of the private key.')),
  },
  { additionalProperties: false, description: 'Certificate authentication.' },
)
const P12 = Type.Object(
  {
    file: Secret(200_000, 'The PKCS#12 file, in base64.'),
    passphrase: Type.Optional(Secret(1024, 'Of the file.')),
  },
  { additionalProperties: false, description: 'Certificate authentication, as Keychain exports it.' },
)

const Name = Type.String({ minLength: 1, maxLength: 255, description: 'Unique together with the host name.' })
const Hostname = Type.String({
  minLength: 1,
  maxLength: 255,
  description:
    '`api.push.apple.com`, `api.sandbox.push.apple.com`, one of the predecessor’s, or another server’s.',
})
const Topic = Type.String({ minLength: 1, maxLength: 255, description: 'The bundle id of the app.' })
const Ca = Type.String({
  maxLength: 1_000_000,
  description: 'PEM of the authorities to trust instead of the system’s.',
})

/** A service to be made; exactly one of `key`, `certificate` and `p12` is needed. */
export const ServiceInputSchema = Type.Object(
  {
    name: Name,
    hostname: Hostname,
    port: Type.Optional(Port),
    topic: Topic,
    key: Type.Optional(Key),
    certificate: Type.Optional(Certificate),
    p12: Type.Optional(P12),
    ca: Type.Optional(Ca),
    feedback: Type.Optional(Feedback),
    maxPerSecond: Type.Optional(MaxPerSecond),
  },
  { title: 'ServiceInput', additionalProperties: false },
)

/** What may be changed of a service; a credential takes the place of the old one, and absent fields stay. */
export const ServiceChangeSchema = Type.Object(
  {
    name: Type.Optional(Name),
    hostname: Type.Optional(Hostname),
    port: Type.Optional(Port),
    topic: Type.Optional(Topic),
    key: Type.Optional(Key),
    certificate: Type.Optional(Certificate),
    p12: Type.Optional(P12),
    ca: Type.Optional(Type.Union([Ca, Type.Null()])),
    feedback: Type.Optional(Feedback),
    maxPerSecond: Type.Optional(MaxPerSecond),
  },
  { title: 'ServiceChange', additionalProperties: false, minProperties: 1 },
)

const Text = Type.Union([Type.String(), Type.Null()])

const CertificateFacts = Type.Union(
  [
    Type.Object(
      {
        name: Type.String(),
        topics: Type.Array(Type.String(), {
          description: 'What it may push to; empty: it does not say.',
        }),
        environments: Type.Array(Type.Enum(['sandbox', 'production']), {
          description: 'Empty: it does not say.',
        }),
        expiresAt: Time,
      },
      { additionalProperties: false },
    ),
    Type.Null(),
  ],
  { description: 'What the certificate is for and until when; null with a key.' },
)

/** A service as it is shown: without its secrets. */
export const ServiceSchema = Type.Object(
  {
    id: Id,
    name: Type.String(),
    hostname: Type.String({ description: 'As it was entered.' }),
    connectsTo: Type.String({
      description: 'The host that is meant by it: another one where it is one of the predecessor’s.',
    }),
    port: Port,
    topic: Type.String(),
    authentication: Type.Enum(['key', 'certificate']),
    keyId: Text,
    teamId: Text,
    certificate: Type.Union([Type.String(), Type.Null()], {
      description: 'PEM, without the private key; null with a key.',
    }),
    certificateInfo: CertificateFacts,
    ca: Text,
    feedback: Feedback,
    maxPerSecond: MaxPerSecond,
    createdAt: Time,
    updatedAt: Time,
  },
  { title: 'Service', additionalProperties: false },
)

/** What `check` found. */
export const ServiceCheckSchema = Type.Object(
  {
    service: Id,
    hostname: Type.String({ description: 'Where it was tried.' }),
    port: Port,
    isUsable: Type.Boolean({
      description:
        'Whether a connection could be made, and the server takes pushes with this credential and topic.',
    }),
    isTokenValid: Type.Union([Type.Boolean(), Type.Null()], {
      description:
        'Whether the server took a provider token made with the key; null with a certificate, and where it said nothing about it.',
    }),
    message: Type.String({ description: 'What was found, or why not and what to repair.' }),
    keyId: Text,
    certificate: CertificateFacts,
  },
  { title: 'ServiceCheck', additionalProperties: false },
)

const Draft = (maxLength: number, options: { description?: string; writeOnly?: boolean } = {}) =>
  Type.Optional(Type.String({ maxLength, ...options }))

/** A service while somebody types it: longer texts than are allowed are a problem to be listed, and no bad request. */
export const ServiceDraftSchema = Type.Object(
  {
    service: Type.Optional({
      ...Id,
      description: 'The one that is to be changed: what is not given is taken from it.',
    } as typeof Id),
    name: Draft(10_000),
    hostname: Draft(10_000),
    port: Type.Optional(Type.Integer({ minimum: -1_000_000_000, maximum: 1_000_000_000 })),
    topic: Draft(10_000),
    key: Type.Optional(
      Type.Object(
        { p8: Draft(100_000, { writeOnly: true }), keyId: Draft(1000), teamId: Draft(1000) },
        { additionalProperties: false },
      ),
    ),
    certificate: Type.Optional(
      Type.Object(
        {
          certificate: Draft(100_000, {
            description: 'PEM; its private key may stand in it, too.',
            writeOnly: true,
          }),
          privateKey: Draft(100_000, {
            description: 'PEM. Absent or empty: it stands in `certificate`.',
            writeOnly: true,
          }),
          passphrase: Draft(1024, { writeOnly: true }),
        },
        { additionalProperties: false },
      ),
    ),
    p12: Type.Optional(
      Type.Object(
        {
          file: Draft(200_000, { description: 'The PKCS#12 file, in base64.', writeOnly: true }),
          passphrase: Draft(1024, { writeOnly: true }),
        },
        { additionalProperties: false },
      ),
    ),
    ca: Type.Optional(Type.Union([Ca, Type.Null()])),
    feedback: Type.Optional(Feedback),
    maxPerSecond: Type.Optional(
      Type.Union([Type.Integer({ minimum: -1_000_000_000, maximum: 1_000_000_000 }), Type.Null()]),
    ),
  },
  { title: 'ServiceDraft', additionalProperties: false },
)

/** What `inspect` found. */
export const ServiceInspectionSchema = Type.Object(
  {
    connectsTo: Type.Union([Type.String(), Type.Null()], {
      description: 'The host that is meant; null while there is no host name that is allowed.',
    }),
    hostNote: Type.Union([Type.String(), Type.Null()], {
      description: 'A sentence where the host is one that Apple has closed, or is not Apple’s.',
    }),
    authentication: Type.Union([Type.Enum(['key', 'certificate']), Type.Null()], {
      description: 'Null while there is no credential.',
    }),
    isKeyValid: Type.Union([Type.Boolean(), Type.Null()], {
      description: 'Whether the `.p8` holds a P-256 key; null where there is none.',
    }),
    certificate: CertificateFacts,
    problems: Type.Array(
      Type.Object(
        {
          code: Type.Enum(Object.keys(errorCatalogue), { description: 'A code of docs/errors.md.' }),
          field: Type.Union([Type.String(), Type.Null()]),
          message: Type.String(),
          isRefused: Type.Boolean({
            description:
              'Whether saving it is refused for this. If not, it is saved, and Apple will refuse its pushes.',
          }),
        },
        { additionalProperties: false },
      ),
      { description: 'Everything that is wrong. What is only missing is not wrong.' },
    ),
  },
  { title: 'ServiceInspection', additionalProperties: false },
)

/** What `inspect` found, in the words of the API. */
export function shownInspection({
  certificate,
  ...found
}: ServiceInspection): Static<typeof ServiceInspectionSchema> {
  return { ...found, certificate: shownFacts(certificate) }
}

/** What a certificate is for, in the words of the API. */
export function shownFacts(facts: ServiceInspection['certificate']): Static<typeof CertificateFacts> {
  return facts && { ...facts, expiresAt: shownTime(facts.expiresAt) }
}

/** A service without its secrets, in the words of the API. */
export function shownService(service: Service): Static<typeof ServiceSchema> {
  const { id, name, hostname, port, topic, authentication, keyId, teamId, certificate, ca } = service
  const { feedback, maxPerSecond, createdAt, updatedAt } = service
  return {
    ...{ id, name, hostname, connectsTo: apnsHostname(hostname), port, topic, authentication, keyId, teamId },
    ...{ certificate, ca, feedback, maxPerSecond },
    certificateInfo: certificate === null ? null : factsOf(certificate),
    createdAt: shownTime(createdAt),
    updatedAt: shownTime(updatedAt),
  }
}

/** A certificate is looked at before it is stored; one that can't be read all the same must not keep the others from being listed. */
function factsOf(certificate: string) {
  try {
    return shownFacts(certificateFacts(certificate))
  } catch {
    return null
  }
}
