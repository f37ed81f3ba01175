import { expect, test } from 'vitest'
import { basic, createUser } from '../start-api.js'
import { startAccess } from './access-scene.js'

const admin = basic('root', 'open sesame')
const input = { name: 'backend', scopes: ['services'] }

test('a token is shown once, works, is listed without its secret, and is revoked at once', async () => {
  const { ask, store } = await startAccess()
  const made = await ask('POST', '/tokens', admin, input)
  const { secret, ...token } = made.json
  expect(made).toMatchObject({
    status: 201,
    headers: { location: '/api/v1/tokens/1', 'cache-control': 'no-store' },
  })
  expect(secret).toMatch(/^ion_[0-9a-f]{72}$/)
  expect(token).toMatchObject({
    ...input,
    createdBy: 'root',
    expiresAt: null,
    lastUsedAt: null,
    revokedAt: null,
  })
  const headers = { authorization: `bearer ${secret}` }
  expect(await ask('GET', '/services', headers)).toMatchObject({ status: 200 })
  // The last use is written down after the answer.
  await new Promise(setImmediate)
  const list = await ask('GET', '/tokens', admin)
  expect(list.json.items).toEqual([{ ...token, lastUsedAt: expect.any(String) }])
  expect(list.text).not.toContain(secret.slice(4, 20))
  expect(JSON.stringify(await store.apiTokens.list())).not.toContain(secret)
  const revoked = await ask('POST', '/tokens/1/revoke', admin)
  expect(revoked).toMatchObject({ status: 200, json: { revokedAt: expect.any(String) } })
  expect(await ask('GET', '/services', headers)).toMatchObject({
    status: 401,
    json: { code: 'PUSH_ERR_UNAUTHENTICATED' },
  })
})

test('a token does what its scopes allow, and nothing else', async () => {
  const { ask, bearer } = await startAccess()
  const register = await bearer('devices:register')
  const push = await bearer('push')
  const everything = await bearer('admin')
  expect(await ask('GET', '/services', register)).toMatchObject({
    status: 403,
    json: { code: 'PUSH_ERR_FORBIDDEN', detail: 'backend may not do this; it takes services or push' },
  })
  expect(await ask('GET', '/services', push)).toMatchObject({ status: 200 })
  expect(await ask('DELETE', '/services/1', push)).toMatchObject({ status: 403 })
  expect(await ask('GET', '/tokens', push)).toMatchObject({ status: 403 })
  expect(await ask('GET', '/tokens', everything)).toMatchObject({ status: 200 })
})

test('a token expires', async () => {
  const { ask, clock } = await startAccess()
  const expiresAt = new Date(clock.time + 60_000).toISOString()
  const { json } = await ask('POST', '/tokens', admin, { ...input, expiresAt })
  const headers = { authorization: `Bearer ${json.secret}` }
  clock.time += 59_999
  expect(await ask('GET', '/services', headers)).toMatchObject({ status: 200 })
  clock.time += 1
  expect(await ask('GET', '/services', headers)).toMatchObject({ status: 401 })
  const past = { ...input, expiresAt: new Date(clock.time).toISOString() }
  expect(await ask('POST', '/tokens', admin, past)).toMatchObject({
    status: 400,
    json: { field: 'expiresAt' },
  })
})

test('a token never does more than its owner may at the time', async () => {
  const { ask, tokens, store } = await startAccess()
  const owner = await createUser(store, 'boss', { isStaff: true })
  const { secret } = await tokens.create(
    { name: 'job', scopes: ['push', 'admin'] },
    { user: owner.id, by: 'boss' },
  )
  const headers = { authorization: `Bearer ${secret}` }
  expect((await ask('GET', '/session', headers)).json).toMatchObject({
    kind: 'token',
    user: owner.id,
    scopes: ['push'],
  })
  expect(await ask('GET', '/tokens', headers)).toMatchObject({ status: 403 })
})

test('a token of an inactive owner does nothing', async () => {
  const { ask, tokens, store } = await startAccess()
  const owner = await createUser(store, 'gone', { isStaff: true, isActive: false })
  const { secret } = await tokens.create({ name: 'job', scopes: ['push'] }, { user: owner.id })
  expect(await ask('GET', '/session', { authorization: `Bearer ${secret}` })).toMatchObject({ status: 401 })
})

test('what is no token: 401, and after a hundred of them 429; a good one passes all the same', async () => {
  const { ask, bearer } = await startAccess()
  const good = await bearer('push')
  const ending = (digit: string) => ({ authorization: good['authorization']!.slice(0, -1) + digit })
  const mistyped = good['authorization']!.endsWith('0') ? ending('1') : ending('0')
  for (const headers of [
    mistyped,
    { authorization: 'Bearer' },
    { authorization: 'Bearer ' },
    { authorization: `Bearer ion_${'0'.repeat(72)}` },
    { authorization: `Bearer ${'ö'.repeat(5000)}` },
    { authorization: 'Digest x' },
  ])
    expect(await ask('GET', '/services', headers)).toMatchObject({ status: 401 })
  let answer = await ask('GET', '/services', mistyped)
  for (let count = 0; count < 100 && answer.status === 401; count++)
    answer = await ask('GET', '/services', mistyped)
  expect(answer).toMatchObject({ status: 429, json: { code: 'PUSH_ERR_TOO_MANY_ATTEMPTS' } })
  expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0)
  expect(await ask('GET', '/services', good)).toMatchObject({ status: 200 })
})

test('bad input to make one', async () => {
  const { ask } = await startAccess()
  for (const [body, field] of [
    [{ ...input, scopes: [] }, 'scopes'],
    [{ ...input, scopes: ['root'] }, 'scopes[0]'],
    [{ ...input, name: '' }, 'name'],
    [{ ...input, name: 'x'.repeat(151) }, 'name'],
    [{ ...input, expiresAt: 'tomorrow' }, 'expiresAt'],
    [{ ...input, secret: 'mine' }, 'secret'],
  ] as const)
    expect(await ask('POST', '/tokens', admin, body)).toMatchObject({ status: 400, json: { field } })
  expect((await ask('GET', '/tokens', admin)).json.items).toEqual([])
  expect(await ask('GET', '/tokens/7', admin)).toMatchObject({
    status: 404,
    json: { code: 'PUSH_ERR_TOKEN_NOT_FOUND' },
  })
  expect(await ask('POST', '/tokens/7/revoke', admin)).toMatchObject({ status: 404 })
})

test('who is asked: both challenges; a script in a browser gets no window that asks for a password', async () => {
  const { ask } = await startAccess()
  const challenges = 'Bearer realm="ios-notifications", Basic realm="ios-notifications", charset="UTF-8"'
  expect((await ask('GET', '/services')).headers['www-authenticate']).toBe(challenges)
  const script = await ask('GET', '/services', { 'sec-fetch-mode': 'cors' })
  expect(script.headers['www-authenticate']).toBe('Bearer realm="ios-notifications"')
})

test('roles: superusers may do all, staff all but to administer, others nothing', async () => {
  const { ask, store } = await startAccess()
  await createUser(store, 'guest')
  const status = async (username: string, path: string) =>
    (await ask('GET', path, basic(username, 'open sesame'))).status
  expect(await status('root', '/tokens')).toBe(200)
  expect(await status('ann', '/tokens')).toBe(403)
  expect(await status('ann', '/services')).toBe(200)
  for (const path of ['/services', '/tokens', '/session', '/sessions'])
    expect(await status('guest', path)).toBe(403)
})
