import { type Static, Type } from 'typebox'
import { type Device, deviceFieldLimits, deviceListLimits } from '../../model/index.js'
import type { DeviceQuery } from '../../resources/index.js'
import { Id, shownTime, Time, TimeOrNull } from './list.js'
import { Before, BeforeOrNever, Since, withTimes } from './time-range.js'

const Token = Type.String({
  minLength: 1,
  maxLength: 1024,
  description: 'Hexadecimal, of any even length up to 512 digits; `<`, `>` and spaces are dropped.',
})
const short = (maxLength: number, description: string) => Type.String({ maxLength, description })
const Name = (description: string) =>
  Type.String({ minLength: 1, maxLength: deviceListLimits.name, description })
const TimeZone = short(64, 'An IANA name such as `Europe/Berlin`; empty: not known.')
const Locale = short(100, 'A language tag such as `de-AT`; empty: not known.')
const Tag = Type.String({
  minLength: 1,
  maxLength: deviceListLimits.tag,
  description: 'A word without white space and commas.',
})

/** What an app may say of itself. */
const details = {
  platform: short(deviceFieldLimits.platform, 'Such as `iPhone`.'),
  display: short(deviceFieldLimits.display, 'Such as `480x320`.'),
  osVersion: short(deviceFieldLimits.osVersion, 'Such as `17.4`.'),
  appVersion: short(deviceFieldLimits.appVersion, 'Such as `2.1.0`.'),
  locale: Locale,
  timeZone: TimeZone,
  tags: Type.Array(Tag, { maxItems: deviceListLimits.tags, description: 'Whatever tells devices apart.' }),
  attributes: Type.Unsafe<Device['attributes']>(
    Type.Object({}, { additionalProperties: true, description: 'Any JSON object of at most 4096 bytes.' }),
  ),
  pushToStartTokens: Type.Array(
    Type.Object(
      { attributesType: Name('The name of the ActivityAttributes type.'), token: Token },
      { additionalProperties: false },
    ),
    {
      maxItems: deviceListLimits.tokens,
      description: 'Tokens that start Live Activities, one for each of their types.',
    },
  ),
  liveActivities: Type.Array(
    Type.Object(
      { activityId: Name('The id of the activity.'), token: Token },
      { additionalProperties: false },
    ),
    {
      maxItems: deviceListLimits.tokens,
      description: 'Live Activities that are shown, with the tokens that update them.',
    },
  ),
}
const someDetails = {
  platform: Type.Optional(details.platform),
  display: Type.Optional(details.display),
  osVersion: Type.Optional(details.osVersion),
  appVersion: Type.Optional(details.appVersion),
  locale: Type.Optional(details.locale),
  timeZone: Type.Optional(details.timeZone),
  tags: Type.Optional(details.tags),
  attributes: Type.Optional(details.attributes),
  pushToStartTokens: Type.Optional(details.pushToStartTokens),
  liveActivities: Type.Optional(details.liveActivities),
}

/** A device to be registered. */
export const DeviceInputSchema = Type.Object(
  { token: Token, service: Id, ...someDetails },
  { additionalProperties: false, title: 'DeviceInput' },
)

/** What may be changed of a device; lists and attributes are replaced as a whole. */
export const DeviceChangeSchema = Type.Object(
  {
    ...someDetails,
    isActive: Type.Optional(Type.Boolean()),
    users: Type.Optional(Type.Array(Id, { maxItems: 1000, description: 'Ids of users.' })),
  },
  { additionalProperties: false, minProperties: 1, title: 'DeviceChange' },
)

/** A device. */
export const DeviceSchema = Type.Object(
  {
    id: Id,
    token: Token,
    service: Id,
    isActive: Type.Boolean(),
    ...details,
    users: Type.Array(Id),
    addedAt: Time,
    registeredAt: Type.Union([Time, Type.Null()], {
      description: 'When the app last registered; null: never here, it was imported.',
    }),
    lastNotifiedAt: Type.Union([Time, Type.Null()], {
      description: 'When Apple last accepted a push to it.',
    }),
    deactivatedAt: TimeOrNull,
    deactivationReason: Type.Union([Type.String(), Type.Null()], {
      description: 'Apple’s reason, `operator` or `import`; null while it is active.',
    }),
  },
  { additionalProperties: false, title: 'Device' },
)

