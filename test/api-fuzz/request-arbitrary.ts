import fc from 'fast-check'
import type { OpenApi, Operation, Schema } from './open-api.js'
import { key, rightBodies } from './right-bodies.js'

/** A request that is to be made: what of it is wrong, if anything, is chance. */
export interface FuzzRequest {
  operation: Operation
  path: readonly (readonly [name: string, value: unknown])[]
  query: readonly (readonly [name: string, value: unknown])[]
  headers: Record<string, string>
  /** JSON, or text that is none. */
  body: { type: string; json?: unknown; text?: string } | undefined
}

/** Values that pass checks which no schema knows, by the name of their field; some of them do not fit together. */
const hints: Readonly<Record<string, readonly unknown[]>> = {
  token: ['ab'.repeat(32), 'AB'.repeat(32), '0'.repeat(64), 'abc', '<dead beef>'],
  tokens: [['ab'.repeat(32)], ['x'], []],
  hostname: [
    'api.push.apple.com',
    'gateway.sandbox.push.apple.com',
    'feedback.push.apple.com',
    '127.0.0.1',
    'a b',
  ],
  port: [443, 1],
  key: [key, { ...key, keyId: 'short' }],
  topic: ['com.example.app', 'com example'],
  timeZone: ['Europe/Berlin', 'UTC', 'Mars/Olympus'],
  cron: ['0 9 * * *', '* * * * * *', '99 * * * *', ''],
  localTime: ['2030-12-01T09:00', '2001-01-01T00:00', '25:00'],
  at: ['2030-12-01T09:00:00Z', '1970-01-01T00:00:00Z'],
  username: ['ann', 'a:b', 'root'],
  password: ['open sesame', 'secret words', 'x'],
  osVersion: ['17.1', '18.0.1'],
  osVersionFrom: ['17'],
  osVersionTo: ['18.99'],
  appVersion: ['1.2.3'],
  platform: ['iPhone', ['iPhone', 'iPad']],
  display: ['1179x2556'],
  tags: [['beta'], []],
  tag: ['beta'],
  tokenPrefix: ['abab', '0000', 'x'],
  activityId: ['a', 'b'],
  attributesType: ['A'],
  email: ['ann@example.com', '@'],
  scopes: [['devices'], ['admin', 'push'], ['nothing'], []],
  pushType: ['alert', 'background', 'voip', 'liveactivity'],
  locale: ['de', 'de-AT', 'zh-Hant-TW', 'de_AT'],
  message: ['Hi', 'x'.repeat(2048), 'x'.repeat(2049), '\u0000', '\ud800'],
  where: [
    {},
    { platform: ['iPhone'] },
    { and: [{ tags: ['beta'] }, { not: { users: [1] } }] },
    { or: [] },
    { nothing: 1 },
  ],
  attributes: [{}, { plan: 'pro' }, { deep: { er: [1] } }],
  customPayload: [{ a: 1 }, { aps: {} }],
  payload: [{ aps: { alert: 'Hi' } }, { aps: 1 }, {}],
}

/** Anything that JSON can say, and some things that databases do not like. */
const junk = fc.oneof(
  { weight: 3, arbitrary: fc.jsonValue({ maxDepth: 2 }) },
  fc.constantFrom<unknown>(
    '\u0000',
    '\ud800',
    "'; drop table devices; --",
    '%00',
    '../../etc/passwd',
    '{}',
    '[]',
  ),
  fc.constantFrom<unknown>(-1, 0, 2 ** 53, -(2 ** 53), 1e308, 1.5, null, true, '', [], {}, [[[]]]),
  fc.constant('x'.repeat(3000)),
)

/** Once in so many times. */
function seldom<Value>(times: number, value: fc.Arbitrary<Value>): fc.Arbitrary<Value | null> {
  return fc.oneof({ weight: times - 1, arbitrary: fc.constant(null) }, value)
}

/** Requests to every operation of a document, most of them nearly right. */
export function requests(document: OpenApi): fc.Arbitrary<FuzzRequest> {
  return fc.oneof(...document.operations.map((operation) => requestTo(document, operation)))
}

