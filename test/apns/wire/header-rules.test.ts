import { describe, expect, test } from 'vitest'
import { checkApnsId, checkMessage } from '../../../src/apns/wire/check-message.js'
import type { ApnsMessage } from '../../../src/apns/wire/message.js'
import { topicFor } from '../../../src/apns/wire/push-types.js'

const alert: ApnsMessage = { payload: { aps: { alert: 'Hi' } } }

function refused(message: Record<string, unknown>, field: string) {
  expect(() => checkMessage({ ...alert, ...message } as unknown as ApnsMessage)).toThrow(
    expect.objectContaining({
      code: 'PUSH_ERR_HEADER_INVALID',
      field,
      message: expect.stringMatching(new RegExp(`^${field}: `)),
    }),
  )
}

describe('collapse id: 1 to 64 bytes', () => {
  test.each([
    ['64 letters', 'c'.repeat(64), true],
    ['65 letters', 'c'.repeat(65), false],
    ['32 letters of 2 bytes', 'é'.repeat(32), true],
    ['32 letters of 2 bytes and one more', `${'é'.repeat(32)}c`, false],
    ['16 emojis of 4 bytes', '😀'.repeat(16), true],
    ['17 emojis of 4 bytes', '😀'.repeat(17), false],
    ['21 signs of 3 bytes and one letter', `${'語'.repeat(21)}c`, true],
    ['22 signs of 3 bytes', '語'.repeat(22), false],
    ['one letter', 'c', true],
    ['nothing', '', false],
    ['a space inside', 'a b', true],
    ['a space at the beginning', ' a', false],
    ['a space at the end', 'a ', false],
    ['a line end', 'a\nb', false],
    ['a NUL', 'a\0', false],
    ['a DEL', 'a\x7fb', false],
  ])('%s', (_name, collapseId, allowed) => {
    if (allowed) expect(checkMessage({ ...alert, collapseId }).collapseId).toBe(collapseId)
    else refused({ collapseId }, 'collapseId')
  })

  test.each([[5], [null], [{}]])('%j is no text', (collapseId) => {
    refused({ collapseId }, 'collapseId')
  })
})

describe('priority', () => {
  test.each([1, 5, 10] as const)('%i goes out with an alert', (priority) => {
    expect(checkMessage({ ...alert, priority }).priority).toBe(priority)
  })

  test('"specifying 10 for a background push is an error": 5 and 1 are allowed, and 5 is what an absent one means', () => {
    const background: ApnsMessage = { payload: { aps: { 'content-available': 1 } }, pushType: 'background' }
    expect(checkMessage({ ...background, priority: 5 }).priority).toBe(5)
    expect(checkMessage({ ...background, priority: 1 }).priority).toBe(1)
    expect(checkMessage(background).priority).toBe(5)
    refused({ ...background, priority: 10 }, 'priority')
  })

  test('absent for other types: none is sent, and Apple takes 10', () => {
    expect(checkMessage(alert).priority).toBeUndefined()
    expect(checkMessage({ ...alert, pushType: 'voip' }).priority).toBeUndefined()
  })

  test.each([0, 2, 9, 11, -5, 5.5, Number.NaN, '10', null])('%j is none', (priority) => {
    refused({ priority }, 'priority')
  })
})

describe('expiration: whole seconds', () => {
  test.each([0, 1, 1_800_000_000, 253_402_300_799])('%i', (expiration) => {
    expect(checkMessage({ ...alert, expiration }).expiration).toBe(expiration)
  })

  test.each([-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 253_402_300_800, '0', new Date(0)])(
    '%s is none',
    (expiration) => {
      refused({ expiration }, 'expiration')
    },
  )

  test('milliseconds are caught', () => {
    refused({ expiration: 1_800_000_000_000 }, 'expiration')
  })

  test('absent: none is sent', () => {
    expect(checkMessage(alert).expiration).toBeUndefined()
  })
})

