import { expect, test } from 'vitest'
import { basic, createUser, startApi } from '../start-api.js'

test('a user is made, read, changed and removed; his password never comes out', async () => {
  const { v1 } = await startApi()
  const made = await v1('POST', '/users', {
    username: 'ann',
    password: 'secret words',
    email: 'ann@example.com',
  })
  expect(made).toMatchObject({
    status: 201,
    json: { username: 'ann', email: 'ann@example.com', isActive: true, isStaff: false, isSuperuser: false },
  })
  expect(made.text).not.toMatch(/argon2|secret words/)
  const path = `/users/${made.json.id}`
  expect(made.headers['location']).toBe(`/api/v1${path}`)
  expect((await v1('PATCH', path, { isStaff: true, username: 'anna' })).json).toEqual({
    ...made.json,
    isStaff: true,
    username: 'anna',
  })
  expect(await v1('GET', '/services', undefined, basic('anna', 'secret words'))).toMatchObject({
    status: 200,
  })
  expect(await v1('PUT', `${path}/password`, { password: 'other words' })).toMatchObject({ status: 204 })
  expect(await v1('GET', '/services', undefined, basic('anna', 'secret words'))).toMatchObject({
    status: 401,
  })
  expect(await v1('GET', '/services', undefined, basic('anna', 'other words'))).toMatchObject({ status: 200 })
  await v1('PATCH', path, { isActive: false })
  expect(await v1('GET', '/services', undefined, basic('anna', 'other words'))).toMatchObject({ status: 401 })
  expect(await v1('DELETE', path)).toMatchObject({ status: 204 })
  expect(await v1('GET', path)).toMatchObject({ status: 404, json: { code: 'PUSH_ERR_USER_NOT_FOUND' } })
})

test('users are found by the beginning of their names', async () => {
  const { v1 } = await startApi()
  for (const username of ['ann', 'anna', 'bob', 'an']) await v1('POST', '/users', { username })
  const names = async (query: string) =>
    (await v1('GET', `/users?${query}`)).json.items.map((user: { username: string }) => user.username)
  expect(await names('username=ann')).toEqual(['ann', 'anna'])
  expect(await names('username=ann&limit=1')).toEqual(['ann'])
  expect(await names('username=%25')).toEqual([])
})

test('a user has his devices', async () => {
  const { v1, register, serviceId } = await startApi()
  const { json: user } = await v1('POST', '/users', { username: 'ann' })
  await register()
  const { json: made } = await v1('POST', '/devices', { token: 'ab'.repeat(32), service: serviceId })
  const { json: device } = await v1('PATCH', `/devices/${made.id}`, { users: [user.id] })
  expect((await v1('GET', `/users/${user.id}/devices`)).json).toEqual({ items: [device], next: null })
  expect(await v1('GET', '/users/99/devices')).toMatchObject({ status: 404 })
  await v1('DELETE', `/users/${user.id}`)
  expect((await v1('GET', `/devices/${device.id}`)).json.users).toEqual([])
})

test('a user without a password can not sign in with any', async () => {
  const { v1 } = await startApi()
  await v1('POST', '/users', { username: 'nobody', isStaff: true })
  for (const password of ['', 'null', 'undefined'])
    expect(await v1('GET', '/services', undefined, basic('nobody', password))).toMatchObject({ status: 401 })
})

test('bad input is told field by field, without the password', async () => {
  const { v1 } = await startApi()
  const answer = await v1('POST', '/users', { username: '', password: 'short', email: 7, admin: true })
  expect(answer).toMatchObject({ status: 400, json: { code: 'PUSH_ERR_INPUT_INVALID' } })
  expect(answer.json.errors).toEqual(
    expect.arrayContaining([
      { field: 'username', message: 'username: "" is not allowed; use a text of 1 to 150 characters' },
      {
        field: 'password',
        message: 'password: this value is not allowed; use a text of 8 to 1024 characters',
      },
      { field: 'email', message: 'email: 7 is not allowed; use a text of at most 254 characters' },
      {
        field: 'admin',
        message: expect.stringContaining('admin: there is no such field; known are username'),
      },
    ]),
  )
  expect(answer.text).not.toContain('short')
  expect(await v1('POST', '/users', { username: 'a:b' })).toMatchObject({
    status: 400,
    json: { field: 'username' },
  })
  expect(await v1('PATCH', '/users/1', {})).toMatchObject({ status: 400 })
  expect(await v1('POST', '/users', { username: 'root' })).toMatchObject({
    status: 409,
    json: { code: 'PUSH_ERR_USER_EXISTS' },
  })
})

test('only a superuser makes users', async () => {
  const { v1, store } = await startApi()
  await createUser(store, 'staff', { isStaff: true })
  const staff = basic('staff', 'open sesame')
  expect(await v1('POST', '/users', { username: 'ann', isSuperuser: true }, staff)).toMatchObject({
    status: 403,
    json: { code: 'PUSH_ERR_FORBIDDEN' },
  })
  expect(await v1('GET', '/users', undefined, staff)).toMatchObject({ status: 200 })
})