function requestTo(document: OpenApi, operation: Operation): fc.Arbitrary<FuzzRequest> {
  const parameters = (place: string) => operation.parameters.filter((it) => it.in === place)
  const path = fc.tuple(
    ...parameters('path').map(({ name, schema }) =>
      fc
        .oneof({ weight: 9, arbitrary: arbitraryOf(document, schema, name) }, junk)
        .map((value) => [name, value] as const),
    ),
  )
  const query = fc.tuple(
    ...parameters('query').map(({ name, schema }) =>
      seldom(
        6,
        fc
          .oneof({ weight: 6, arbitrary: arbitraryOf(document, schema, name) }, junk)
          .map((value) => [name, value] as const),
      ),
    ),
    seldom(20, fc.tuple(fc.constantFrom('unknown', 'limit', '__proto__'), junk)),
  )
  const headers = fc.record(
    {
      'if-match': fc.constantFrom('*', '"x"', 'W/"', ''),
      'if-none-match': fc.constantFrom('*', '"x"', ''),
      'idempotency-key': fc.constantFrom('a', 'b', 'x'.repeat(256), 'ä b'),
      'last-event-id': fc.constantFrom('0', 'x', '999999'),
      accept: fc.constantFrom('application/json', 'text/csv', 'nothing/at-all', '*/*'),
      'accept-encoding': fc.constantFrom('gzip', 'br', 'identity;q=0'),
      authorization: fc.constantFrom('Basic x', 'Bearer x', 'Bearer ', 'Digest', ''),
      'content-type': fc.constantFrom('text/plain', 'application/json; charset=latin1', '', 'x'),
    },
    { requiredKeys: [] },
  )
  // Mostly none: a request with a wrong header is refused before anything else of it is looked at.
  const fewHeaders = fc.oneof({ weight: 9, arbitrary: fc.constant({}) }, headers)
  return fc
    .record({ path, query, headers: fewHeaders, body: bodyOf(document, operation) })
    .map(({ path, query, headers, body }) => ({
      operation,
      path,
      query: query.filter((it) => it !== null),
      headers: { ...(body !== undefined && { 'content-type': body.type }), ...noEmpty(headers) },
      body,
    }))
}

function bodyOf(document: OpenApi, { id, bodies }: Operation): fc.Arbitrary<FuzzRequest['body']> {
  const json = 'application/json'
  const broken = fc.constantFrom('', '{', '{"a":1,}', '\ufeff{}', '{"__proto__":{}}', '['.repeat(5000))
  const entries = Object.entries(bodies)
  if (entries.length === 0)
    return fc.oneof({ weight: 9, arbitrary: fc.constant(undefined) }, fc.constant({ type: json, text: '{}' }))
  return fc.oneof(
    ...entries.map(([type, schema]) =>
      type === json
        ? fc.oneof(
            {
              weight: 12,
              arbitrary: arbitraryOf(document, schema, '').map((value) => ({ type, json: value })),
            },
            ...(rightBodies[id] === undefined
              ? []
              : [
                  {
                    weight: 12,
                    arbitrary: nearly(document, schema, rightBodies[id]).map((value) => ({
                      type,
                      json: value,
                    })),
                  },
                ]),
            { weight: 1, arbitrary: junk.map((value) => ({ type, json: value })) },
            { weight: 1, arbitrary: broken.map((text) => ({ type, text })) },
          )
        : lines(type).map((text) => ({ type, text })),
    ),
  )
}

/** A right body, every other time with one field that is another. */
function nearly(
  document: OpenApi,
  schema: Schema,
  right: readonly Record<string, unknown>[],
): fc.Arbitrary<Record<string, unknown>> {
  const { properties = {} } = schema.$ref === undefined ? schema : document.resolve(schema.$ref)
  const body = fc.constantFrom(...right)
  const names = Object.keys(properties)
  if (names.length === 0) return body
  const other = fc
    .constantFrom(...names)
    .chain((name) => arbitraryOf(document, properties[name]!, name).map((value) => ({ [name]: value })))
  return fc.oneof(
    body,
    fc.tuple(body, other).map(([it, change]) => ({ ...it, ...change })),
  )
}

/** A file of devices. */
function lines(type: string): fc.Arbitrary<string> {
  const token = fc.oneof(
    fc.integer({ min: 1, max: 50 }).map((n) => n.toString(16).padStart(64, '0')),
    fc.string({ maxLength: 10 }),
  )
  const line = /csv/.test(type)
    ? fc.tuple(token, fc.string({ maxLength: 12 })).map((fields) => fields.join(','))
    : fc.oneof(
        fc
          .record({ token, platform: fc.string({ maxLength: 40 }) }, { requiredKeys: [] })
          .map((it) => JSON.stringify(it)),
        fc.string({ maxLength: 20 }),
      )
  const head = /csv/.test(type) ? fc.constantFrom('token,platform', 'token', 'platform', '') : fc.constant('')
  return fc.tuple(head, fc.array(line, { maxLength: 6 })).map(([first, rest]) => [first, ...rest].join('\n'))
}

