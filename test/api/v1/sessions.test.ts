import { expect, onTestFinished, test, vi } from 'vitest'
import * as password from '../../../src/resources/password.js'
import { basic, createUser } from '../start-api.js'
import { cookieOf, startAccess } from './access-scene.js'

const credentials = { username: 'root', password: 'open sesame' }
const hour = 3_600_000

test('signing in sets a cookie that only the browser sees; the session works, and signing out ends it', async () => {
  const { ask } = await startAccess()
  const answer = await ask('POST', '/session', {}, credentials)
  expect(answer).toMatchObject({
    status: 200,
    json: { kind: 'session', name: 'root', csrfToken: expect.any(String) },
    headers: { 'cache-control': 'no-store' },
  })
  expect(answer.headers['set-cookie']).toMatch(
    /^ion_session=[\w-]{43}; Max-Age=604800; Path=\/; HttpOnly; SameSite=Strict$/,
  )
  const cookie = { cookie: cookieOf(answer) }
  expect((await ask('GET', '/session', cookie)).json).toEqual(answer.json)
  expect(await ask('GET', '/tokens', cookie)).toMatchObject({ status: 200 })
  const out = await ask('DELETE', '/session', { ...cookie, 'x-csrf-token': answer.json.csrfToken })
  expect(out.status).toBe(204)
  expect(out.headers['set-cookie']).toMatch(/^ion_session=; Max-Age=0; Path=\/; HttpOnly; SameSite=Strict$/)
  expect(await ask('GET', '/session', cookie)).toMatchObject({ status: 401 })
})

test('behind TLS the cookie is Secure and under a name that no other host can set', async () => {
  const { ask } = await startAccess()
  const tls = { 'x-forwarded-proto': 'https' }
  const answer = await ask('POST', '/session', tls, credentials)
  expect(answer.headers['set-cookie']).toMatch(
    /^__Host-ion_session=[\w-]{43}; Max-Age=604800; Path=\/; HttpOnly; Secure; SameSite=Strict$/,
  )
  expect(await ask('GET', '/session', { ...tls, cookie: cookieOf(answer) })).toMatchObject({ status: 200 })
  // Somebody else's cookie under the plain name is not looked at.
  const planted = cookieOf(answer).replace('__Host-', '')
  expect(await ask('GET', '/session', { ...tls, cookie: planted })).toMatchObject({ status: 401 })
})

test('a change in a session takes its CSRF token; reading does not', async () => {
  const { ask, signIn } = await startAccess()
  const { page, bare } = await signIn()
  const other = await signIn('ann')
  const body = { name: 'backend', scopes: ['push'] }
  const forbidden = { status: 403, json: { code: 'PUSH_ERR_FORBIDDEN', field: 'X-CSRF-Token' } }
  expect(await ask('GET', '/tokens', bare)).toMatchObject({ status: 200 })
  expect(await ask('POST', '/tokens', bare, body)).toMatchObject(forbidden)
  for (const wrong of ['', 'x', 'ö', other.page['x-csrf-token']!, `${page['x-csrf-token']}x`])
    expect(await ask('POST', '/tokens', { ...bare, 'x-csrf-token': wrong }, body)).toMatchObject(forbidden)
  expect(await ask('DELETE', '/session', bare)).toMatchObject(forbidden)
  expect(await ask('POST', '/tokens', page, body)).toMatchObject({ status: 201 })
})

