import { describe, expect, test } from 'vitest'
import { checkDeviceCondition, conditionLimits, type DeviceCondition } from '../../src/model/index.js'

/** The message of the error that a condition is refused with. */
function refusal(condition: unknown): string {
  try {
    checkDeviceCondition(condition)
  } catch (error) {
    return (error as Error).message
  }
  throw new Error('it was not refused')
}

test('a condition comes out in its one normal form', () => {
  const condition = checkDeviceCondition({
    and: [
      { tokens: ['<ABCD 0123>'] },
      { not: { locale: ['de_AT', 'EN'] } },
      { osVersion: { to: '18.99', from: '17' } },
      { registeredAt: { since: '2026-12-01T09:00:00+01:00' } },
      { attributes: { b: 1, a: 'x' } },
      { timeZone: ['europe/berlin'] },
    ],
  })
  expect(JSON.stringify(condition)).toBe(
    JSON.stringify({
      and: [
        { tokens: ['abcd0123'] },
        { not: { locale: ['de-at', 'en'] } },
        { osVersion: { from: '17', to: '18.99' } },
        { registeredAt: { since: '2026-12-01T08:00:00.000Z' } },
        { attributes: { a: 'x', b: 1 } },
        { timeZone: ['Europe/Berlin'] },
      ],
    }),
  )
  expect(checkDeviceCondition(condition)).toEqual(condition)
})

describe('what is refused names its path', () => {
  test.each<[unknown, string]>([
    [null, 'where: null is not allowed; use an object'],
    [[], 'where: [] is not allowed; use an object'],
    [{}, 'where: {} has 0 keys; use one, and "and" or "or" for several'],
    [
      { users: [1], tags: ['a'] },
      'where: {"users":[1],"tags":["a"]} has 2 keys; use one, and "and" or "or" for several',
    ],
    [{ and: [{ users: [1] }, { nosuch: 1 }] }, 'where.and[1]: "nosuch" is not known; use and, or, not,'],
    [JSON.parse('{"__proto__": {}}'), 'where: "__proto__" is not known; use and, or, not,'],
    [{ and: [] }, 'where.and: [] is not allowed; use a list with at least one member'],
    [{ not: [{ users: [1] }] }, 'where.not: [{"users":[1]}] is not allowed; use an object'],
    [{ or: [{ tokens: ['xyz'] }] }, 'where.or[0].tokens[0]: "xyz" is not hexadecimal'],
    [{ devices: [0] }, 'where.devices[0]: 0 is not allowed; use an id'],
    [{ users: ['1'] }, 'where.users[0]: "1" is not allowed; use an id'],
    [{ tags: [''] }, 'where.tags[0]: it is empty'],
    [{ platform: 'iPhone' }, 'where.platform: "iPhone" is not allowed; use a list'],
    [{ osVersion: {} }, 'where.osVersion: {} is not allowed; use from, to or both'],
    [{ osVersion: { from: 17 } }, 'where.osVersion.from: 17 is not allowed; use a version such as 17.2'],
    [{ appVersion: { from: '1.x' } }, 'where.appVersion.from: "1.x" is not allowed'],
    [{ osVersion: { above: '1' } }, 'where.osVersion: "above" is not known; use from, to'],
    [{ locale: ['d'] }, 'where.locale[0]: "d" is not allowed'],
    [{ timeZone: ['Mars'] }, 'where.timeZone[0]: "Mars" is not allowed'],
    [{ addedAt: { since: '2026-12-01' } }, 'where.addedAt.since: "2026-12-01" is not allowed'],
    [
      { addedAt: { since: '2026-13-01T00:00:00Z' } },
      'where.addedAt.since: "2026-13-01T00:00:00Z" is not allowed',
    ],
    [{ attributes: { a: null } }, 'where.attributes.a: null is not allowed'],
    [{ attributes: {} }, 'where.attributes: {} is not allowed'],
  ])('%j', (condition, message) => {
    expect(refusal(condition)).toContain(message)
    expect(refusal(condition)).not.toContain('\n')
  })
})

test('limits, on both sides', () => {
  const deep = (depth: number): DeviceCondition => (depth === 0 ? { users: [1] } : { not: deep(depth - 1) })
  checkDeviceCondition(deep(conditionLimits.depth))
  expect(refusal(deep(conditionLimits.depth + 1))).toContain('nested more than 10 deep')
  const wide = (nodes: number) => ({ or: Array.from({ length: nodes - 1 }, () => ({ users: [1] })) })
  checkDeviceCondition(wide(conditionLimits.nodes))
  expect(refusal(wide(conditionLimits.nodes + 1))).toContain('more than 200 tests')
  const named = (count: number) => ({ users: Array.from({ length: count }, (_, n) => n + 1) })
  checkDeviceCondition(named(conditionLimits.names))
  expect(refusal(named(conditionLimits.names + 1))).toBe(
    'where.users: the condition has more than 10000 tokens, devices and users altogether',
  )
  const shared = (count: number) => ({
    and: [{ not: named(9998) }, { or: [{ tokens: ['ab'] }, { devices: named(count).users }] }],
  })
  checkDeviceCondition(shared(1))
  expect(refusal(shared(2))).toBe(
    'where.and[1].or[1].devices: the condition has more than 10000 tokens, devices and users altogether',
  )
  const attribute = (length: number) => ({ attributes: { ['"'.repeat(length)]: 1 } })
  checkDeviceCondition(attribute(100))
  expect(refusal(attribute(101))).toContain('at most 100 characters')
  const tagged = (count: number) => ({ tags: Array.from({ length: count }, (_, n) => `t${n}`) })
  checkDeviceCondition(tagged(conditionLimits.values))
  expect(refusal(tagged(conditionLimits.values + 1))).toContain('it has 101 members; at most 100')
})