/** Values of a schema, now and then just beside it. */
function arbitraryOf(document: OpenApi, schema: Schema, name: string, depth = 0): fc.Arbitrary<unknown> {
  const own = ownArbitraryOf(document, schema, name, depth)
  const hinted = schema.type !== 'integer' && Object.hasOwn(hints, name) ? hints[name] : undefined
  return fc.oneof(
    { weight: 60, arbitrary: own },
    ...(hinted === undefined ? [] : [{ weight: 200, arbitrary: fc.constantFrom(...hinted) }]),
    { weight: 1, arbitrary: junk },
  )
}

function ownArbitraryOf(
  document: OpenApi,
  schema: Schema,
  name: string,
  depth: number,
): fc.Arbitrary<unknown> {
  if (schema.$ref !== undefined) {
    if (depth > 6) return fc.constant({})
    return ownArbitraryOf(document, document.resolve(schema.$ref), name, depth + 1)
  }
  const choices = schema.anyOf ?? schema.oneOf
  if (choices !== undefined)
    return fc.oneof(...choices.map((choice) => ownArbitraryOf(document, choice, name, depth + 1)))
  if (schema.const !== undefined) return fc.constant(schema.const)
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum)
  switch (schema.type) {
    case 'null':
      return fc.constant(null)
    case 'boolean':
      return fc.boolean()
    case 'integer':
    case 'number':
      return numberOf(schema)
    case 'array':
      return fc.array(arbitraryOf(document, schema.items ?? {}, name, depth + 1), {
        minLength: schema.minItems ?? 0,
        maxLength: Math.max(schema.minItems ?? 0, Math.min(schema.maxItems ?? 3, 3)),
      })
    case 'object':
      return objectOf(document, schema, depth)
    default:
      return schema.type === 'string' ? textOf(schema) : junk
  }
}

/** Small ones, which are ids of what is there, and the ends of the range. */
function numberOf({ minimum = -5, maximum = 1000 }: Schema): fc.Arbitrary<number> {
  const low = Math.max(minimum, -(2 ** 50))
  const high = Math.min(maximum, 2 ** 53 - 1)
  return fc.oneof(
    { weight: 60, arbitrary: fc.integer({ min: low, max: Math.min(high, Math.max(low, 3)) }) },
    fc.constantFrom(low, high, low - 1, high + 1),
  )
}

function textOf({ format, minLength = 0, maxLength = 40, pattern }: Schema): fc.Arbitrary<string> {
  if (format === 'date-time')
    return fc
      .date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true })
      .map((time) => time.toISOString())
  if (pattern !== undefined) return fc.stringMatching(new RegExp(pattern))
  const ordinary = fc.string({
    minLength,
    maxLength: Math.max(minLength, Math.min(maxLength, 20)),
    unit: 'binary',
  })
  if (maxLength > 3000) return ordinary
  return fc.oneof(
    { weight: 40, arbitrary: ordinary },
    fc.constantFrom('x'.repeat(maxLength), 'x'.repeat(maxLength + 1), 'x'.repeat(Math.max(0, minLength - 1))),
  )
}

function objectOf(document: OpenApi, schema: Schema, depth: number): fc.Arbitrary<unknown> {
  const properties = Object.entries(schema.properties ?? {})
  const required = schema.required ?? []
  const values = Object.fromEntries(
    properties.map(([name, inner]) => [name, arbitraryOf(document, inner, name, depth + 1)]),
  )
  const right = fc.record(values, { requiredKeys: required })
  if (properties.length === 0)
    return fc.dictionary(fc.string({ maxLength: 8 }), fc.jsonValue({ maxDepth: 1 }), { maxKeys: 3 })
  return fc.oneof(
    { weight: 20, arbitrary: right },
    { weight: 1, arbitrary: fc.record(values, { requiredKeys: [] }) },
    {
      weight: 1,
      arbitrary: fc.tuple(right, junk).map(([it, more]) => ({ ...(it as object), unknown: more })),
    },
  )
}

/** What the client library would refuse to send. */
function noEmpty(headers: Record<string, string | undefined>): Record<string, string> {
  const entries = Object.entries(headers).filter(([, value]) => value !== undefined && value !== '')
  return Object.fromEntries(
    entries.map(([name, value]) => [name, Buffer.from(value!, 'utf8').toString('latin1')]),
  )
}
