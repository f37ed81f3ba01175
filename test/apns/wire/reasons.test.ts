import { expect, test } from 'vitest'
import {
  dispositionOf,
  reasonDispositions,
  speaksAgainstConnection,
  speaksAgainstDevice,
} from '../../../src/apns/wire/reasons.js'

/**
 * Apple's table, copied anew: status and reason.
 * Source: developer.apple.com/documentation/usernotifications/handling-notification-responses-from-apns
 */
const apple: readonly (readonly [status: number, reasons: string])[] = [
  [
    400,
    `BadCollapseId BadDeviceToken BadExpirationDate BadMessageId BadPriority BadTopic DeviceTokenNotForTopic
    DuplicateHeaders IdleTimeout InvalidPushType MissingDeviceToken MissingTopic PayloadEmpty TopicDisallowed`,
  ],
  [
    403,
    `BadCertificate BadCertificateEnvironment ExpiredProviderToken Forbidden InvalidProviderToken
    MissingProviderToken UnrelatedKeyIdInToken BadEnvironmentKeyIdInToken`,
  ],
  [404, 'BadPath'],
  [405, 'MethodNotAllowed'],
  [410, 'ExpiredToken Unregistered'],
  [413, 'PayloadTooLarge'],
  [429, 'TooManyProviderTokenUpdates TooManyRequests'],
  [500, 'InternalServerError'],
  [503, 'ServiceUnavailable Shutdown'],
]
const documented = apple.flatMap(([status, reasons]) =>
  reasons.split(/\s+/).map((reason) => ({ status, reason })),
)

test('the table is Apple’s list, and one spelling more that was seen', () => {
  expect(documented).toHaveLength(32)
  expect(Object.keys(reasonDispositions).sort()).toEqual(
    [...documented.map(({ reason }) => reason), 'BadEnvironmentKeyInToken'].sort(),
  )
})

test('what is Apple’s fault comes again, what is ours does not, and a dead token costs the device its place', () => {
  const dispositions = Object.fromEntries(
    documented.map(({ status, reason }) => [reason, dispositionOf(status, reason)]),
  )
  const having = (disposition: string) =>
    documented.map(({ reason }) => reason).filter((reason) => dispositions[reason] === disposition)
  expect(having('drop-device')).toEqual(['ExpiredToken', 'Unregistered'])
  expect(having('quarantine')).toEqual(['BadDeviceToken', 'DeviceTokenNotForTopic'])
  expect(having('refresh-token')).toEqual(['ExpiredProviderToken'])
  expect(having('retry-later')).toEqual([
    'IdleTimeout',
    'InternalServerError',
    'ServiceUnavailable',
    'Shutdown',
  ])
  expect(having('slow-down')).toEqual(['TooManyProviderTokenUpdates', 'TooManyRequests'])
  expect(having('fix-credentials')).toEqual([
    'TopicDisallowed',
    'BadCertificate',
    'BadCertificateEnvironment',
    'Forbidden',
    'InvalidProviderToken',
    'MissingProviderToken',
    'UnrelatedKeyIdInToken',
    'BadEnvironmentKeyIdInToken',
  ])
})

test.each([
  [400, 'quarantine'],
  [404, 'quarantine'],
  [410, 'quarantine'],
  [429, 'slow-down'],
  [499, 'quarantine'],
  [500, 'retry-later'],
  [599, 'retry-later'],
] as const)('a reason never seen, with status %i, is judged by its class: %s', (status, expected) => {
  expect(dispositionOf(status, 'SomethingNew')).toBe(expected)
  expect(dispositionOf(status, 'toString')).toBe(expected)
})

test('only the four reasons about tokens speak against a device; one never seen does not', () => {
  const against = [...documented.map(({ reason }) => reason), 'SomethingNew', 'toString'].filter(
    speaksAgainstDevice,
  )
  expect(against).toEqual(['BadDeviceToken', 'DeviceTokenNotForTopic', 'ExpiredToken', 'Unregistered'])
})

test('three reasons speak against the connection, and against nothing else', () => {
  const against = [...documented.map(({ reason }) => reason), 'SomethingNew', 'toString'].filter(
    speaksAgainstConnection,
  )
  expect(against).toEqual(['IdleTimeout', 'TooManyProviderTokenUpdates', 'Shutdown'])
})
