import { describe, expect, test } from 'vitest'
import { startApi, token } from './start-api.js'

test('201 and the device when it was created', async () => {
  const { form, serviceId } = await startApi()
  const answer = await form('POST', 'device/', `token=${token}&service=${serviceId}`)
  expect(answer.status).toBe(201)
  expect(answer.headers['content-type']).toMatch(/^application\/json/)
  expect(answer.json).toEqual({
    pk: expect.any(Number),
    model: 'ios_notifications.device',
    fields: {
      token,
      is_active: true,
      deactivated_at: null,
      service: serviceId,
      users: [],
      added_at: '2026-11-24T06:00:00.123Z',
      last_notified_at: null,
      platform: '',
      display: '',
      os_version: '',
    },
  })
})

test('200 and the device, active again, when it existed', async () => {
  const { form, register, serviceId, store, clock } = await startApi()
  const first = await register()
  await store.devices.update(first.pk, { isActive: false }, clock.now() + 1000)
  clock.time += 2000
  const answer = await form('POST', 'device/', `token=${token}&service=${serviceId}`)
  expect(answer.status).toBe(200)
  expect(answer.json).toEqual(first)
  expect(await store.devices.get(first.pk)).toMatchObject({ isActive: true, registeredAt: clock.time })
})

test('a deactivated device says when it was, without a fraction where there is none', async () => {
  const { call, register, serviceId, store } = await startApi()
  const { pk } = await register()
  await store.devices.update(pk, { isActive: false }, Date.UTC(2026, 11, 1, 2, 3, 4))
  const { json } = await call('GET', `device/${token}/${serviceId}/`)
  expect(json.fields).toMatchObject({ is_active: false, deactivated_at: '2026-12-01T02:03:04Z' })
})

test.each([
  ['<0fd12510 cfe6b0a4 a89dc736 9d96df95 6f991e66 131dab63 398734e8 000d0029>'],
  [token.toUpperCase()],
  [`\t${token}\r\n`],
])('a token is brought into its normal form first: %j', async (given) => {
  const { form, register, serviceId } = await startApi()
  const { pk } = await register()
  const answer = await form('POST', 'device/', `token=${encodeURIComponent(given)}&service=${serviceId}`)
  expect(answer.status).toBe(200)
  expect(answer.json.pk).toBe(pk)
})

test('a plus sign is a space, and a space in a token is dropped', async () => {
  const { form, serviceId } = await startApi()
  const answer = await form('POST', 'device/', `token=ab+cd&service=+${serviceId}+`)
  expect(answer.json.fields.token).toBe('abcd')
})

test('tokens of 2 and of 512 digits are accepted', async () => {
  const { form, serviceId } = await startApi()
  for (const digits of ['ab', 'ab'.repeat(256)])
    expect((await form('POST', 'device/', `token=${digits}&service=${serviceId}`)).status).toBe(201)
})

test('a field that repeats counts with its last value', async () => {
  const { form, serviceId } = await startApi()
  const answer = await form('POST', 'device/', `token=xx&token=${token}&service=0&service=${serviceId}`)
  expect(answer.status).toBe(201)
})

test('what describes the device counts when it is created, and not when it existed', async () => {
  const { form, serviceId } = await startApi()
  const body = `token=${token}&service=${serviceId}&platform=iPhone&display=320x480&os_version=iOS+5&is_active=0`
  const created = await form('POST', 'device/', body)
  expect(created.status).toBe(201)
  expect(created.json.fields).toMatchObject({
    platform: 'iPhone',
    display: '320x480',
    os_version: 'iOS 5',
    is_active: true,
  })
  const again = await form('POST', 'device/', body.replace('iPhone', 'iPad'))
  expect(again.json.fields.platform).toBe('iPhone')
})

describe('400 with the fields at fault, all of them at once', () => {
  test('no body at all', async () => {
    const { call } = await startApi()
    const answer = await call('POST', 'device/')
    expect(answer.status).toBe(400)
    expect(answer.headers['content-type']).toMatch(/^application\/json/)
    expect(answer.json).toEqual({ token: ['This field is required.'], service: ['This field is required.'] })
  })

  test('both empty', async () => {
    const { form } = await startApi()
    const { json } = await form('POST', 'device/', 'token=&service=')
    expect(json).toEqual({ token: ['This field is required.'], service: ['This field is required.'] })
  })

  test('a bad token and a service that does not exist', async () => {
    const { form } = await startApi()
    const { status, json } = await form('POST', 'device/', 'token=xyz&service=99')
    expect(status).toBe(400)
    expect(json).toEqual({
      token: ['"xyz" is not hexadecimal ("x"); a device token is an even number of hexadecimal digits'],
      service: ['APNService with id 99 does not exist'],
    })
  })

  test('a good token and a service that does not exist', async () => {
    const { form } = await startApi()
    const { status, json } = await form('POST', 'device/', `token=${token}&service=99`)
    expect(status).toBe(400)
    expect(json).toEqual({ service: ['APNService with id 99 does not exist'] })
  })

  test.each(['abc', '-1', '0', '1.5', '9007199254740992', '1e3', '0x1', '%00', '١'])(
    'service=%s',
    async (service) => {
      const { form } = await startApi()
      const { status, json } = await form('POST', 'device/', `token=${token}&service=${service}`)
      expect(status).toBe(400)
      expect(json).toEqual({ service: [expect.stringContaining('is not the id of a service')] })
    },
  )

  test('the largest number that can be an id is looked up', async () => {
    const { form } = await startApi()
    const { json } = await form('POST', 'device/', `token=${token}&service=9007199254740991`)
    expect(json).toEqual({ service: ['APNService with id 9007199254740991 does not exist'] })
  })

  test.each([
    ['abc', 'odd number of digits'],
    ['ab'.repeat(257), 'too long'],
    ['%3C%3E', 'empty'],
    ['ab%00', 'not hexadecimal'],
    ['ab%F0%9F%98%80', 'not hexadecimal'],
  ])('token=%s', async (given, reason) => {
    const { form, serviceId } = await startApi()
    const { status, json } = await form('POST', 'device/', `token=${given}&service=${serviceId}`)
    expect(status).toBe(400)
    expect(json).toEqual({ token: [expect.stringContaining(reason)] })
  })

  test('a description that is too long, and then nothing is created', async () => {
    const { form, serviceId, store } = await startApi()
    const { status, json } = await form(
      'POST',
      'device/',
      `token=${token}&service=${serviceId}&platform=${'x'.repeat(31)}`,
    )
    expect(status).toBe(400)
    expect(json).toEqual({ platform: ['Ensure this value has at most 30 characters (it has 31).'] })
    expect(await store.devices.count({})).toBe(0)
  })
})
