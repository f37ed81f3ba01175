/*
 * A condition on devices as it is put together: a tree of groups and tests, in which things may still be missing. What misses something
 * means nothing at all: nobody is to push to more devices than were meant because one of the tests was not filled in yet.
 */
import type { Schemas } from '../../api/client'
import { parsedObject } from '../notifications/fields'

export type Condition = Schemas['DeviceCondition']

/** What can be tested, with what it is called and how its value is given. */
export const tests = {
  tags: { label: 'Tag', kind: 'list', hint: 'At least one of these tags.' },
  platform: { label: 'Platform', kind: 'list', hint: 'Exactly one of these, such as iPhone.' },
  osVersion: {
    label: 'OS version',
    kind: 'range',
    hint: '17 is 17.0. A device without a version is in no range.',
  },
  appVersion: {
    label: 'App version',
    kind: 'range',
    hint: '2 is 2.0. A device without a version is in no range.',
  },
  locale: { label: 'Locale', kind: 'list', hint: 'de: German anywhere; de-AT: only there.' },
  timeZone: { label: 'Time zone', kind: 'list', hint: 'Such as Europe/Berlin.' },
  registeredAt: {
    label: 'Last registered',
    kind: 'times',
    hint: 'When the app was last started and registered.',
  },
  lastNotifiedAt: {
    label: 'Last notified',
    kind: 'times',
    hint: 'When Apple last accepted a push to it. Never is before every time.',
  },
  addedAt: { label: 'Added', kind: 'times', hint: 'When the device was registered for the first time.' },
  users: { label: 'User', kind: 'users', hint: 'All devices of these users.' },
  attributes: { label: 'Attribute', kind: 'attribute', hint: 'Exactly this text, number, true or false.' },
} as const

export type TestName = keyof typeof tests

/** A test; which of the values counts is told by its name. */
export interface Test {
  type: 'test'
  id: number
  not: boolean
  name: TestName
  list: string[]
  users: number[]
  /** The lower end of a range: a version, or a local time; for an attribute its name. */
  from: string
  /** The upper end; for an attribute its value. */
  to: string
}

export interface Group {
  type: 'group'
  id: number
  not: boolean
  how: 'and' | 'or'
  members: Node[]
}

export type Node = Test | Group

let lastId = 0

export function newTest(): Test {
  return { type: 'test', id: ++lastId, not: false, name: 'tags', list: [], users: [], from: '', to: '' }
}

export function newGroup(): Group {
  return { type: 'group', id: ++lastId, not: false, how: 'and', members: [newTest()] }
}

/** The condition in the words of the API; undefined while something is missing. */
export function conditionOf(node: Node): Condition | undefined {
  const inner = node.type === 'test' ? testOf(node) : groupOf(node)
  return inner !== undefined && node.not ? ({ not: inner } as Condition) : inner
}

/** The same without the rules in which something is missing; undefined where nothing is left. To be looked at, and never to be pushed to. */
export function completeOf(node: Node): Condition | undefined {
  if (node.type === 'test') return conditionOf(node)
  const members = node.members.filter((member) => completeOf(member) !== undefined)
  const inner = members.map(completeOf)
  const whole = (inner.length > 1 ? { [node.how]: inner } : inner[0]) as Condition | undefined
  return whole !== undefined && node.not ? ({ not: whole } as Condition) : whole
}

/** A condition that was written as JSON; undefined while it is none. What is wrong in it is told by the API. */
export function conditionOfJson(json: string): Condition | undefined {
  const parsed = parsedObject(json)
  return 'value' in parsed ? (parsed.value as Condition) : undefined
}

function groupOf({ how, members }: Group): Condition | undefined {
  const conditions = members.map(conditionOf)
  if (conditions.length === 0 || conditions.includes(undefined)) return undefined
  return (conditions.length === 1 ? conditions[0] : { [how]: conditions }) as Condition
}

function testOf({ name, list, users, from, to }: Test): Condition | undefined {
  switch (tests[name].kind) {
    case 'list':
      return list.length === 0 ? undefined : ({ [name]: list } as Condition)
    case 'users':
      return users.length === 0 ? undefined : ({ users } as Condition)
    case 'range':
      return ends(name, 'from', from, 'to', to)
    case 'times':
      // A time that is typed by half must not make the audience larger.
      if ([from, to].some((time) => time !== '' && instant(time) === '')) return undefined
      return ends(name, 'since', instant(from), 'before', instant(to))
    case 'attribute':
      return from === '' || to === '' ? undefined : ({ attributes: { [from]: scalar(to) } } as Condition)
  }
}

function ends(name: TestName, lower: string, from: string, upper: string, to: string): Condition | undefined {
  if (from === '' && to === '') return undefined
  return { [name]: { ...(from !== '' && { [lower]: from }), ...(to !== '' && { [upper]: to }) } } as Condition
}

/** Stands for a time of which only a part is typed: browsers give no value for it. */
export const HALF_TYPED = '?'

/** A local time as the API has it. */
function instant(local: string): string {
  const at = new Date(local)
  return Number.isNaN(at.getTime()) ? '' : at.toISOString()
}

/** `true`, `12` and `"12"` are what they are in JSON; anything else is a text. */
function scalar(text: string): unknown {
  if (/^(true|false|-?\d+(\.\d+)?|".*")$/.test(text)) {
    try {
      return JSON.parse(text)
    } catch {
      // A text that begins like JSON.
    }
  }
  return text
}