/** A device in the words of the API. */
export function shownDevice(device: Device): Static<typeof DeviceSchema> {
  const { id, token, serviceId, isActive, users, addedAt, registeredAt, lastNotifiedAt } = device
  const { deactivatedAt, deactivationReason, platform, display, osVersion, appVersion } = device
  const { locale, timeZone, tags, attributes, pushToStartTokens, liveActivities } = device
  return {
    ...{
      id,
      token,
      service: serviceId,
      isActive,
      platform,
      display,
      osVersion,
      appVersion,
      locale,
      timeZone,
    },
    ...{ tags, attributes, pushToStartTokens, liveActivities, users },
    addedAt: shownTime(addedAt),
    registeredAt: registeredAt === 0 ? null : shownTime(registeredAt),
    lastNotifiedAt: shownTime(lastNotifiedAt),
    deactivatedAt: shownTime(deactivatedAt),
    deactivationReason,
  }
}

const version = (description: string) =>
  Type.Optional(Type.String({ minLength: 1, maxLength: 40, description }))

/** The fields of a query that choose devices; all of them must hold. */
export const filterFields = {
  service: Type.Optional(Id),
  isActive: Type.Optional(Type.Boolean()),
  token: Type.Optional(Token),
  tokenPrefix: Type.Optional(
    Type.String({
      pattern: '^[0-9a-fA-F]{4,512}$',
      maxLength: 512,
      description: 'How the token begins: 4 digits or more.',
    }),
  ),
  user: Type.Optional({ ...Id, description: 'The id of a user.' } as typeof Id),
  tag: Type.Optional(Tag),
  platform: Type.Optional(details.platform),
  platformContains: Type.Optional(
    short(deviceFieldLimits.platform, 'A part of the platform: `pho` finds `iPhone`.'),
  ),
  display: Type.Optional(details.display),
  osVersion: Type.Optional(details.osVersion),
  osVersionFrom: version('This version or a later one: `17.2` comes before `17.10`.'),
  osVersionTo: version('This version or an earlier one: `17` is `17.0`.'),
  appVersion: Type.Optional(details.appVersion),
  appVersionFrom: version('This version or a later one.'),
  appVersionTo: version('This version or an earlier one.'),
  locale: Type.Optional(short(100, '`de`: all of `de`, `de-AT` and so on; `de-AT`: only itself.')),
  timeZone: Type.Optional(TimeZone),
  deactivationReason: Type.Optional(short(100, 'Exactly this.')),
  registeredSince: Since,
  registeredBefore: BeforeOrNever,
  lastNotifiedSince: Since,
  lastNotifiedBefore: BeforeOrNever,
  addedSince: Since,
  addedBefore: Before,
  deactivatedSince: Since,
  deactivatedBefore: Before,
}
const Filter = Type.Object(filterFields)

const times = [
  ...(['registeredSince', 'registeredBefore', 'lastNotifiedSince', 'lastNotifiedBefore'] as const),
  ...(['addedSince', 'addedBefore', 'deactivatedSince', 'deactivatedBefore'] as const),
]

/** The query of the library that a query of a request means. PUSH_ERR_INPUT_INVALID for a time that does not exist. */
export function deviceQuery({ isActive, ...filter }: Static<typeof Filter>): DeviceQuery {
  return { ...withTimes(filter, times), ...(isActive !== undefined && { active: isActive }) }
}

/** Some devices: `devices`, or `tokens` of a `service`. */
const choice = {
  devices: Type.Optional(Type.Array(Id, { minItems: 1, maxItems: 10_000, description: 'Their ids.' })),
  service: Type.Optional({ ...Id, description: 'Whose tokens are meant.' } as typeof Id),
  tokens: Type.Optional(Type.Array(Token, { minItems: 1, maxItems: 10_000 })),
  dryRun: Type.Optional(Type.Boolean({ description: 'Only counts.' })),
}

/** Devices to be switched off. */
export const DeactivationSchema = Type.Object(choice, { additionalProperties: false, title: 'Deactivation' })

/** Devices to be switched on again. */
export const ReactivationSchema = Type.Object(
  {
    ...choice,
    push: Type.Optional({
      ...Id,
      description: 'Instead: those that this push has deactivated.',
    } as typeof Id),
  },
  { additionalProperties: false, title: 'Reactivation' },
)

/** How many were changed, or would be. */
export const ActivityChangeSchema = Type.Object(
  {
    devices: Type.Integer({ minimum: 0 }),
    unregistered: Type.Integer({ minimum: 0, description: 'Ids or tokens that no device has.' }),
  },
  { additionalProperties: false, title: 'ActivityChange' },
)

/** What became of an import. */
export const ImportSchema = Type.Object(
  {
    created: Type.Integer({ minimum: 0 }),
    updated: Type.Integer({ minimum: 0 }),
    faults: Type.Array(
      Type.Object(
        { line: Type.Integer({ minimum: 1 }), message: Type.String() },
        { additionalProperties: false },
      ),
      { maxItems: 1000, description: 'Lines at fault, which were left out: the first thousand.' },
    ),
    faultCount: Type.Integer({ minimum: 0, description: 'How many there are.' }),
  },
  { additionalProperties: false, title: 'Import' },
)
