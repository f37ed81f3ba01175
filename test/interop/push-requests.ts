import fc from 'fast-check'
import type { ApnsRequest } from '../../src/apns/index.js'

/** A header field as it is on the wire; one character stands for each byte of the value. */
export type Field = readonly [name: string, value: string]

/** A push, with what has to arrive of it. */
export interface PushRequest {
  request: ApnsRequest & { pushType: string; topic: string; payload: string }
  /** The fields behind the authorization, in the order in which we send them. */
  fields: Field[]
}

/** Push types and the most that their bodies may have, by Apple's page and not by our table. */
const pushTypes: Record<string, number> = {
  alert: 4096,
  background: 4096,
  voip: 5120,
  complication: 4096,
  fileprovider: 4096,
  mdm: 4096,
  location: 4096,
  liveactivity: 4096,
  pushtotalk: 4096,
  widgets: 4096,
  controls: 4096,
}

const hexDigits = fc.constantFrom(...'0123456789abcdefABCDEF')
/** Mostly 32 bytes, also others up to the longest that is allowed. */
const token = fc
  .oneof(
    { weight: 3, arbitrary: fc.constant(32) },
    fc.constantFrom(1, 31, 33, 54, 100, 256),
    fc.integer({ min: 1, max: 256 }),
  )
  .chain((bytes) => fc.string({ unit: hexDigits, minLength: 2 * bytes, maxLength: 2 * bytes }))

/** Some that come again and again, and ones so long that a few of them fill a header table of 4096 bytes. */
const topic = fc.oneof(
  fc.constantFrom('com.example.app', 'com.example.app.voip', 'a', 'x'.repeat(255)),
  fc.string({ unit: fc.constantFrom(...'abc.-~!'), minLength: 1, maxLength: 255 }),
)

const collapseId = fc
  .oneof(
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 64 }),
    fc.constantFrom('a', 'x'.repeat(64), 'ü'.repeat(32), '🎈'.repeat(16), 'a b\u00a0c'),
  )
  .filter((it) => Buffer.byteLength(it) <= 64 && it.trim() === it && !/\p{Cc}/u.test(it))

const expiration = fc.oneof(fc.constantFrom(0, 1, 253_402_300_799), fc.integer({ min: 0, max: 2 ** 32 }))

/** A JSON object of exactly or at most so many bytes. */
function payload(maxBytes: number) {
  const small = fc.constantFrom(
    '{"aps":{}}',
    '{"aps":{"alert":"Grüße 🎈"}}',
    '{"aps":{"content-available":1}}',
  )
  const sized = fc
    .oneof(fc.constantFrom(maxBytes, maxBytes - 1), fc.integer({ min: 20, max: maxBytes }))
    .map((bytes) => `{"aps":{},"x":"${'y'.repeat(bytes - 17)}"}`)
  return fc.oneof({ weight: 2, arbitrary: small }, sized)
}

function allowedPriorities(pushType: string) {
  return pushType === 'background' ? ([5, 1, undefined] as const) : ([10, 5, 1, undefined] as const)
}

/** Pushes of all kinds that Apple allows. */
export const pushRequest: fc.Arbitrary<PushRequest> = fc
  .constantFrom(...Object.keys(pushTypes))
  .chain((pushType) =>
    fc.record({
      pushType: fc.constant(pushType),
      token,
      topic,
      payload: payload(pushTypes[pushType]!),
      priority: fc.constantFrom(...allowedPriorities(pushType)),
      expiration: fc.option(expiration, { nil: undefined }),
      collapseId: fc.option(collapseId, { nil: undefined }),
      apnsId: fc.option(fc.uuid(), { nil: undefined }),
    }),
  )
  .map((given) => {
    const present = Object.entries(given).filter(([, value]) => value !== undefined)
    const request = Object.fromEntries(present) as unknown as PushRequest['request']
    return { request, fields: expectedFields(request) }
  })

function expectedFields(request: PushRequest['request']): Field[] {
  const { topic, pushType, expiration, collapseId, apnsId } = request
  // Apple takes an absent priority for 10, which a background push must not have.
  const priority = request.priority ?? (pushType === 'background' ? 5 : undefined)
  const fields: (readonly [string, string | number | undefined])[] = [
    ['apns-topic', topic],
    ['apns-push-type', pushType],
    ['apns-priority', priority],
    ['apns-expiration', expiration],
    ['apns-collapse-id', collapseId && Buffer.from(collapseId).toString('latin1')],
    ['apns-id', apnsId],
  ]
  return fields.flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)] as const]))
}
