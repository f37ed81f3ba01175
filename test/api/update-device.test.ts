import { describe, expect, test } from 'vitest'
import { createUser, startApi, type TestApi, token } from './start-api.js'

const put = (api: TestApi, body: string) => api.form('PUT', `device/${token}/${api.serviceId}/`, body)

test('platform, display and os_version set the fields', async () => {
  const api = await startApi()
  const { pk } = await api.register()
  const answer = await put(api, 'platform=iPhone&display=480x320&os_version=iPhone+OS+5.1.1')
  expect(answer.status).toBe(200)
  expect(answer.headers['content-type']).toMatch(/^application\/json/)
  expect(answer.json.pk).toBe(pk)
  const described = { platform: 'iPhone', display: '480x320', os_version: 'iPhone OS 5.1.1' }
  expect(answer.json.fields).toMatchObject(described)
  const again = await put(api, 'platform=')
  expect(again.json.fields).toMatchObject({ ...described, platform: '' })
})

test('users may repeat, and replace the whole set', async () => {
  const api = await startApi()
  await api.register()
  const ids: number[] = []
  for (const name of ['a', 'b', 'c']) ids.push((await createUser(api.store, name)).id)
  const [a, b, c] = ids
  expect((await put(api, `users=${b}&users=${a}&users=${b}`)).json.fields.users).toEqual([a, b])
  expect((await put(api, `users=${c}`)).json.fields.users).toEqual([c])
  expect((await put(api, 'platform=iPad')).json.fields.users).toEqual([c])
})

test('without a body nothing changes', async () => {
  const api = await startApi()
  const device = await api.register()
  const answer = await api.call('PUT', `device/${token}/${api.serviceId}/`)
  expect(answer.status).toBe(200)
  expect(answer.json).toEqual(device)
})

test('a device that does not exist', async () => {
  const api = await startApi()
  await api.register()
  for (const [path, service] of [
    [`device/abcd/${api.serviceId}/`, api.serviceId],
    ['device/abcd/99/', 99],
    ['device/abcd/99999999999999999999/', '99999999999999999999'],
  ]) {
    const answer = await api.form('PUT', `${path}`, 'platform=iPhone')
    expect(answer.status).toBe(400)
    expect(answer.json).toEqual({ error: `Device with token abcd and service ${service} does not exist` })
  }
  const answer = await api.form('PUT', `device/xyz/${api.serviceId}/`, '')
  expect(answer.status).toBe(400)
  expect(answer.json).toEqual({
    error: `Device with token xyz and service ${api.serviceId} does not exist`,
  })
})

describe('a bad users value is 400 with an error, and changes nothing', () => {
  test.each(['', 'abc', '-1', '0', '1.5', '9007199254740992', '1,2', '%00'])('users=%s', async (users) => {
    const api = await startApi()
    await api.register()
    const answer = await put(api, `platform=iPhone&users=${users}`)
    expect(answer.status).toBe(400)
    expect(answer.json).toEqual({ error: expect.stringMatching(/^users: .*is not the id of a user/) })
    expect((await api.call('GET', `device/${token}/${api.serviceId}/`)).json.fields.platform).toBe('')
  })

  test('a user who does not exist', async () => {
    const api = await startApi()
    await api.register()
    const { id } = await createUser(api.store)
    const answer = await put(api, `platform=iPhone&users=${id}&users=99`)
    expect(answer.status).toBe(400)
    expect(answer.json).toEqual({ error: expect.stringContaining('99') })
    const { fields } = (await api.call('GET', `device/${token}/${api.serviceId}/`)).json
    expect(fields).toMatchObject({ platform: '', users: [] })
  })
})

test.each([
  ['platform', 30],
  ['display', 30],
  ['os_version', 20],
])('%s has at most %i characters', async (field, max) => {
  const api = await startApi()
  await api.register()
  // Characters, not UTF-16 units.
  const longest = '😀'.repeat(max)
  expect((await put(api, `${field}=${encodeURIComponent(longest)}`)).json.fields[field]).toBe(longest)
  const answer = await put(api, `${field}=${'x'.repeat(max + 1)}`)
  expect(answer.status).toBe(400)
  expect(answer.json).toEqual({
    error: `${field}: Ensure this value has at most ${max} characters (it has ${max + 1}).`,
  })
})

test('every fault is named', async () => {
  const api = await startApi()
  await api.register()
  const { json } = await put(api, `users=x&display=%00&os_version=${'x'.repeat(21)}`)
  expect(json.error).toMatch(/display: .*os_version: .*users: /)
})

test('other attributes can not be set: the predecessor let a client set any', async () => {
  const api = await startApi()
  const device = await api.register()
  const body =
    'is_active=&token=abcd&service=99&pk=5&id=5&added_at=x&last_notified_at=x&deactivated_at=x&__proto__=x'
  const answer = await put(api, body)
  expect(answer.status).toBe(200)
  expect(answer.json).toEqual(device)
})