describe('push type: what an absent one means', () => {
  test.each([
    ['an alert', { alert: 'Hi' }, 'alert'],
    ['only content-available', { 'content-available': 1 }, 'background'],
    ['content-available with an alert', { 'content-available': 1, alert: 'Hi' }, 'alert'],
    ['content-available with a badge', { 'content-available': 1, badge: 0 }, 'alert'],
    ['content-available with a sound', { 'content-available': 1, sound: 'default' }, 'alert'],
    ['content-available 0', { 'content-available': 0 }, 'alert'],
    ['an empty aps', {}, 'alert'],
  ])('%s', (_name, aps, expected) => {
    expect(checkMessage({ payload: { aps } }).pushType).toBe(expected)
    expect(checkMessage({ payload: JSON.stringify({ aps }) }).pushType).toBe(expected)
    expect(checkMessage({ payload: Buffer.from(JSON.stringify({ aps })) }).pushType).toBe(expected)
  })

  test.each([[{}], [{ aps: null }], [{ aps: [] }], [{ aps: 'x' }]])('%j is an alert', (payload) => {
    expect(checkMessage({ payload }).pushType).toBe('alert')
  })

  test('a type that is not known goes out as it is', () => {
    expect(checkMessage({ ...alert, pushType: 'hologram-2' }).pushType).toBe('hologram-2')
  })

  test.each(['', 'Alert', 'a b', 'ä', 'a\r\nb', 'x'.repeat(65), 5])('%j is none', (pushType) => {
    refused({ pushType }, 'pushType')
  })

  test('names from the prototype of objects are no types with rules', () => {
    expect(checkMessage({ ...alert, pushType: 'constructor' }).priority).toBeUndefined()
  })
})

describe('topic', () => {
  test.each(['com.example.app', 'x', 'x'.repeat(255)])('%s', (topic) => {
    expect(checkMessage({ ...alert, topic }).topic).toBe(topic)
  })

  test.each(['', 'com.example app', 'com.exämple', 'a\nb', 'x'.repeat(256), 5])('%j is none', (topic) => {
    refused({ topic }, 'topic')
  })

  test.each([
    ['alert', 'com.example.app'],
    ['background', 'com.example.app'],
    ['voip', 'com.example.app.voip'],
    ['complication', 'com.example.app.complication'],
    ['fileprovider', 'com.example.app.pushkit.fileprovider'],
    ['mdm', 'com.example.app'],
    ['location', 'com.example.app.location-query'],
    ['liveactivity', 'com.example.app.push-type.liveactivity'],
    ['pushtotalk', 'com.example.app.voip-ptt'],
    ['widgets', 'com.example.app.push-type.widgets'],
    ['controls', 'com.example.app.push-type.controls'],
    ['a-type-of-the-future', 'com.example.app'],
  ])('of %s pushes is %s, and the suffix is added once', (pushType, topic) => {
    expect(topicFor(pushType, 'com.example.app')).toBe(topic)
    expect(topicFor(pushType, topic)).toBe(topic)
  })
})

describe('apns-id: a UUID in lower case', () => {
  test('123e4567-e89b-12d3-a456-4266554400a0', () => {
    expect(() => checkApnsId('123e4567-e89b-12d3-a456-4266554400a0')).not.toThrow()
  })

  test.each([
    '123E4567-e89b-12d3-a456-4266554400a0',
    '123e4567-e89b-12d3-a456-4266554400a',
    '123e4567-e89b-12d3-a456-4266554400a00',
    '123e4567e89b12d3a4564266554400a0',
    '{123e4567-e89b-12d3-a456-4266554400a0}',
    '123e4567-e89b-12d3-a456-4266554400ag',
    '123e4567-e89b-12d3-a456-4266554400a0\n',
    '',
  ])('%j is none', (apnsId) => {
    expect(() => checkApnsId(apnsId)).toThrow(
      expect.objectContaining({ code: 'PUSH_ERR_HEADER_INVALID', field: 'apnsId' }),
    )
  })
})
