import { type Static, Type } from 'typebox'
import { apnsHostname, type Service } from '../../model/index.js'
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
    certificate: Type.String({ minLength: 1, maxLength: 100_000, description: 'PEM.' }),
    privateKey: Secret(100_000, 'PEM.'),
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
    certificate: Type.Union(
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
    ),
  },
  { title: 'ServiceCheck', additionalProperties: false },
)

/** A service without its secrets, in the words of the API. */
export function shownService(service: Service): Static<typeof ServiceSchema> {
  const { id, name, hostname, port, topic, authentication, keyId, teamId, certificate, ca } = service
  const { feedback, maxPerSecond, createdAt, updatedAt } = service
  return {
    ...{ id, name, hostname, connectsTo: apnsHostname(hostname), port, topic, authentication, keyId, teamId },
    ...{ certificate, ca, feedback, maxPerSecond },
    createdAt: shownTime(createdAt),
    updatedAt: shownTime(updatedAt),
  }
}
