import { Type } from 'typebox'
import type { DeviceCondition } from '../../model/index.js'
import { Id } from './list.js'

/** Names in one request at most; the body has a limit, too. */
const MAX_NAMES = 100_000

const list = (items: object, maxItems: number, description: string) => ({
  ...{ type: 'array', items, minItems: 1, maxItems, description },
})
const text = (maxLength: number) => ({ type: 'string', maxLength })
const id = { type: 'integer', minimum: 1, maximum: Number.MAX_SAFE_INTEGER }
const range = (names: readonly [string, string], bound: object, description: string) => ({
  type: 'object',
  properties: Object.fromEntries(names.map((name) => [name, bound])),
  additionalProperties: false,
  minProperties: 1,
  description,
})
const inner = { type: 'object', additionalProperties: true, description: 'A condition.' }
const times = (what: string) =>
  range(
    ['since', 'before'],
    { ...text(40), format: 'date-time' },
    `${what}: \`since\` is inclusive, \`before\` is not.`,
  )
const versions = range(
  ['from', 'to'],
  text(100),
  'Both inclusive. `17` is `17.0`, and comes before `17.0.1`.',
)

/**
 * A condition on devices. What lies deeper than its first key is checked by the model, whose errors name the path.
 */
const ConditionSchema = Type.Unsafe<DeviceCondition>({
  type: 'object',
  title: 'DeviceCondition',
  description:
    'Exactly one key: a test, or a combination of conditions: `{"and": [{"platform": ["iPhone"]}, {"not": {"tags": ["beta"]}}]}`. Up to 200 tests and combinations, 10 deep.',
  properties: {
    and: list(inner, 200, 'All of these conditions.'),
    or: list(inner, 200, 'At least one of these conditions.'),
    not: { ...inner, description: 'Whatever does not fit this condition.' },
    tokens: list(text(1100), 10_000, 'Device tokens.'),
    devices: list(id, 10_000, 'Ids of devices.'),
    users: list(id, 10_000, 'Ids of users.'),
    tags: list(text(100), 100, 'Devices that have at least one of these tags.'),
    platform: list(text(30), 100, 'One of these.'),
    osVersion: versions,
    appVersion: versions,
    locale: list(text(35), 100, '`de` means all of `de`, `de-AT` and so on; `de-AT` only itself.'),
    timeZone: list(text(64), 100, 'One of these.'),
    registeredAt: times('When the app last registered'),
    lastNotifiedAt: times('When a push to it was last accepted; never is before every time'),
    addedAt: times('When it was added'),
    attributes: {
      type: 'object',
      additionalProperties: true,
      description: 'All of these attributes, each with exactly this text, number, true or false.',
    },
  },
  additionalProperties: false,
  minProperties: 1,
  maxProperties: 1,
  allowed: 'an object with exactly one key',
})

/** Whom a push goes to: at most one of these; none: all active devices of the service. */
export const audienceFields = {
  tokens: Type.Optional(
    Type.Array(Type.String({ maxLength: 1100 }), {
      maxItems: MAX_NAMES,
      description: 'Device tokens. Those that are not registered or not active are skipped.',
    }),
  ),
  devices: Type.Optional(Type.Array(Id, { maxItems: MAX_NAMES, description: 'Ids of devices.' })),
  users: Type.Optional(
    Type.Array(Id, { maxItems: MAX_NAMES, description: 'Ids of users: all of their devices.' }),
  ),
  where: Type.Optional(ConditionSchema),
}
