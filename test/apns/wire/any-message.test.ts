import fc from 'fast-check'
import { expect, test } from 'vitest'
import { checkMessage } from '../../../src/apns/wire/check-message.js'
import type { ApnsMessage } from '../../../src/apns/wire/message.js'
import { pushTypeRule } from '../../../src/apns/wire/push-types.js'
import { PushError } from '../../../src/base/index.js'

const anything = fc.anything({
  withBigInt: true,
  withDate: true,
  withTypedArray: true,
  withNullPrototype: true,
})
const json = fc.dictionary(fc.string(), fc.jsonValue())
const long = fc.integer({ min: 3900, max: 5300 }).map((bytes) => ({ aps: { alert: 'x'.repeat(bytes) } }))
const payload = fc.oneof(
  { weight: 6, arbitrary: json },
  { weight: 2, arbitrary: json.map((value) => JSON.stringify(value)) },
  { weight: 2, arbitrary: json.map((value) => Buffer.from(JSON.stringify(value))) },
  { weight: 2, arbitrary: long },
  { weight: 1, arbitrary: fc.oneof(anything, fc.string(), fc.uint8Array()) },
)
/** Mostly right, sometimes absent, sometimes anything. */
const field = (right: fc.Arbitrary<unknown>) =>
  fc.oneof(
    { weight: 8, arbitrary: right },
    { weight: 4, arbitrary: fc.constant(undefined) },
    { weight: 1, arbitrary: fc.oneof(anything, fc.string()) },
  )
const message = fc.record({
  payload,
  topic: field(fc.domain()),
  pushType: field(fc.constantFrom('alert', 'background', 'voip', 'liveactivity', 'a-type-of-the-future')),
  priority: field(fc.constantFrom(10, 5, 1)),
  expiration: field(fc.nat()),
  collapseId: field(fc.string({ unit: 'grapheme', maxLength: 40 })),
})

test('whatever is given: one of our errors that names the field, or fields that can go into a header and a JSON body', () => {
  let refused = 0
  let taken = 0
  fc.assert(
    fc.property(message, (given) => {
      let checked: ReturnType<typeof checkMessage>
      try {
        checked = checkMessage(given as unknown as ApnsMessage)
      } catch (error) {
        expect(error).toBeInstanceOf(PushError)
        const { code, field, message: text } = error as PushError
        expect(code).toMatch(/^PUSH_ERR_(PAYLOAD_TOO_LARGE|PAYLOAD_INVALID|HEADER_INVALID)$/)
        expect(Object.keys(given)).toContain(field)
        expect(text).toMatch(new RegExp(`^${field}: .+$`))
        expect(text).not.toMatch(/[\r\n]/)
        refused++
        return
      }
      taken++
      const rule = pushTypeRule(checked.pushType)
      expect(JSON.parse(checked.payload.toString())).toBeTypeOf('object')
      expect(checked.payload.length).toBeLessThanOrEqual(rule.maxPayloadBytes)
      for (const text of [checked.topic, checked.pushType, checked.collapseId]) {
        // biome-ignore lint/suspicious/noControlCharactersInRegex: none of them may be there
        if (text !== undefined) expect(text).not.toMatch(/[\x00-\x1f\x7f]|^\s|\s$|^$/)
      }
      expect(Buffer.byteLength(checked.collapseId ?? '')).toBeLessThanOrEqual(64)
      if (checked.priority !== undefined) expect(rule.priorities).toContain(checked.priority)
      if (checked.expiration !== undefined) expect(checked.expiration).toBeGreaterThanOrEqual(0)
    }),
    { numRuns: 1000 },
  )
  expect(refused).toBeGreaterThan(100)
  expect(taken).toBeGreaterThan(100)
})
