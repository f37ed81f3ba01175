import { expect, test } from 'vitest'
import { payloadWarnings } from '../../src/model/index.js'

const of = (aps: object, pushType = 'alert', topic = 'com.example.app') =>
  payloadWarnings(JSON.stringify({ aps, order: 42 }), pushType, topic).map(({ message }) => message)

test.each([
  ['alert', { alert: 'Hi' }],
  ['alert', { alert: { 'loc-key': 'STORM' } }],
  ['alert', { badge: 0 }],
  ['alert', { sound: 'default' }],
  // Shows something and wakes the app: what the predecessor made of a silent notification with a text.
  ['alert', { 'content-available': 1, alert: 'Hi' }],
  ['alert', { 'content-available': 1 }],
  ['background', { 'content-available': 1 }],
  ['voip', {}],
  ['widgets', { 'content-changed': true }],
])('nothing is odd about a push of the type %s with %j', (pushType, aps) => {
  expect(of(aps, pushType)).toEqual([])
})

test.each([{}, { alert: '' }, { alert: {} }, { sound: '' }, { 'thread-id': 'x', 'mutable-content': 1 }])(
  'an alert push with %j does nothing',
  (aps) => {
    expect(of(aps)).toEqual(['It shows nothing, makes no sound and wakes nothing'])
  },
)

test('passes of the Wallet load anew by an empty push', () => {
  expect(of({}, 'alert', 'pass.com.example.ticket')).toEqual([])
  expect(payloadWarnings('{}', 'alert', 'pass.com.example.ticket')).toEqual([])
  expect(payloadWarnings('{}', 'alert', 'com.example.app')).toHaveLength(1)
})

// “`aps` holds only `content-available: 1`”
test('a background push has nothing in “aps” but what wakes the app, and that', () => {
  expect(of({ 'content-available': 1, alert: 'Hi', badge: 1, sound: 'x' }, 'background')).toEqual([
    expect.stringContaining('may refuse, delay or drop one with alert, badge, sound'),
  ])
  expect(of({}, 'background')).toEqual(['A background push without content-available: 1 wakes nothing'])
  expect(of({ 'content-available': 2, alert: 'Hi' }, 'background')).toHaveLength(2)
})
