import { describe, expect, test } from 'vitest'
import { basic, createUser, startApi, type TestApi, token } from './start-api.js'

const get = (api: TestApi, headers: Record<string, string> = {}) =>
  api.call('GET', `device/${token}/${api.serviceId}/`, { headers })

/** What is told apart below: reached the API (404, there is no device), or refused. */
const reached = 404

describe('without IOS_NOTIFICATIONS_AUTHENTICATION, or with any other value, the API does not work', () => {
  test.each([undefined, '', 'AuthDoesNotExist', 'authbasic', 'AuthNone '])('%j', async (authentication) => {
    const api = await startApi({ authentication })
    await createUser(api.store)
    const answers = [
      await get(api, basic('Aladdin', 'open sesame')),
      await api.form('POST', 'device/', `token=${token}&service=${api.serviceId}`),
      await api.call('DELETE', 'device/'),
    ]
    for (const answer of answers) {
      expect(answer.status).toBe(503)
      for (const mode of ['AuthNone', 'AuthBasic', 'AuthBasicIsStaff'])
        expect(answer.json.error).toContain(mode)
    }
    expect(await api.store.devices.count({})).toBe(0)
    expect((await api.server.app.inject('/healthz')).statusCode).toBe(200)
  })
})

test('AuthNone: everybody may pass', async () => {
  const api = await startApi({ authentication: 'AuthNone' })
  expect((await get(api)).status).toBe(reached)
  expect((await get(api, { authorization: 'nonsense' })).status).toBe(reached)
})

describe('AuthBasic', () => {
  test('any active user may pass, with the password of the documentation', async () => {
    const api = await startApi({ authentication: 'AuthBasic' })
    await createUser(api.store)
    expect((await get(api, { authorization: 'Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==' })).status).toBe(reached)
    expect((await get(api, { authorization: 'bAsIC   QWxhZGRpbjpvcGVuIHNlc2FtZQ==' })).status).toBe(reached)
  })

  test.each([
    ['Authorization header not set', undefined],
    ['Invalid Authorization header, expected Basic', 'Bearer QWxhZGRpbjpvcGVuIHNlc2FtZQ=='],
    ['Invalid Authorization header, expected Basic', 'BasicQWxhZGRpbjpvcGVuIHNlc2FtZQ=='],
    ['Invalid Authorization header, expected Basic', ''],
    ['invalid base64 encoded header', 'Basic !!!!'],
    ['invalid base64 encoded header', 'Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ='],
    ['invalid base64 encoded header', 'Basic QWxhZGRpbjpv cGVuIHNlc2FtZQ=='],
    ['malformed Authorization header', `Basic ${Buffer.from('no colon').toString('base64')}`],
    ['malformed Authorization header', 'Basic '],
    ['authentication error', `Basic ${Buffer.from('Aladdin:wrong').toString('base64')}`],
    ['authentication error', `Basic ${Buffer.from('aladdin:open sesame').toString('base64')}`],
    ['authentication error', `Basic ${Buffer.from('Jafar:open sesame').toString('base64')}`],
    ['authentication error', `Basic ${Buffer.from(':').toString('base64')}`],
    ['authentication error', `Basic ${Buffer.from('Aladdin\0:open sesame').toString('base64')}`],
    ['authentication error', `Basic ${Buffer.from([0xff, 0x3a, 0xff]).toString('base64')}`],
    ['authentication error', `Basic ${Buffer.from(`Aladdin:${'x'.repeat(2000)}`).toString('base64')}`],
  ])('401 %s: %s', async (error, authorization) => {
    const api = await startApi({ authentication: 'AuthBasic' })
    await createUser(api.store)
    const answer = await get(api, authorization === undefined ? {} : { authorization })
    expect(answer.status).toBe(401)
    expect(answer.json).toEqual({ error })
    expect(answer.headers['www-authenticate']).toBe('Basic realm="ios-notifications", charset="UTF-8"')
  })

  test('an inactive user is refused', async () => {
    const api = await startApi({ authentication: 'AuthBasic' })
    await createUser(api.store, 'Aladdin', { isActive: false })
    const answer = await get(api, basic('Aladdin', 'open sesame'))
    expect([answer.status, answer.json.error]).toEqual([401, 'authentication error'])
  })

  test('who is refused registers nothing, and their body is not looked at', async () => {
    const api = await startApi({ authentication: 'AuthBasic' })
    const answer = await api.form('POST', 'device/', `token=${token}&service=${api.serviceId}&x=%ff`)
    expect(answer.status).toBe(401)
    expect(await api.store.devices.count({})).toBe(0)
    expect((await api.call('DELETE', 'device/')).status).toBe(401)
  })
})

describe('AuthBasicIsStaff', () => {
  test('staff may pass', async () => {
    const api = await startApi({ authentication: 'AuthBasicIsStaff' })
    await createUser(api.store, 'Aladdin', { isStaff: true })
    expect((await get(api, basic('Aladdin', 'open sesame'))).status).toBe(reached)
    expect((await get(api, basic('Aladdin', 'wrong'))).status).toBe(401)
  })

  test('others may not, with the same answer as for a wrong password', async () => {
    const api = await startApi({ authentication: 'AuthBasicIsStaff' })
    await createUser(api.store)
    const answer = await get(api, basic('Aladdin', 'open sesame'))
    expect(answer.status).toBe(401)
    expect(answer.json).toEqual({ error: 'authentication error' })
    expect((await get(api)).json).toEqual({ error: 'Authorization header not set' })
  })
})
