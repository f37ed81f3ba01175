import { expect, test } from 'vitest'
import { createLogger } from '../../../src/api/index.js'
import { basic, startApi } from '../start-api.js'
import { startAccess } from './access-scene.js'

const admin = basic('root', 'open sesame')

test('a dry run is no change', async () => {
  const { v1, serviceId, register } = await startApi()
  await register()
  const body = { notification: { service: serviceId, message: 'Hi' } }
  expect((await v1('POST', '/pushes', { ...body, dryRun: true })).status).toBe(200)
  expect((await v1('POST', '/pushes', { ...body, dryRun: false })).status).toBe(201)
  expect((await v1('GET', '/audit-log?operation=createPush')).json.items).toHaveLength(1)
})

test('a change stands in the log: who, what, to what, which fields, from where, and what came of it', async () => {
  const { ask, bearer, clock } = await startAccess()
  const token = await bearer('services')
  const client = { ...token, 'user-agent': 'curl/8' }
  expect(await ask('PATCH', '/services/1', client, { name: 'renamed', maxPerSecond: 5 })).toMatchObject({
    status: 200,
  })
  expect(await ask('DELETE', '/services/9?cascade=true', client)).toMatchObject({ status: 404 })
  const made = await ask('POST', '/tokens', admin, { name: 'other', scopes: ['push'] })
  const { json } = await ask('GET', '/audit-log', admin)
  const at = new Date(clock.time).toISOString()
  const byToken = {
    at,
    via: 'token',
    who: 'backend',
    user: null,
    token: 1,
    address: '127.0.0.1',
    userAgent: 'curl/8',
  }
  expect(json.items).toEqual([
    {
      ...{ id: 3, at, via: 'basic', who: 'root', user: 2, token: null, address: '127.0.0.1' },
      ...{ operation: 'createToken', resource: String(made.json.id), fields: ['name', 'scopes'] },
      ...{ outcome: 'done', status: 201, userAgent: expect.any(String) },
    },
    {
      ...{ id: 2, ...byToken, operation: 'removeService', resource: '9', fields: ['cascade'] },
      ...{ outcome: 'failed', status: 404 },
    },
    {
      ...{ id: 1, ...byToken, operation: 'changeService', resource: '1', fields: ['name', 'maxPerSecond'] },
      ...{ outcome: 'done', status: 200 },
    },
  ])
  expect(json.next).toBeNull()
})

test('it holds no values; reading, and what was refused before it began, is not in it', async () => {
  const { ask, bearer } = await startAccess()
  const push = await bearer('push')
  await ask('GET', '/services', push)
  await ask('PATCH', '/services/1', push, { name: 'secret words' })
  await ask('PATCH', '/services/1', admin, { name: 7 })
  expect((await ask('GET', '/audit-log', admin)).json.items).toEqual([])
  await ask('PATCH', '/services/1', admin, { name: 'secret words' })
  const log = await ask('GET', '/audit-log', admin)
  expect(log.json.items).toHaveLength(1)
  expect(log.text).not.toContain('secret words')
})

test('signing in and out stands in it', async () => {
  const { ask, signIn } = await startAccess()
  const { page } = await signIn('ann')
  await ask('DELETE', '/session', page)
  expect((await ask('GET', '/audit-log', admin)).json.items).toMatchObject([
    { via: 'session', who: 'ann', operation: 'signOut', status: 204 },
    { via: 'session', who: 'ann', operation: 'signIn', status: 200, fields: ['username', 'password'] },
  ])
})

test('filters and pages', async () => {
  const { ask, bearer, clock } = await startAccess()
  const token = await bearer('services')
  for (let count = 0; count < 3; count++) {
    clock.time += 1000
    await ask('PATCH', '/services/1', token, { maxPerSecond: count + 1 })
  }
  await ask('PATCH', '/services/1', admin, { maxPerSecond: null })
  const ids = async (query: string) => {
    const { json } = await ask('GET', `/audit-log?${query}`, admin)
    return [...json.items.map(({ id }: { id: number }) => id), json.next]
  }
  expect(await ids('limit=2')).toEqual([4, 3, 3])
  expect(await ids('limit=2&after=3')).toEqual([2, 1, 1])
  expect(await ids('limit=2&after=1')).toEqual([null])
  expect(await ids('who=root')).toEqual([4, null])
  expect(await ids('operation=changeService&limit=1')).toEqual([4, 4])
  expect(await ids(`since=${new Date(clock.time).toISOString()}`)).toEqual([4, 3, null])
  expect(await ask('GET', '/audit-log', token)).toMatchObject({ status: 403 })
})

test('no secret reaches the log of the process', async () => {
  let log = ''
  const { ask, signIn, bearer } = await startAccess({
    logger: createLogger('trace', {
      write: (line) => {
        log += line
      },
    }),
  })
  const { page } = await signIn()
  const token = await bearer('admin')
  const { json } = await ask('POST', '/tokens', page, { name: 'x', scopes: ['push'] })
  await ask('GET', '/services', token)
  await ask('GET', '/services', { authorization: `${token['authorization']}0` })
  expect(log).toContain('/api/v1/services')
  const secrets = [
    page['cookie']!.split('=')[1]!,
    page['x-csrf-token']!,
    token['authorization']!.slice(11, 40),
  ]
  for (const secret of [...secrets, json.secret, 'open sesame']) expect(log).not.toContain(secret)
})