test('what another site makes the browser send is refused, signing in included', async () => {
  const { ask, signIn } = await startAccess()
  const { page } = await signIn()
  const body = { name: 'backend', scopes: ['push'] }
  const host = { host: 'push.example.com' }
  for (const elsewhere of [
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { origin: 'https://evil.example.com' },
    { origin: 'null' },
  ]) {
    expect(await ask('POST', '/session', { ...host, ...elsewhere }, credentials)).toMatchObject({
      status: 403,
    })
    expect(await ask('POST', '/tokens', { ...host, ...page, ...elsewhere }, body)).toMatchObject({
      status: 403,
    })
  }
  for (const here of [{ 'sec-fetch-site': 'same-origin' }, { origin: 'http://push.example.com' }]) {
    expect(await ask('POST', '/session', { ...host, ...here }, credentials)).toMatchObject({ status: 200 })
    expect(await ask('POST', '/tokens', { ...host, ...page, ...here }, body)).toMatchObject({ status: 201 })
  }
  // A form of another site can send no JSON.
  const form = { 'content-type': 'text/plain' }
  expect(
    await ask('POST', '/session', form, undefined, { payload: JSON.stringify(credentials) }),
  ).toMatchObject({
    status: 415,
  })
})

test('what another site makes the browser send with a password that it keeps is refused, too', async () => {
  const { ask } = await startAccess()
  const body = { name: 'backend', scopes: ['push'] }
  const kept = { ...basic('root', 'open sesame'), host: 'push.example.com' }
  for (const elsewhere of [{ 'sec-fetch-site': 'cross-site' }, { origin: 'https://evil.example.com' }])
    expect(await ask('POST', '/tokens', { ...kept, ...elsewhere }, body)).toMatchObject({
      ...{ status: 403, json: { code: 'PUSH_ERR_FORBIDDEN' } },
    })
  expect(await ask('GET', '/tokens', kept)).toMatchObject({ json: { items: [] } })
  for (const here of [{}, { 'sec-fetch-site': 'same-origin' }, { origin: 'https://push.example.com' }])
    expect(await ask('POST', '/tokens', { ...kept, ...here }, body)).toMatchObject({ status: 201 })
})

test('a session that somebody planted is not taken over: signing in makes a new one and ends the old', async () => {
  const { ask, signIn } = await startAccess()
  const planted = await signIn('ann')
  const answer = await ask('POST', '/session', planted.bare, credentials)
  expect(cookieOf(answer)).not.toBe(planted.bare['cookie'])
  expect(await ask('GET', '/session', planted.bare)).toMatchObject({ status: 401 })
  const unknown = { cookie: `ion_session=${'A'.repeat(43)}` }
  const next = await ask('POST', '/session', unknown, credentials)
  expect(cookieOf(next)).not.toBe(unknown.cookie)
  expect(await ask('GET', '/session', unknown)).toMatchObject({ status: 401 })
})

test('12 hours without use end a session, 7 days end it in any case', async () => {
  const { ask, signIn, clock } = await startAccess()
  const { bare } = await signIn()
  clock.time += 12 * hour - 1
  expect(await ask('GET', '/session', bare)).toMatchObject({ status: 200 })
  // The last use is written down after the answer.
  await new Promise(setImmediate)
  for (let used = 12; used < 7 * 24 - 11; used += 11) {
    clock.time += 11 * hour
    expect(await ask('GET', '/session', bare)).toMatchObject({ status: 200 })
    await new Promise(setImmediate)
  }
  clock.time += 11 * hour
  expect(await ask('GET', '/session', bare)).toMatchObject({ status: 401 })
  const idle = await signIn()
  clock.time += 12 * hour
  expect(await ask('GET', '/session', idle.bare)).toMatchObject({ status: 401 })
})

test('a new password ends all sessions of the user', async () => {
  const { ask, signIn, store } = await startAccess()
  const ann = await signIn('ann')
  const root = await signIn()
  const { user, passwordHash } = (await store.users.findByUsername('ann'))!
  await store.users.setPasswordHash(user.id, passwordHash)
  expect(await ask('GET', '/session', ann.bare)).toMatchObject({ status: 401 })
  expect(await ask('GET', '/session', root.bare)).toMatchObject({ status: 200 })
})

