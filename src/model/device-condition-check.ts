import { PushError, shown } from '../base/index.js'
import type { DeviceCondition, TimeRange, VersionRange } from './device-condition.js'
import { normalizeDeviceToken } from './device-token.js'
import { checkInteger, checkText, notAllowed } from './text-check.js'
import { checkTimeZone } from './time-zone.js'

/** How large a condition may be. Whoever has more names than that gives `tokens`, `devices` or `users` in place of a condition. */
export const conditionLimits = {
  /** How deep `and`, `or` and `not` may be nested. */
  depth: 10,
  /** Tests and combinations altogether. */
  nodes: 200,
  /** Members of all lists of `tokens`, `devices` and `users` together: whoever looks for devices has them in hand on every page. */
  names: 10_000,
  /** Members of any other list, and attributes. */
  values: 100,
} as const

/** Checks one test or combination at a path such as `where.and[1].not`, and returns it in its one normal form. */
type Check = (value: unknown, path: string, tree: Tree) => DeviceCondition

interface Tree {
  nodes: number
  names: number
  depth: number
}

const checks: Record<string, Check> = {
  and: (value, path, tree) => ({ and: children(value, path, tree) }),
  or: (value, path, tree) => ({ or: children(value, path, tree) }),
  not: (value, path, tree) => ({ not: checkNode(value, path, tree) }),
  tokens: (value, path, tree) => ({
    tokens: names(value, path, tree, (one, field) => normalizeDeviceToken(one, field)),
  }),
  devices: (value, path, tree) => ({ devices: ids(value, path, tree) }),
  users: (value, path, tree) => ({ users: ids(value, path, tree) }),
  tags: (value, path) => ({ tags: texts(value, path, 100) }),
  platform: (value, path) => ({ platform: texts(value, path, 30, 0) }),
  osVersion: (value, path) => ({ osVersion: versions(value, path) }),
  appVersion: (value, path) => ({ appVersion: versions(value, path) }),
  locale: (value, path) => ({ locale: list(value, path, conditionLimits.values, checkLocaleRange) }),
  timeZone: (value, path) => ({
    timeZone: list(value, path, conditionLimits.values, (one, field) => checkTimeZone(field, one)),
  }),
  registeredAt: (value, path) => ({ registeredAt: times(value, path) }),
  lastNotifiedAt: (value, path) => ({ lastNotifiedAt: times(value, path) }),
  addedAt: (value, path) => ({ addedAt: times(value, path) }),
  attributes: (value, path) => ({ attributes: attributes(value, path) }),
}

/**
 * Checks a condition, whatever it comes from, and brings it into its normal form: the same condition always has the same JSON.
 * PUSH_ERR_INPUT_INVALID, PUSH_ERR_DEVICE_TOKEN_INVALID; the field is the path: `where.and[1].osVersion.from`.
 */
export function checkDeviceCondition(condition: unknown, field = 'where'): DeviceCondition {
  return checkNode(condition, field, { nodes: 0, names: 0, depth: 0 })
}

function checkNode(value: unknown, path: string, tree: Tree): DeviceCondition {
  if (++tree.nodes > conditionLimits.nodes)
    throw invalid(path, `the condition has more than ${conditionLimits.nodes} tests and combinations`)
  if (tree.depth > conditionLimits.depth)
    throw invalid(path, `the condition is nested more than ${conditionLimits.depth} deep`)
  const entries = Object.entries(object(value, path, Object.keys(checks)))
  const [key, content] = entries[0] ?? []
  if (key === undefined || entries.length > 1)
    throw invalid(path, `${shown(value)} has ${entries.length} keys; use one, and "and" or "or" for several`)
  tree.depth++
  const checked = checks[key]!(content, `${path}.${key}`, tree)
  tree.depth--
  return checked
}

function children(value: unknown, path: string, tree: Tree): DeviceCondition[] {
  return list(value, path, conditionLimits.nodes, (one, field) => checkNode(one, field, tree))
}

