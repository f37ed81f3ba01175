import fc from 'fast-check'
import { expect, test } from 'vitest'
import { composePayload, type NewNotification } from '../../src/model/index.js'

/** As the form has them: their types are those of a page. */
const path = '../../admin/web/src/pages/notifications/fields.ts'
const { fieldsOf, inputOfFields, inputOfPayload } = await import(path)

/** What the server makes of what the form stores for a payload that was written as JSON. */
function stored(payload: object): { aps: { alert?: unknown } } {
  const fields = fieldsOf(payload)
  const input = fields === undefined ? inputOfPayload(payload) : inputOfFields(fields)
  return JSON.parse(composePayload(input as NewNotification))
}

/** A text alone is an alert, too, and means the same. */
function normal<Payload extends { aps: { alert?: unknown } }>({ aps, ...custom }: Payload) {
  return { ...custom, aps: typeof aps.alert === 'string' ? { ...aps, alert: { body: aps.alert } } : aps }
}

/** Mostly what fields can say, or nothing would be tried but the JSON. */
const text = fc.oneof(
  { weight: 9, arbitrary: fc.constantFrom('STORM', 'Kiel', 'at noon', 'ü😀') },
  { weight: 1, arbitrary: fc.constantFrom('', 'two\nlines') },
)
const texts = fc.array(text, { minLength: 1, maxLength: 2 })
const flag = fc.constantFrom(1, 1, 1, 0)
const alertKeys = {
  ...{ title: text, subtitle: text, body: text, 'launch-image': text },
  ...{ 'title-loc-key': text, 'title-loc-args': texts },
  ...{ 'subtitle-loc-key': text, 'subtitle-loc-args': texts },
  ...{ 'loc-key': text, 'loc-args': texts, 'action-loc-key': text },
}
const otherKeys = {
  ...{ badge: fc.nat(), sound: text, category: text, 'thread-id': text },
  ...{ 'content-available': flag, 'mutable-content': flag, 'interruption-level': text },
}

/** Objects with some few of these keys. */
function some(keys: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<Record<string, unknown>> {
  const names = fc.subarray(Object.keys(keys), { maxLength: 4 })
  return names.chain((names) => fc.record(Object.fromEntries(names.map((name) => [name, keys[name]!]))))
}

const aps = some(otherKeys).chain((others) =>
  fc.oneof(text, some(alertKeys), fc.constant(undefined)).map((alert) => ({ alert, ...others })),
)
const custom = fc.dictionary(fc.constantFrom('order', 'image'), fc.jsonValue({ maxDepth: 1 }))

test('a payload that is written as JSON is stored with all that is in it, in fields or whole', () => {
  fc.assert(
    fc.property(aps, custom, (aps, custom) => {
      const payload = JSON.parse(JSON.stringify({ aps, ...custom }))
      expect(normal(stored(payload))).toEqual(normal(payload))
    }),
    { numRuns: 2000 },
  )
})

test('arguments without their key are kept, in fields', () => {
  const payload = { aps: { alert: { body: 'Storm', 'loc-args': ['Kiel'] } } }
  expect(fieldsOf(payload)).toMatchObject({ message: 'Storm', locArgs: 'Kiel' })
  expect(stored(payload)).toEqual(payload)
})
