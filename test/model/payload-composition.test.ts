import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { composePayload, locData, type NewNotification } from '../../src/model/index.js'

const compose = (input: Omit<NewNotification, 'serviceId'>) => composePayload({ serviceId: 1, ...input })

describe('the payload of a notification', () => {
  test('aps.alert is the message if it is not empty', () => {
    expect(compose({ message: 'Hi' })).toBe('{"aps":{"alert":"Hi"}}')
    expect(compose({ message: '' })).toBe('{"aps":{}}')
  })

  test('with a title the alert is an object', () => {
    expect(compose({ title: 'T', message: 'M' })).toBe('{"aps":{"alert":{"title":"T","body":"M"}}}')
    expect(compose({ title: 'T' })).toBe('{"aps":{"alert":{"title":"T"}}}')
  })

  test('localisation data takes the place of message and title; every argument becomes a string', () => {
    const locPayload = locData('KEY', ['a', 1, null, true], 'OK')
    expect(JSON.parse(compose({ message: 'M', title: 'T', locPayload }))).toEqual({
      aps: { alert: { 'loc-key': 'KEY', 'loc-args': ['a', '1', 'null', 'true'], 'action-loc-key': 'OK' } },
    })
    expect(locData('KEY', [])).toEqual({ 'loc-key': 'KEY', 'loc-args': [] })
  })

  test('a badge of 0 counts, null does not', () => {
    expect(compose({ badge: 0 })).toBe('{"aps":{"badge":0}}')
    expect(compose({ badge: null })).toBe('{"aps":{}}')
  })

  test('sound if it is not empty, content-available 1 if silent', () => {
    expect(compose({ sound: 'default', silent: true })).toBe(
      '{"aps":{"sound":"default","content-available":1}}',
    )
    expect(compose({ sound: '', silent: false })).toBe('{"aps":{}}')
    expect(compose({ silent: null })).toBe('{"aps":{}}')
  })

  test('custom keys stand beside aps', () => {
    expect(compose({ message: 'M', customPayload: { foo: 'bär', qux: 1 } })).toBe(
      '{"aps":{"alert":"M"},"foo":"bär","qux":1}',
    )
  })

  test('a whole payload is taken as it is', () => {
    const payload = { aps: { 'content-changed': true } }
    expect(compose({ message: 'M', badge: 1, customPayload: { a: 1 }, payload })).toBe(
      JSON.stringify(payload),
    )
  })

  test('every custom object arrives unchanged beside aps', () => {
    const custom = fc
      .dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 }))
      .map((object) => JSON.parse(JSON.stringify(object)) as Record<string, never>)
      .filter((object) => !Object.hasOwn(object, 'aps'))
    fc.assert(
      fc.property(custom, fc.string({ unit: 'binary-ascii' }), fc.nat(), (customPayload, message, badge) => {
        const text = compose({ message, badge, customPayload })
        const { aps, ...rest } = JSON.parse(text)
        expect(aps).toEqual({ ...(message !== '' && { alert: JSON.parse(JSON.stringify(message)) }), badge })
        expect(JSON.stringify(rest)).toBe(JSON.stringify({ ...customPayload }))
      }),
    )
  })
})
