import { expect, test } from 'vitest'
import { startApi, startTime } from '../start-api.js'

const details = {
  ...{ platform: 'iPhone', display: '480x320', osVersion: '17.4', appVersion: '2.1' },
  ...{ locale: 'de-AT', timeZone: 'Europe/Vienna', tags: ['beta', 'pro'] },
  attributes: { plan: 'pro', level: 3 },
  pushToStartTokens: [{ attributesType: 'Ride', token: 'abcd' }],
  liveActivities: [{ activityId: 'A1', token: 'ef01' }],
}

test('a device is registered with all that its app says, and once more, which changes only what is said', async () => {
  const { v1, serviceId } = await startApi()
  const made = await v1('POST', '/devices', { token: '<AB CD>', service: serviceId, ...details })
  expect(made).toMatchObject({
    status: 201,
    json: { id: 1, token: 'abcd', service: serviceId, isActive: true, users: [], ...details },
  })
  expect(made.json.registeredAt).toBe(made.json.addedAt)
  expect(made.headers['location']).toBe('/api/v1/devices/1')
  const again = await v1('POST', '/devices', { token: 'abcd', service: serviceId, locale: 'de_CH', tags: [] })
  expect(again).toMatchObject({ status: 200, json: { ...details, locale: 'de-CH', tags: [] } })
  expect((await v1('GET', '/devices/1')).json).toEqual(again.json)
  expect(await v1('POST', '/devices', { token: 'abcd', service: 99 })).toMatchObject({
    status: 404,
    json: { code: 'PUSH_ERR_SERVICE_NOT_FOUND' },
  })
})

test('bad input is told field by field, and nothing is written', async () => {
  const { v1, serviceId } = await startApi()
  const refused = async (body: object) => {
    const answer = await v1('POST', '/devices', { token: 'abcd', service: serviceId, ...body })
    expect(answer.status).toBe(400)
    return answer.json.detail as string
  }
  expect(await refused({ token: 'xyz' })).toMatch(/^token: "xyz" is not hexadecimal/)
  expect(await refused({ locale: 'not a locale' })).toMatch(/^locale: /)
  expect(await refused({ timeZone: 'Mars' })).toMatch(/^timeZone: /)
  expect(await refused({ tags: ['two words'] })).toMatch(/^tags: /)
  expect(await refused({ tags: Array.from({ length: 101 }, (_, n) => `t${n}`) })).toMatch(/^tags: .*100/)
  expect(await refused({ attributes: { text: 'x'.repeat(4096) } })).toMatch(/^attributes: .*4096/)
  expect(await refused({ attributes: [] })).toMatch(/^attributes: /)
  expect(await refused({ platform: 'x'.repeat(31) })).toMatch(/^platform: /)
  expect(await refused({ platform: '\ud800' })).toMatch(/^platform: /)
  expect(await refused({ liveActivities: [{ activityId: 'a', token: 'x' }] })).toMatch(
    /^liveActivities\[0\]\.token: /,
  )
  const twice = [
    { attributesType: 'a', token: 'ab' },
    { attributesType: 'a', token: 'cd' },
  ]
  expect(await refused({ pushToStartTokens: twice })).toMatch(/^pushToStartTokens\[1\]\.attributesType: /)
  expect(await refused({ colour: 'red' })).toMatch(/^colour: there is no such field/)
  expect((await v1('GET', '/devices/count')).json).toEqual({ count: 0 })
})

test('a device is changed and removed, unless somebody else was quicker', async () => {
  const { v1, serviceId } = await startApi()
  await v1('POST', '/devices', { token: 'abcd', service: serviceId })
  const { headers } = await v1('GET', '/devices/1')
  const match = { 'if-match': String(headers['etag']) }
  const changed = await v1('PATCH', '/devices/1', { ...details, isActive: false }, match)
  expect(changed).toMatchObject({
    status: 200,
    json: { ...details, isActive: false, deactivationReason: 'operator' },
  })
  for (const [method, body] of [
    ['PATCH', { platform: 'x' }],
    ['DELETE', undefined],
  ] as const)
    expect(await v1(method, '/devices/1', body, match)).toMatchObject({
      status: 412,
      json: { code: 'PUSH_ERR_PRECONDITION_FAILED' },
    })
  expect((await v1('GET', '/devices/1')).json).toEqual(changed.json)
  expect(await v1('PATCH', '/devices/1', { users: [7] })).toMatchObject({
    status: 404,
    json: { code: 'PUSH_ERR_USER_NOT_FOUND' },
  })
  expect(await v1('PATCH', '/devices/1', {})).toMatchObject({ status: 400 })
  expect(await v1('DELETE', '/devices/1')).toMatchObject({ status: 204 })
  for (const [method, path] of [
    ['GET', '/devices/1'],
    ['DELETE', '/devices/1'],
    ['POST', '/devices/1/deactivate'],
  ] as const)
    expect(await v1(method, path)).toMatchObject({ status: 404, json: { code: 'PUSH_ERR_DEVICE_NOT_FOUND' } })
  expect(await v1('PATCH', '/devices/1', { platform: 'x' })).toMatchObject({ status: 404 })
})

