import { describe, expect, test } from 'vitest'
import { checkNotification, type NewNotification, parseJsonObject } from '../../src/model/index.js'

const check = (input: object) => checkNotification({ serviceId: 1, ...input } as NewNotification)
const invalid = (message: string | RegExp) =>
  expect.objectContaining({
    code: 'PUSH_ERR_INPUT_INVALID',
    message: typeof message === 'string' ? message : expect.stringMatching(message),
  })

describe('limits of a notification', () => {
  test('what is left out is empty or null', () => {
    const { serviceId, message, title, sound, ...rest } = check({})
    expect({ serviceId, message, title, sound }).toEqual({ serviceId: 1, message: '', title: '', sound: '' })
    expect(Object.values(rest).every((value) => value === null)).toBe(true)
  })

  test.each([0, 1, 2_147_483_647])('a badge of %d is fine', (badge) => {
    expect(check({ badge }).badge).toBe(badge)
  })

  test.each([-1, 1.5, Number.NaN, 2_147_483_648, '1'])('a badge of %j is not', (badge) => {
    expect(() => check({ badge })).toThrow(
      invalid(`badge: ${JSON.stringify(badge)} is not allowed; use a whole number of 0 or more`),
    )
  })

  test.each([
    ['message', 2048],
    ['title', 2048],
    ['sound', 30],
  ])('%s has at most %d characters, an emoji being one', (field, limit) => {
    expect(check({ [field]: 'a'.repeat(limit) })).toHaveProperty(field)
    expect(check({ [field]: '\u{1f600}'.repeat(limit) })).toHaveProperty(field)
    expect(() => check({ [field]: 'a'.repeat(limit + 1) })).toThrow(
      invalid(new RegExp(`^${field}: .* has ${limit + 1} characters; at most ${limit} are allowed$`)),
    )
    expect(() => check({ [field]: 7 })).toThrow(invalid(`${field}: 7 is not allowed; use a text`))
  })

  test('a collapse id has 1 to 64 bytes, not characters', () => {
    expect(check({ collapseId: 'a'.repeat(64) }).collapseId).toHaveLength(64)
    expect(check({ collapseId: 'ü'.repeat(32) }).collapseId).toHaveLength(32)
    expect(() => check({ collapseId: 'ü'.repeat(33) })).toThrow(
      invalid(/has 66 bytes; at most 64 are allowed/),
    )
    expect(() => check({ collapseId: '' })).toThrow(invalid(/collapseId: "" is not allowed/))
  })

  test('expiration is in seconds, so a time in milliseconds is refused', () => {
    expect(check({ expiration: 0 }).expiration).toBe(0)
    expect(check({ expiration: 4_294_967_295 }).expiration).toBe(4_294_967_295)
    expect(() => check({ expiration: 1_790_000_000_000 })).toThrow(
      invalid(/expiration: .* use seconds since 1970/),
    )
    expect(() => check({ expiration: -1 })).toThrow(invalid(/expiration: -1/))
  })

  test('priority is 10, 5 or 1; silent is true or false; the push type is a word', () => {
    expect([10, 5, 1].map((priority) => check({ priority }).priority)).toEqual([10, 5, 1])
    expect(() => check({ priority: 7 })).toThrow(invalid('priority: 7 is not allowed; use 10, 5 or 1'))
    expect(() => check({ silent: 1 })).toThrow(invalid('silent: 1 is not allowed; use true or false'))
    expect(check({ pushType: 'liveactivity' }).pushType).toBe('liveactivity')
    expect(() => check({ pushType: 'a b' })).toThrow(invalid(/pushType: "a b" is not allowed/))
    expect(() => check({ pushType: 'a\r\nx: y' })).toThrow(invalid(/pushType/))
  })

  test.each(['customPayload', 'locPayload', 'payload'])('%s is a JSON object and nothing else', (field) => {
    expect(check({ [field]: { a: [1] } })).toHaveProperty(field, { a: [1] })
    for (const value of [[1], 'text', 7, true]) {
      expect(() => check({ [field]: value })).toThrow(invalid(new RegExp(`^${field}: .* use a JSON object`)))
    }
    const cycle: Record<string, unknown> = {}
    cycle['self'] = cycle
    expect(() => check({ [field]: cycle })).toThrow(invalid(/can't be written as JSON/))
    expect(() => check({ [field]: { big: 1n } })).toThrow(invalid(/can't be written as JSON/))
    expect(() => check({ [field]: new Date(0) })).toThrow(invalid(/not a plain object/))
  })

  test('custom keys stand beside aps, so aps is none of them', () => {
    expect(() => check({ customPayload: { aps: {} } })).toThrow(
      invalid(/customPayload: the key "aps" is not allowed/),
    )
  })

  test('text of a custom payload: an object, or a message that says what it is', () => {
    expect(parseJsonObject('{"foo": "bar", "baz": [1, 2, 3]}', '--extra')).toEqual({
      foo: 'bar',
      baz: [1, 2, 3],
    })
    expect(() => parseJsonObject('[1]', '--extra')).toThrow(
      invalid('--extra: [1] is a list; use a JSON object such as {"key": "value"}'),
    )
    expect(() => parseJsonObject('{bad', '--extra')).toThrow(
      invalid(/^--extra: "{bad" is not JSON \(.*\); use a JSON/),
    )
    expect(() => parseJsonObject('null', '--extra')).toThrow(invalid(/null is null/))
    expect(() => parseJsonObject('7', '--extra')).toThrow(invalid(/7 is a number/))
  })
})
