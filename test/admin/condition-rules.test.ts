import fc from 'fast-check'
import { expect, test } from 'vitest'
import { checkDeviceCondition } from '../../src/model/index.js'

/** As the page has them: their types are those of a page. */
const folder = '../../admin/web/src/pages/push-now'
const { conditionOf, completeOf, newGroup, newTest } = await import(`${folder}/condition.ts` as string)
const { isSame, rulesOf } = await import(`${folder}/condition-rules.ts` as string)

const text = fc.constantFrom('beta', 'Europe/Berlin', 'iPad', 'de', 'ü')
const version = fc.constantFrom('17', '17.0.1')
const instant = fc.constantFrom(
  '2026-12-01T09:00:00Z',
  '2026-07-01T09:00:30.500+02:00',
  '1999-01-01T00:00:00.000Z',
)
const some = (value: fc.Arbitrary<unknown>, names: string[]) =>
  fc.dictionary(fc.constantFrom(...names), value, { minKeys: 1 })
const attribute = fc.oneof(text, fc.constantFrom('12', 'true', '"x"', '-1.5', ''), fc.integer(), fc.boolean())
const leaf = fc.oneof(
  ...['tags', 'platform'].map((name) =>
    fc.array(text, { minLength: 1, maxLength: 2 }).map((list) => ({ [name]: list })),
  ),
  fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 2 }).map((users) => ({ users })),
  ...['osVersion', 'appVersion'].map((name) =>
    some(version, ['from', 'to']).map((range) => ({ [name]: range })),
  ),
  ...['registeredAt', 'lastNotifiedAt', 'addedAt'].map((name) =>
    some(instant, ['since', 'before']).map((range) => ({ [name]: range })),
  ),
  some(attribute, ['plan', 'seats']).map((attributes) => ({ attributes })),
  { weight: 1, arbitrary: fc.constant({ devices: [1] }) },
)
const condition = fc.letrec((tie) => ({
  node: fc.oneof(
    { maxDepth: 3 },
    leaf,
    tie('node').map((inner) => ({ not: inner })),
    ...['and', 'or'].map((how) =>
      fc.array(tie('node'), { minLength: 1, maxLength: 3 }).map((members) => ({ [how]: members })),
    ),
  ),
})).node

test('JSON becomes rules that mean the same, or none', () => {
  let count = 0
  fc.assert(
    fc.property(condition, (condition) => {
      const rules = rulesOf(JSON.stringify(condition))
      if (rules === undefined) {
        // The rules have no words for devices and tokens, nor for an attribute that is an empty text.
        expect(JSON.stringify(condition)).toMatch(/"devices"|:""/)
        return
      }
      count++
      const meant = conditionOf(rules)
      expect(isSame(meant, condition)).toBe(true)
      expect(() => checkDeviceCondition(meant)).not.toThrow()
    }),
    { numRuns: 2000 },
  )
  expect(count).toBeGreaterThan(500)
})

test.each([
  '',
  '{',
  '[]',
  '{}',
  '{"tags":["a"],"users":[1]}',
  '{"tags":[1]}',
  '{"tags":"a"}',
  '{"users":["1"]}',
  '{"and":[]}',
  '{"and":[{"tags":["a"]},1]}',
  '{"osVersion":{"from":"17","up":"18"}}',
  '{"registeredAt":{"since":"yesterday"}}',
  '{"tokens":["00"]}',
  '{"toString":["x"]}',
  '{"attributes":{"plan":null}}',
  `${'{"not":'.repeat(12)}{"tags":["a"]}${'}'.repeat(12)}`,
])('no rules say %s', (json) => {
  expect(rulesOf(json)).toBeUndefined()
})

test('what is not filled in is left out of the JSON, with the groups that it leaves empty', () => {
  const beta = { ...newTest(), list: ['beta'] }
  const group = (members: object[], rest = {}) => ({ ...newGroup(), members, ...rest })
  expect(completeOf(group([newTest()]))).toBeUndefined()
  expect(completeOf(group([beta, newTest(), group([newTest()], { not: true })]))).toEqual({ tags: ['beta'] })
  expect(completeOf(group([{ ...beta, not: true }, beta, newTest()], { how: 'or', not: true }))).toEqual({
    not: { or: [{ not: { tags: ['beta'] } }, { tags: ['beta'] }] },
  })
  expect(conditionOf(group([beta, newTest()]))).toBeUndefined()
})