test('lists are filtered by every field, and go on page by page', async () => {
  const { v1, serviceId, clock } = await startApi()
  const { json: user } = await v1('POST', '/users', { username: 'ann' })
  for (const [token, more] of [
    ['aaaa01', { osVersion: '17.2', tags: ['a'] }],
    ['aaaa02', { osVersion: '17.10', locale: 'de-AT', platform: 'iPad' }],
    ['bbbb03', { osVersion: '9.1', locale: 'de', timeZone: 'Europe/Vienna', appVersion: '2' }],
  ] as const) {
    await v1('POST', '/devices', { token, service: serviceId, ...more })
    clock.time += 60_000
  }
  await v1('PATCH', '/devices/3', { users: [user.id], isActive: false })
  const ids = async (query: string) => {
    const { status, json } = await v1('GET', `/devices?${query}`)
    expect(status).toBe(200)
    expect((await v1('GET', `/devices/count?${query}`)).json).toEqual({ count: json.items.length })
    return json.items.map(({ id }: { id: number }) => id)
  }
  const second = new Date(clock.time - 120_000).toISOString()
  expect(await ids('')).toEqual([1, 2, 3])
  expect(await ids('tokenPrefix=AAAA')).toEqual([1, 2])
  expect(await ids('token=aaaa02')).toEqual([2])
  expect(await ids('tag=a')).toEqual([1])
  expect(await ids(`user=${user.id}`)).toEqual([3])
  expect(await ids('isActive=true&platform=iPad')).toEqual([2])
  expect(await ids('platformContains=pad')).toEqual([2])
  expect(await ids('isActive=false')).toEqual([3])
  expect(await ids('osVersionFrom=10&osVersionTo=17.9')).toEqual([1])
  expect(await ids('osVersion=17.10')).toEqual([2])
  expect(await ids('appVersion=2')).toEqual([3])
  expect(await ids('locale=de')).toEqual([2, 3])
  expect(await ids('timeZone=europe/vienna')).toEqual([3])
  expect(await ids('deactivationReason=operator')).toEqual([3])
  expect(await ids(`registeredSince=${second}`)).toEqual([2, 3])
  expect(await ids(`addedBefore=${second}`)).toEqual([1])
  expect(await ids(`deactivatedSince=${second}`)).toEqual([3])
  expect(await ids('service=99')).toEqual([])
  const first = (await v1('GET', '/devices?limit=2')).json
  expect(first.next).toBe(2)
  const rest = (await v1('GET', `/devices?limit=2&after=${first.next}`)).json
  expect(rest).toMatchObject({ items: [{ id: 3 }], next: null })
  for (const query of ['tokenPrefix=abc', 'isActive=yes', 'registeredSince=yesterday', 'osVersionFrom=new'])
    expect(await v1('GET', `/devices?${query}`)).toMatchObject({ status: 400 })
})

test('devices are switched off and on, one and many', async () => {
  const { v1, serviceId } = await startApi()
  for (const token of ['ab01', 'ab02', 'ab03']) await v1('POST', '/devices', { token, service: serviceId })
  expect((await v1('POST', '/devices/1/deactivate')).json).toMatchObject({ id: 1, isActive: false })
  const tokens = { service: serviceId, tokens: ['ab01', 'ab02', 'ab09'] }
  expect((await v1('POST', '/devices/deactivate', { ...tokens, dryRun: true })).json).toEqual({
    devices: 1,
    unregistered: 1,
  })
  expect((await v1('POST', '/devices/deactivate', tokens)).json).toEqual({ devices: 1, unregistered: 1 })
  expect((await v1('POST', '/devices/reactivate', { devices: [1, 2, 3] })).json).toEqual({
    devices: 2,
    unregistered: 0,
  })
  expect((await v1('POST', '/devices/1/reactivate')).json).toMatchObject({ isActive: true })
  for (const body of [{}, { service: 1 }, { devices: [1], service: 1 }, { devices: [1], push: 1 }])
    expect(await v1('POST', '/devices/reactivate', body)).toMatchObject({ status: 400 })
  expect(await v1('POST', '/devices/reactivate', { push: 9 })).toMatchObject({
    status: 404,
    json: { code: 'PUSH_ERR_PUSH_NOT_FOUND' },
  })
})

test('the timeline of a device is told in pages', async () => {
  const { v1, serviceId } = await startApi()
  await v1('POST', '/devices', { token: 'ab01', service: serviceId })
  await v1('POST', '/devices/1/deactivate')
  const first = await v1('GET', '/devices/1/timeline?limit=1')
  expect(first).toMatchObject({
    status: 200,
    json: { items: [{ kind: 'deactivated', reason: 'operator' }], next: expect.any(String) },
  })
  expect((await v1('GET', `/devices/1/timeline?after=${first.json.next}`)).json).toEqual({
    items: [{ kind: 'added', at: new Date(startTime).toISOString() }],
    next: null,
  })
  expect(await v1('GET', '/devices/1/timeline?after=7')).toMatchObject({ status: 400 })
  expect(await v1('GET', '/devices/9/timeline')).toMatchObject({ status: 404 })
})