function list<Member>(
  value: unknown,
  path: string,
  max: number,
  check: (one: unknown, field: string) => Member,
): Member[] {
  if (!Array.isArray(value) || value.length === 0)
    throw notAllowed(path, value, 'a list with at least one member')
  if (value.length > max) throw invalid(path, `it has ${value.length} members; at most ${max} are allowed`)
  return value.map((one, index) => check(one, `${path}[${index}]`))
}

function names<Name>(
  value: unknown,
  path: string,
  tree: Tree,
  check: (one: unknown, field: string) => Name,
): Name[] {
  const most = conditionLimits.names
  if (Array.isArray(value)) tree.names += value.length
  if (tree.names > most)
    throw invalid(path, `the condition has more than ${most} tokens, devices and users altogether`)
  return list(value, path, most, check)
}

function ids(value: unknown, path: string, tree: Tree): number[] {
  return names(value, path, tree, (one, field) =>
    checkInteger(field, one, 1, Number.MAX_SAFE_INTEGER, 'an id'),
  )
}

function texts(value: unknown, path: string, max: number, min = 1): string[] {
  return list(value, path, conditionLimits.values, (one, field) => checkText(field, one, max, min))
}

function versions(value: unknown, path: string): VersionRange {
  return range(value, path, ['from', 'to'], (one, field) => {
    if (typeof one === 'string' && /^\d{1,9}(\.\d{1,9}){0,9}$/.test(one)) return one
    throw notAllowed(field, one, 'a version such as 17.2')
  })
}

/** ISO 8601 with its zone: a time without one would be another on every machine. */
const isoTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)$/

function times(value: unknown, path: string): TimeRange {
  return range(value, path, ['since', 'before'], (one, field) => {
    const time = typeof one === 'string' && isoTime.test(one) ? Date.parse(one) : Number.NaN
    if (Number.isNaN(time) || time < 0) throw notAllowed(field, one, 'a time such as 2026-12-01T09:00:00Z')
    return new Date(time).toISOString()
  })
}

function range<Key extends string>(
  value: unknown,
  path: string,
  keys: readonly [Key, Key],
  check: (one: unknown, field: string) => string,
): { [key in Key]?: string } {
  const given = object(value, path, keys)
  const checked: { [key in Key]?: string } = {}
  for (const key of keys) if (given[key] !== undefined) checked[key] = check(given[key], `${path}.${key}`)
  if (Object.keys(checked).length === 0) throw notAllowed(path, value, `${keys[0]}, ${keys[1]} or both`)
  return checked
}

function checkLocaleRange(value: unknown, path: string): string {
  if (typeof value === 'string' && value.length <= 35 && /^[A-Za-z]{2,8}([-_][A-Za-z0-9]{1,8})*$/.test(value))
    return value.replaceAll('_', '-').toLowerCase()
  throw notAllowed(path, value, 'a language such as de, or a locale such as de-AT')
}

function attributes(value: unknown, path: string): Record<string, string | number | boolean> {
  const given = Object.entries(object(value, path))
  if (given.length === 0 || given.length > conditionLimits.values)
    throw notAllowed(path, value, `1 to ${conditionLimits.values} attributes with their values`)
  for (const [name, one] of given) {
    const field = `${path}.${name}`
    if (name.length > 100)
      throw invalid(path, `${shown(name)} is no name of an attribute: at most 100 characters`)
    if (typeof one === 'string') checkText(field, one, 1000)
    else if (typeof one !== 'boolean' && !(typeof one === 'number' && Number.isFinite(one)))
      throw notAllowed(field, one, 'a text, a number, true or false')
  }
  return Object.fromEntries(given.sort(([a], [b]) => (a < b ? -1 : 1))) as Record<string, string>
}

/** An object that has none but these keys. */
function object(value: unknown, path: string, keys?: readonly string[]): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw notAllowed(path, value, 'an object')
  for (const key of Object.keys(value))
    if (keys !== undefined && !keys.includes(key))
      throw invalid(path, `${shown(key)} is not known; use ${keys.join(', ')}`)
  return value as Record<string, unknown>
}

function invalid(field: string, what: string): PushError {
  return new PushError('PUSH_ERR_INPUT_INVALID', `${field}: ${what}`, { field })
}