test('a password that is changed while it is verified opens no session', async () => {
  const { ask, signIn, store } = await startAccess()
  const { bare } = await signIn()
  const { user } = (await store.users.findByUsername('ann'))!
  const verify = password.verifyPassword
  const spy = vi.spyOn(password, 'verifyPassword').mockImplementation(async (...args) => {
    const isRight = await verify(...args)
    await store.users.setPasswordHash(user.id, 'new')
    return isRight
  })
  onTestFinished(() => spy.mockRestore())
  const answer = await ask('POST', '/session', bare, { ...credentials, username: 'ann' })
  expect(answer).toMatchObject({ status: 401, json: { code: 'PUSH_ERR_UNAUTHENTICATED' } })
  expect(answer.headers['set-cookie']).toBeUndefined()
  expect(answer.headers['www-authenticate']).toContain('Basic')
  expect(await store.sessions.list(user.id)).toEqual([])
  const [entry] = await store.auditLog.list({})
  expect(entry).toMatchObject({ operation: 'signIn', who: 'ann', outcome: 'failed' })
})

test('a user sees and ends the own sessions, and nobody else’s', async () => {
  const { ask, signIn } = await startAccess()
  const ann = await signIn('ann')
  await signIn('ann')
  const root = await signIn()
  const list = await ask('GET', '/sessions', { ...ann.bare, 'user-agent': 'x'.repeat(500) })
  expect(list.json.items).toMatchObject([
    { id: 1, isCurrent: true },
    { id: 2, isCurrent: false },
  ])
  expect(await ask('DELETE', '/sessions/1', root.page)).toMatchObject({
    status: 404,
    json: { code: 'PUSH_ERR_SESSION_NOT_FOUND' },
  })
  expect(await ask('DELETE', '/sessions/2', ann.page)).toMatchObject({ status: 204 })
  expect((await ask('GET', '/sessions', basic('ann', 'open sesame'))).json.items).toMatchObject([{ id: 1 }])
})

test('wrong credentials, and users who may do nothing, get no session', async () => {
  const { ask, store } = await startAccess()
  await createUser(store, 'guest')
  await createUser(store, 'gone', { isActive: false, isStaff: true })
  const attempt = (username: string, password = 'open sesame') =>
    ask('POST', '/session', {}, { username, password })
  const wrong = { status: 401, json: { detail: 'the name or the password is wrong' } }
  expect(await attempt('root', 'open barley')).toMatchObject(wrong)
  expect(await attempt('nobody')).toMatchObject(wrong)
  expect(await attempt('gone')).toMatchObject(wrong)
  const guest = await attempt('guest')
  expect(guest).toMatchObject({ status: 403 })
  expect(guest.headers['set-cookie']).toBeUndefined()
})

test('signing in is limited like Basic', async () => {
  const { ask } = await startAccess()
  const wrong = { username: 'root', password: 'wrong' }
  for (let count = 0; count < 10; count++)
    expect(await ask('POST', '/session', {}, wrong)).toMatchObject({ status: 401 })
  expect(await ask('POST', '/session', {}, credentials)).toMatchObject({
    status: 429,
    headers: { 'retry-after': '60' },
  })
})

test('failed attempts at both APIs are counted together', async () => {
  const { ask, call } = await startAccess({ authentication: 'AuthBasic' })
  const wrong = basic('root', 'wrong')
  for (let count = 0; count < 5; count++) {
    expect(await ask('GET', '/services', wrong)).toMatchObject({ status: 401 })
    expect(await call('GET', 'device/ab/1/', { headers: wrong })).toMatchObject({ status: 401 })
  }
  expect(await ask('GET', '/services', wrong)).toMatchObject({ status: 429 })
  expect(await call('GET', 'device/ab/1/', { headers: wrong })).toMatchObject({ status: 429 })
})

test('the password is in no answer', async () => {
  const { ask } = await startAccess()
  const answer = await ask('POST', '/session', {}, { username: 'root', password: 'x'.repeat(2000) })
  expect(answer).toMatchObject({ status: 400, json: { field: 'password' } })
  expect(answer.text).not.toContain('xxx')
})
