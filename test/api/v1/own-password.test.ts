import { expect, test } from 'vitest'
import { basic, startApi } from '../start-api.js'
import { cookieOf, startAccess } from './access-scene.js'

const path = '/session/password'
const change = { current: 'open sesame', password: 'open barley' }

test('a user changes the own password; the session in use is renewed, the others end', async () => {
  const { ask, signIn } = await startAccess()
  const [here, elsewhere, other] = [await signIn('ann'), await signIn('ann'), await signIn()]
  const answer = await ask('PUT', path, here.page, change)
  expect(answer).toMatchObject({
    status: 200,
    json: { kind: 'session', name: 'ann', csrfToken: expect.any(String) },
    headers: { 'cache-control': 'no-store' },
  })
  expect(answer.text).not.toContain('open')
  expect(await ask('GET', '/session', here.bare)).toMatchObject({ status: 401 })
  expect(await ask('GET', '/session', elsewhere.bare)).toMatchObject({ status: 401 })
  expect(await ask('GET', '/session', other.bare)).toMatchObject({ status: 200 })
  const renewed = { cookie: cookieOf(answer), 'x-csrf-token': answer.json.csrfToken }
  expect((await ask('GET', '/session', renewed)).json).toEqual(answer.json)
  expect((await ask('GET', '/sessions', renewed)).json.items).toMatchObject([{ isCurrent: true }])
  expect(await ask('GET', '/session', basic('ann', 'open sesame'))).toMatchObject({ status: 401 })
  expect(await ask('GET', '/session', basic('ann', 'open barley'))).toMatchObject({ status: 200 })
  expect(await ask('PUT', path, renewed, change)).toMatchObject({ status: 400, json: { field: 'current' } })
})

test('with Basic there is no session to renew; a token has no password', async () => {
  const { ask, bearer } = await startAccess()
  const answer = await ask('PUT', path, basic('ann', 'open sesame'), change)
  expect(answer).toMatchObject({ status: 200, json: { kind: 'basic', csrfToken: null } })
  expect(answer.headers['set-cookie']).toBeUndefined()
  expect(await ask('GET', '/session', basic('ann', 'open barley'))).toMatchObject({ status: 200 })
  expect(await ask('PUT', path, await bearer('admin'), change)).toMatchObject({ status: 403 })
  expect(await ask('PUT', path, {}, change)).toMatchObject({ status: 401 })
})

test('a wrong password, a short one, and a request without the CSRF token change nothing', async () => {
  const { ask, signIn } = await startAccess()
  const { page, bare } = await signIn('ann')
  expect(await ask('PUT', path, bare, change)).toMatchObject({ status: 403 })
  expect(await ask('PUT', path, page, { ...change, current: 'wrong' })).toMatchObject({
    status: 400,
    json: { code: 'PUSH_ERR_INPUT_INVALID', field: 'current' },
  })
  expect(await ask('PUT', path, page, { ...change, password: 'x'.repeat(7) })).toMatchObject({
    status: 400,
    json: { field: 'password' },
  })
  expect(await ask('GET', '/session', bare)).toMatchObject({ status: 200 })
  expect(await ask('GET', '/session', basic('ann', 'open sesame'))).toMatchObject({ status: 200 })
})

test('wrong passwords count as failed attempts to sign in', async () => {
  const { ask, signIn } = await startAccess()
  const { page, bare } = await signIn('ann')
  for (let count = 0; count < 10; count++)
    expect(await ask('PUT', path, page, { ...change, current: `wrong ${count}` })).toMatchObject({
      status: 400,
    })
  expect(await ask('PUT', path, page, { ...change, current: 'wrong again' })).toMatchObject({
    status: 429,
    headers: { 'retry-after': '60' },
  })
  expect(await ask('POST', '/session', {}, { username: 'ann', password: 'wrong as well' })).toMatchObject({
    status: 429,
  })
  expect(await ask('GET', '/session', bare)).toMatchObject({ status: 200 })
})

test('a password that was changed meanwhile is not overwritten', async () => {
  const { store } = await startAccess()
  const { user, passwordHash } = (await store.users.findByUsername('ann'))!
  expect(await store.users.setPasswordHash(user.id, 'new', { current: passwordHash })).toBe(true)
  expect(await store.users.setPasswordHash(user.id, 'newer', { current: passwordHash })).toBe(false)
  expect((await store.users.findByUsername('ann'))!.passwordHash).toBe('new')
})

test('everybody may know whether there is anybody who can sign in, and nothing else', async () => {
  const { server, store } = await startApi()
  const setup = async () => (await server.app.inject('/api/v1/setup')).json()
  const person = { email: '', isActive: true, isStaff: false, isSuperuser: false, passwordHash: 'hash' }
  await store.users.create({ ...person, username: 'device owner' }, 1)
  await store.users.create({ ...person, username: 'no password', isStaff: true, passwordHash: '' }, 1)
  await store.users.create({ ...person, username: 'gone', isSuperuser: true, isActive: false }, 1)
  expect(await setup()).toEqual({ hasStaff: false })
  await store.users.create({ ...person, username: 'root', isSuperuser: true }, 1)
  expect(await setup()).toEqual({ hasStaff: true })
})
