/*
 * What the fields of the form say, and how that and a payload become one another. A payload that has something in it which no field can say
 * is kept as it is, as JSON.
 */
import { hashKey } from '@tanstack/react-query'
import type { Schemas } from '../../api/client'

export type JsonObject = { [key: string]: unknown }

/** The content of a notification as it is typed. Empty: not said. Arguments are one a line. */
export type Fields = {
  title: string
  subtitle: string
  message: string
  titleLocKey: string
  titleLocArgs: string
  subtitleLocKey: string
  subtitleLocArgs: string
  locKey: string
  locArgs: string
  actionLocKey: string
  badge: number | ''
  sound: string
  silent: boolean
  mutable: boolean
  threadId: string
  category: string
  interruptionLevel: string
  /** A JSON object. */
  customPayload: string
}

export const noFields: Fields = {
  ...{ title: '', subtitle: '', message: '' },
  ...{ titleLocKey: '', titleLocArgs: '', subtitleLocKey: '', subtitleLocArgs: '' },
  ...{ locKey: '', locArgs: '', actionLocKey: '' },
  ...{ badge: '', sound: '', silent: false, mutable: false },
  ...{ threadId: '', category: '', interruptionLevel: '', customPayload: '' },
}

/** The payload that fields mean; custom keys that are no JSON object yet are left out. */
export function payloadOf(fields: Fields): JsonObject {
  const alert = alertOf(fields)
  const { badge, sound, silent, mutable, threadId, category, interruptionLevel } = fields
  const aps = {
    ...(alert !== undefined && { alert }),
    ...(badge !== '' && { badge }),
    ...(sound !== '' && { sound }),
    ...(silent && { 'content-available': 1 }),
    ...(mutable && { 'mutable-content': 1 }),
    ...(threadId !== '' && { 'thread-id': threadId }),
    ...(category !== '' && { category }),
    ...(interruptionLevel !== '' && { 'interruption-level': interruptionLevel }),
  }
  return { aps, ...customOf(fields) }
}

/** The fields that mean this payload; undefined where no fields do. */
export function fieldsOf(payload: JsonObject): Fields | undefined {
  const { aps, ...custom } = payload
  if (!isObject(aps)) return undefined
  const alert = alertObject(aps['alert'])
  const fields: Fields = {
    title: text(alert['title']),
    subtitle: text(alert['subtitle']),
    message: text(alert['body']),
    titleLocKey: text(alert['title-loc-key']),
    titleLocArgs: lines(alert['title-loc-args']),
    subtitleLocKey: text(alert['subtitle-loc-key']),
    subtitleLocArgs: lines(alert['subtitle-loc-args']),
    locKey: text(alert['loc-key']),
    locArgs: lines(alert['loc-args']),
    actionLocKey: text(alert['action-loc-key']),
    badge: typeof aps['badge'] === 'number' ? aps['badge'] : '',
    sound: text(aps['sound']),
    silent: aps['content-available'] === 1,
    mutable: aps['mutable-content'] === 1,
    threadId: text(aps['thread-id']),
    category: text(aps['category']),
    interruptionLevel: text(aps['interruption-level']),
    customPayload: Object.keys(custom).length === 0 ? '' : pretty(custom),
  }
  return isSame(payloadOf(fields), payload) ? fields : undefined
}

/** What the API is given for fields. It has no field for all of them: then the payload is given as a whole, and the rest is for its list. */
export function inputOfFields(fields: Fields) {
  const { title, message, sound, badge, silent, subtitle } = fields
  const isLocalised = [fields.titleLocKey, fields.subtitleLocKey, fields.locKey, fields.actionLocKey].some(
    (key) => key !== '',
  )
  const needsAlert = [subtitle, fields.titleLocArgs, fields.subtitleLocArgs, fields.locArgs].some(
    (value) => value !== '',
  )
  const needsWhole =
    // Without a key there is no alert in what the API is given, but title and message alone.
    (needsAlert && !isLocalised) ||
    fields.mutable ||
    [fields.threadId, fields.category, fields.interruptionLevel].some((value) => value !== '')
  return {
    ...{ title, message, sound },
    badge: badge === '' ? null : badge,
    silent: silent ? true : null,
    customPayload: customOf(fields) ?? null,
    locPayload: isLocalised ? alertObject(alertOf(fields)) : null,
    payload: needsWhole ? payloadOf(fields) : null,
  }
}

