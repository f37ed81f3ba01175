import { describe, expect, test } from 'vitest'
import {
  checkDeviceChange,
  checkDeviceImport,
  checkUser,
  type DeviceChange,
  type NewUser,
} from '../../src/model/index.js'

const invalid = (message: string | RegExp) =>
  expect.objectContaining({ code: 'PUSH_ERR_INPUT_INVALID', message: expect.stringMatching(message) })

describe('limits of a device', () => {
  test.each([
    ['platform', 30],
    ['display', 30],
    ['osVersion', 20],
  ])('%s has at most %d characters', (field, limit) => {
    const change = { [field]: 'x'.repeat(limit) }
    expect(checkDeviceChange(change)).toEqual(change)
    expect(() => checkDeviceChange({ [field]: 'x'.repeat(limit + 1) })).toThrow(
      invalid(new RegExp(`^${field}: .* at most ${limit} are allowed`)),
    )
  })

  test('a time zone is an IANA name, in its usual spelling', () => {
    expect(checkDeviceChange({ timeZone: 'europe/berlin' })).toEqual({ timeZone: 'Europe/Berlin' })
    expect(checkDeviceImport({ token: 'ff', timeZone: '' })).toEqual({ token: 'ff', timeZone: '' })
    for (const timeZone of ['Berlin', '+02:00', 'Europe/Berlin ', 7]) {
      expect(() => checkDeviceChange({ timeZone } as DeviceChange)).toThrow(
        invalid(/^timeZone: .* is not allowed; use an IANA name such as Europe\/Berlin/),
      )
    }
  })

  test('users are ids; each counts once', () => {
    expect(checkDeviceChange({ users: [3, 1, 3] })).toEqual({ users: [1, 3] })
    expect(checkDeviceChange({ users: [] })).toEqual({ users: [] })
    for (const users of [[0], [1.5], ['1'], 'foo', [Number.NaN]]) {
      expect(() => checkDeviceChange({ users } as DeviceChange)).toThrow(invalid(/^users: /))
    }
  })

  test('nothing but its fields can be changed', () => {
    const change = { id: 7, token: 'ff', serviceId: 2, isActive: false } as DeviceChange
    expect(checkDeviceChange(change)).toEqual({ isActive: false })
    expect(() => checkDeviceChange({ isActive: 'no' } as unknown as DeviceChange)).toThrow(
      invalid(/^isActive: "no"/),
    )
  })

  test('an imported device has its token in the normal form', () => {
    expect(checkDeviceImport({ token: '<AB CD>', platform: 'iPhone' })).toEqual({
      token: 'abcd',
      platform: 'iPhone',
    })
  })
})

describe('limits of a user', () => {
  test('what is left out: no email, active, neither staff nor superuser', () => {
    expect(checkUser({ username: 'ann' })).toEqual({
      username: 'ann',
      email: '',
      isActive: true,
      isStaff: false,
      isSuperuser: false,
    })
  })

  test('a name has 1 to 150 characters, no colon, no outer space', () => {
    expect(checkUser({ username: 'ä'.repeat(150) }).username).toHaveLength(150)
    expect(() => checkUser({ username: 'a'.repeat(151) })).toThrow(invalid(/151 characters; at most 150/))
    expect(() => checkUser({ username: '' })).toThrow(invalid(/^username: it is empty/))
    for (const username of ['a:b', ' a', 'a ', 'a\nb', 'a\u0000']) {
      expect(() => checkUser({ username })).toThrow(invalid(/^username: .* use a name without colon/))
    }
  })

  test('an email is empty or an address; flags are flags', () => {
    expect(checkUser({ username: 'a', email: 'a@b.c' }).email).toBe('a@b.c')
    expect(() => checkUser({ username: 'a', email: 'nobody' })).toThrow(invalid(/^email: "nobody"/))
    expect(() => checkUser({ username: 'a', isStaff: 1 } as unknown as NewUser)).toThrow(
      invalid(/^isStaff: 1/),
    )
  })
})
