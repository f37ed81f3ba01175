/*
 * The way back: a condition of the API as rules. What no rules mean exactly is left as JSON, so that nobody pushes to others than were
 * written down.
 */
import { hashKey } from '@tanstack/react-query'
import type { Schemas } from '../../api/client'
import { localText } from '../../components/local-text'
import { isObject, parsedObject } from '../notifications/fields'
import {
  type Condition,
  conditionOf,
  type Group,
  type Node,
  newGroup,
  newTest,
  type Test,
  type TestName,
  tests,
} from './condition'

/** How deep the API takes conditions. */
const MAX_DEPTH = 10

/** The rules that mean a condition which is written as JSON; undefined where there are none. */
export function rulesOf(json: string): Group | undefined {
  const parsed = parsedObject(json)
  if ('fault' in parsed) return undefined
  const node = nodeOf(parsed.value, 0)
  if (node === undefined) return undefined
  const group = node.type === 'group' ? node : groupOf([node])
  const meant = conditionOf(group)
  return meant !== undefined && isSame(meant, parsed.value as Condition) ? group : undefined
}

/** Whether two conditions mean the same, however they are written. */
export function isSame(one: Condition, other: Condition): boolean {
  return hashKey([normal(one)]) === hashKey([normal(other)])
}

function groupOf(members: Node[], how: Group['how'] = 'and'): Group {
  return { ...newGroup(), how, members }
}

function nodeOf(condition: unknown, depth: number): Node | undefined {
  if (!isObject(condition) || depth > MAX_DEPTH) return undefined
  const [entry, another] = Object.entries(condition)
  if (entry === undefined || another !== undefined) return undefined
  const [name, value] = entry
  if (name === 'not') {
    const inner = nodeOf(value, depth + 1)
    // What is turned round already takes a group around it.
    return inner && { ...(inner.not ? groupOf([inner]) : inner), not: true }
  }
  if (name === 'and' || name === 'or') {
    const members = Array.isArray(value) ? value.map((member) => nodeOf(member, depth + 1)) : []
    return members.length > 0 && members.every((member) => member !== undefined)
      ? groupOf(members, name)
      : undefined
  }
  return Object.hasOwn(tests, name) ? testOf(name as TestName, value) : undefined
}

/** A rule, or for several attributes a group of them. What it does not say is found when it is compared with what it came from. */
function testOf(name: TestName, value: unknown): Node | undefined {
  const test: Test = { ...newTest(), name }
  if (tests[name].kind === 'list')
    return Array.isArray(value) ? { ...test, list: value.map(String) } : undefined
  if (tests[name].kind === 'users')
    return Array.isArray(value) ? { ...test, users: value.map(Number) } : undefined
  if (!isObject(value)) return undefined
  switch (tests[name].kind) {
    case 'range':
      return { ...test, from: String(value['from'] ?? ''), to: String(value['to'] ?? '') }
    case 'times':
      return { ...test, from: chosen(value['since']), to: chosen(value['before']) }
    case 'attribute': {
      const rules = Object.entries(value).map(([from, to]) => ({ ...newTest(), name, from, to: written(to) }))
      return rules.length > 1 ? groupOf(rules) : rules[0]
    }
  }
}

/** An attribute as it is typed: a text that would be taken for something else is put in quotes. */
function written(value: unknown): string {
  return typeof value === 'string' && !/^(true|false|-?\d.*|".*")$/.test(value)
    ? value
    : JSON.stringify(value)
}

/** One end of a range, as it is chosen. */
function chosen(instant: unknown): string {
  const at = new Date(typeof instant === 'string' ? instant : '')
  return Number.isNaN(at.getTime()) ? '' : localText(at)
}

/** One of the ways to write it: no groups of one, one attribute a test, times in UTC. */
function normal(condition: unknown): unknown {
  if (!isObject(condition)) return condition
  const [[name, value] = []] = Object.entries(condition) as [keyof Schemas['DeviceCondition'], unknown][]
  if (name === 'not') return { not: normal(value) }
  if ((name === 'and' || name === 'or') && Array.isArray(value))
    return value.length === 1 ? normal(value[0]) : { [name]: value.map(normal) }
  if (name === 'attributes' && isObject(value) && Object.keys(value).length > 1)
    return { and: Object.entries(value).map(([key, wanted]) => ({ attributes: { [key]: wanted } })) }
  if (name !== undefined && Object.hasOwn(tests, name) && tests[name as TestName].kind === 'times')
    return isObject(value) ? { [name]: inUtc(value) } : condition
  return condition
}

function inUtc(range: Record<string, unknown>): unknown {
  const entries = Object.entries(range).map(([end, instant]) => {
    const at = new Date(typeof instant === 'string' ? instant : '')
    return [end, Number.isNaN(at.getTime()) ? instant : at.toISOString()]
  })
  return Object.fromEntries(entries)
}