/** What the API is given for a whole payload, with what its list shows of it. */
export function inputOfPayload(payload: JsonObject) {
  const { aps, ...custom } = payload
  const keys = isObject(aps) ? aps : {}
  const alert = alertObject(keys['alert'])
  const badge = keys['badge']
  return {
    title: text(alert['title']).slice(0, 2048),
    message: text(alert['body']).slice(0, 2048),
    sound: text(keys['sound']).slice(0, 30),
    badge: typeof badge === 'number' && Number.isInteger(badge) && badge >= 0 ? badge : null,
    silent: keys['content-available'] === 1 ? true : null,
    customPayload: Object.keys(custom).length === 0 ? null : custom,
    locPayload: null,
    payload,
  }
}

/** The payload of a notification of the API. */
export function storedPayload(notification: Schemas['Notification']): JsonObject {
  const { payload, locPayload, title, message, badge, sound, silent, customPayload } = notification
  if (payload !== null) return payload
  const alert = locPayload ?? alertOf({ ...noFields, title, message })
  const aps = {
    ...(alert !== undefined && { alert }),
    ...(badge !== null && { badge }),
    ...(sound !== '' && { sound }),
    ...(silent && { 'content-available': 1 }),
  }
  return { aps, ...customPayload }
}

/** The object of `aps.alert`, which may be a text alone. */
export function alertObject(alert: unknown): JsonObject {
  if (typeof alert === 'string') return { body: alert }
  return isObject(alert) ? alert : {}
}

/** A JSON object by its text; or what is wrong with it, in one line. */
export function parsedObject(json: string): { value: JsonObject } | { fault: string } {
  let value: unknown
  try {
    value = JSON.parse(json)
  } catch (error) {
    return { fault: `This is no JSON: ${error instanceof Error ? error.message : error}` }
  }
  return isObject(value) ? { value } : { fault: 'This is no JSON object: it begins with { and ends with }.' }
}

export function pretty(value: unknown): string {
  return JSON.stringify(value, null, 2)
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function customOf({ customPayload }: Fields): JsonObject | undefined {
  if (customPayload.trim() === '') return undefined
  const parsed = parsedObject(customPayload)
  return 'value' in parsed ? parsed.value : undefined
}

function alertOf(fields: Fields): JsonObject | string | undefined {
  const alert = {
    ...said('title', fields.title),
    ...said('subtitle', fields.subtitle),
    ...said('body', fields.message),
    ...said('title-loc-key', fields.titleLocKey),
    ...listed('title-loc-args', fields.titleLocArgs),
    ...said('subtitle-loc-key', fields.subtitleLocKey),
    ...listed('subtitle-loc-args', fields.subtitleLocArgs),
    ...said('loc-key', fields.locKey),
    ...listed('loc-args', fields.locArgs),
    ...said('action-loc-key', fields.actionLocKey),
  }
  const keys = Object.keys(alert)
  if (keys.length === 0) return undefined
  return keys.length === 1 && fields.message !== '' ? fields.message : alert
}

function said(key: string, value: string): JsonObject {
  return value === '' ? {} : { [key]: value }
}

function listed(key: string, value: string): JsonObject {
  return value === '' ? {} : { [key]: value.split('\n') }
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

function lines(value: unknown): string {
  return Array.isArray(value) ? value.join('\n') : ''
}

/** Whether two payloads mean the same: the order of keys does not count, nor whether a text alone is the alert. */
function isSame(one: JsonObject, other: JsonObject): boolean {
  return hashKey([normal(one)]) === hashKey([normal(other)])
}

function normal(payload: JsonObject): JsonObject {
  const { aps } = payload
  if (!isObject(aps) || typeof aps['alert'] !== 'string') return payload
  return { ...payload, aps: { ...aps, alert: alertObject(aps['alert']) } }
}
