import { describe, expect, test } from 'vitest'
import { pair } from './http2-sender.js'

/** Header values go out with one character a byte. */
const utf8 = (text: string) => Buffer.from(text).toString('latin1')

/** Both sides of every rule: what passes has no reason. */
const rules: [header: string, value: string | string[], reason: string | undefined][] = [
  ['apns-id', 'f81d4fae-7dec-41d0-a765-00a0c91e6bf6', undefined],
  ['apns-id', 'F81D4FAE-7DEC-41D0-A765-00A0C91E6BF6', 'BadMessageId'],
  ['apns-id', 'f81d4fae7dec41d0a76500a0c91e6bf6', 'BadMessageId'],
  ['apns-id', 'f81d4fae-7dec-41d0-a765-00a0c91e6bf', 'BadMessageId'],
  ['apns-id', '', 'BadMessageId'],
  ['apns-expiration', '0', undefined],
  ['apns-expiration', '1', undefined],
  ['apns-expiration', '253402300799', undefined],
  ['apns-expiration', '253402300800', 'BadExpirationDate'],
  ['apns-expiration', '-1', 'BadExpirationDate'],
  ['apns-expiration', '1.5', 'BadExpirationDate'],
  ['apns-expiration', 'tomorrow', 'BadExpirationDate'],
  ['apns-expiration', '', 'BadExpirationDate'],
  ['apns-priority', '10', undefined],
  ['apns-priority', '5', undefined],
  ['apns-priority', '1', undefined],
  ['apns-priority', '0', 'BadPriority'],
  ['apns-priority', '2', 'BadPriority'],
  ['apns-priority', '11', 'BadPriority'],
  ['apns-priority', 'high', 'BadPriority'],
  ['apns-push-type', 'alert', undefined],
  ['apns-push-type', 'Alert', 'InvalidPushType'],
  ['apns-push-type', 'toString', 'InvalidPushType'],
  ['apns-push-type', '', 'InvalidPushType'],
  ['apns-collapse-id', 'x'.repeat(64), undefined],
  ['apns-collapse-id', 'x'.repeat(65), 'BadCollapseId'],
  ['apns-collapse-id', utf8('é'.repeat(32)), undefined],
  ['apns-collapse-id', utf8(`${'é'.repeat(32)}x`), 'BadCollapseId'],
  ['apns-topic', 'com.example.Other-App2', undefined],
  ['apns-topic', 'com.example app', 'BadTopic'],
  ['apns-topic', 'com/example', 'BadTopic'],
  ['apns-topic', '', 'BadTopic'],
  [
    'apns-id',
    ['f81d4fae-7dec-41d0-a765-00a0c91e6bf6', 'f81d4fae-7dec-41d0-a765-00a0c91e6bf6'],
    'DuplicateHeaders',
  ],
  ['apns-expiration', ['0', '0'], 'DuplicateHeaders'],
  ['apns-priority', ['10', '10'], 'DuplicateHeaders'],
  ['apns-push-type', ['alert', 'alert'], 'DuplicateHeaders'],
  ['apns-topic', ['com.example.app', 'com.example.app'], 'DuplicateHeaders'],
  ['apns-collapse-id', ['a', 'b'], 'DuplicateHeaders'],
  ['x-something', ['a', 'b'], 'DuplicateHeaders'],
  ['x-something', 'a', undefined],
]

describe('headers', () => {
  test.each(rules)('%s: %j', async (header, value, reason) => {
    const { sender } = await pair()
    const reply = await sender.push({ headers: { [header]: value } })
    expect(reply).toMatchObject({ status: reason === undefined ? 200 : 400, reason })
  })
})

test('apns-topic is needed under token authentication', async () => {
  const { sender } = await pair()
  const reply = await sender.push({ headers: { 'apns-topic': undefined } })
  expect(reply).toMatchObject({ status: 400, reason: 'MissingTopic' })
})

test.each([
  ['5', undefined],
  [undefined, undefined],
  ['10', 'BadPriority'],
  ['1', 'BadPriority'],
])('"background must be 5; 10 is an error": priority %s', async (priority, reason) => {
  const { sender } = await pair()
  const headers = { 'apns-push-type': 'background', 'apns-priority': priority }
  expect(await sender.push({ headers })).toMatchObject({ status: reason === undefined ? 200 : 400, reason })
})

test.each([
  ['com.example.app', undefined],
  ['com.example.app.beta', 'TopicDisallowed'],
  ['com.example', 'TopicDisallowed'],
])('with the option topics, only those may be pushed to: %s', async (topic, reason) => {
  const { sender } = await pair({ topics: ['com.example.app'] })
  const reply = await sender.push({ headers: { 'apns-topic': topic } })
  expect(reply).toMatchObject({ status: reason === undefined ? 200 : 400, reason })
})

test('topics are bundle ids: the suffix of a push type does not count', async () => {
  const { sender } = await pair({ topics: ['com.example.app'] })
  const headers = { 'apns-push-type': 'voip', 'apns-topic': 'com.example.app.voip' }
  expect(await sender.push({ headers })).toMatchObject({ status: 200 })
})
