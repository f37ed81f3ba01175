import { expect, test } from 'vitest'
import { startApi, token } from '../start-api.js'

/** Devices 1 to n; every second one is an iPad. */
async function withDevices(count = 4) {
  const api = await startApi()
  const tokens = Array.from({ length: count }, (_, n) => (n + 1).toString(16).padStart(64, '0'))
  const rows = tokens.map((one, n) => ({ token: one, platform: n % 2 === 0 ? 'iPhone' : 'iPad' }))
  await api.store.devices.importMany(api.serviceId, rows, 1)
  return { ...api, tokens, notification: { service: api.serviceId, message: 'Hi' } }
}

test('a push is made, listed, held, let go and ended, by whom is written down', async () => {
  const { v1, notification } = await withDevices()
  const made = await v1('POST', '/pushes', { notification, urgency: 'urgent', maxAttempts: 2 })
  expect(made).toMatchObject({
    status: 201,
    json: {
      ...{ id: 1, state: 'queued', audienceKind: 'all', audienceSize: 4, stateBy: 'root', notification: 1 },
      ...{ payload: '{"aps":{"alert":"Hi"}}', urgency: 'urgent', maxAttempts: 2, dueAt: null, retryOf: null },
    },
  })
  expect(made.headers['location']).toBe('/api/v1/pushes/1')
  expect((await v1('GET', '/pushes/1')).json).toEqual({ ...made.json, nextAt: null })
  expect((await v1('POST', '/pushes/1/pause', { reason: 'lunch' })).json).toMatchObject({
    ...{ state: 'paused', stateReason: 'lunch', stateBy: 'root' },
  })
  expect((await v1('POST', '/pushes/1/pause')).json).toMatchObject({ state: 'paused', stateReason: 'paused' })
  expect((await v1('POST', '/pushes/1/resume')).json).toMatchObject({ state: 'queued', stateReason: null })
  expect((await v1('POST', '/pushes/1/retry')).json).toMatchObject({
    ...{ status: 409, code: 'PUSH_ERR_PUSH_STATE' },
    detail: 'push 1 is queued; it can be tried again when it has ended',
  })
  expect((await v1('POST', '/pushes/1/cancel', {})).json).toMatchObject({ state: 'cancelled', unsent: 4 })
  expect(await v1('POST', '/pushes/1/resume')).toMatchObject({
    status: 409,
    json: { code: 'PUSH_ERR_PUSH_STATE' },
  })
  expect((await v1('GET', '/pushes/1/reasons')).json).toEqual({
    items: [{ outcome: 'unsent', reason: 'NotAttempted', count: 4, isRetried: true }],
  })
  for (const [method, path] of [
    ...[['GET', '/pushes/9'] as const, ['GET', '/pushes/9/deliveries'] as const],
    ...[['GET', '/pushes/9/reasons'] as const, ['POST', '/pushes/9/pause'] as const],
    ...[['POST', '/pushes/9/cancel'] as const, ['POST', '/pushes/9/retry'] as const],
  ])
    expect(await v1(method, path)).toMatchObject({ status: 404, json: { code: 'PUSH_ERR_PUSH_NOT_FOUND' } })
})

test('lists are filtered by service and state, and may begin with the newest', async () => {
  const { v1, notification } = await withDevices()
  for (let n = 0; n < 4; n++) await v1('POST', '/pushes', { notification })
  await v1('POST', '/pushes/3/pause')
  const ids = async (query: string) =>
    (await v1('GET', `/pushes?${query}`)).json.items.map(({ id }: { id: number }) => id)
  expect(await ids('')).toEqual([1, 2, 3, 4])
  expect(await ids('order=desc&limit=2')).toEqual([4, 3])
  expect(await ids('order=desc&after=3&limit=2')).toEqual([2, 1])
  expect(await ids('state=paused')).toEqual([3])
  expect(await ids('service=1&state=queued&after=1')).toEqual([2, 4])
  expect(await ids('service=2')).toEqual([])
  expect((await v1('GET', '/pushes?limit=4')).json.next).toBe(4)
  expect(await v1('GET', '/pushes?state=odd')).toMatchObject({ status: 400, json: { field: 'state' } })
})

test('each kind of audience, and a time', async () => {
  const { v1, notification, tokens } = await withDevices()
  const push = async (body: object) => (await v1('POST', '/pushes', { notification, ...body })).json
  expect(await push({ tokens: [tokens[0], tokens[1], token] })).toMatchObject({
    ...{ audienceKind: 'tokens', audienceSize: 2, skippedUnregistered: 1 },
  })
  expect(await push({ devices: [1] })).toMatchObject({ audienceKind: 'devices', audienceSize: 1 })
  expect(await push({ where: { platform: ['iPad'] } })).toMatchObject({
    ...{ audienceKind: 'where', state: 'scheduled', audienceSize: 0 },
  })
  expect(await push({ at: '2099-01-01T00:00:00+01:00' })).toMatchObject({
    ...{ state: 'scheduled', dueAt: '2098-12-31T23:00:00.000Z', beginsAt: '2098-12-31T23:00:00.000Z' },
  })
  expect(await push({ localTime: '2099-01-01T09:00', timeZone: 'Asia/Tokyo' })).toMatchObject({
    ...{ state: 'scheduled', localTime: '2099-01-01T09:00:00' },
  })
  expect(await push({ users: [1] })).toMatchObject({ status: 400, code: 'PUSH_ERR_AUDIENCE_EMPTY' })
})

test('a dry run tells all that it would be, and writes nothing', async () => {
  const { v1, notification } = await withDevices()
  const where = { and: [{ platform: ['iPad'] }, { not: { devices: [2] } }] }
  expect(await v1('POST', '/pushes', { notification, where, dryRun: true })).toMatchObject({
    status: 200,
    json: { audienceSize: 1, chunks: 1, payload: '{"aps":{"alert":"Hi"}}', problems: [] },
  })
  const big = { ...notification, message: '€'.repeat(2000) }
  expect((await v1('POST', '/pushes', { notification: big, dryRun: true })).json.problems).toMatchObject([
    { code: 'PUSH_ERR_PAYLOAD_TOO_LARGE' },
  ])
  expect((await v1('GET', '/pushes')).json.items).toEqual([])
  expect((await v1('GET', '/notifications')).json.items).toEqual([])
})

test('a request that is repeated with its Idempotency-Key makes one push', async () => {
  const { v1, notification } = await withDevices()
  const key = { 'idempotency-key': 'order-17' }
  const first = await v1('POST', '/pushes', { notification }, key)
  const again = await v1('POST', '/pushes', { notification }, key)
  expect(again).toMatchObject({ status: 201, json: first.json })
  const other = await v1('POST', '/pushes', { notification, devices: [1] }, key)
  expect(other).toMatchObject({ status: 422, json: { code: 'PUSH_ERR_IDEMPOTENCY_KEY_REUSED' } })
  expect((await v1('GET', '/pushes')).json.items).toHaveLength(1)
})

test('deliveries are filtered by outcome and reason', async () => {
  const { v1, store, notification } = await withDevices(6)
  await v1('POST', '/pushes', { notification })
  const chunk = (await store.pushes.lease(1, 'me', 1, 10_000))!
  const rest = { status: 410, apnsId: 'abc', at: 5 }
  const one = (deviceId: number, outcome: 'accepted' | 'rejected' | 'unknown', reason: string) =>
    ({ ...rest, deviceId, outcome, reason }) as const
  await store.pushes.record({
    ...{ chunkId: chunk.id, fence: chunk.fence, position: 5, acceptedIds: [1, 5], feedback: [], at: 5 },
    ...{ counts: { accepted: 2, rejected: 2, unknown: 1, unsent: 0 }, deactivate: false },
    deliveries: [
      one(2, 'rejected', 'BadDeviceToken'),
      one(3, 'unknown', 'PUSH_ERR_APNS_TIMEOUT'),
      one(4, 'rejected', 'TooManyRequests'),
      // As in the development environment.
      one(5, 'accepted', ''),
    ],
  })
  const list = async (query: string) => {
    const { json } = await v1('GET', `/pushes/1/deliveries?${query}`)
    return [json.items.map(({ device }: { device: number }) => device), json.next]
  }
  expect((await v1('GET', '/pushes/1/deliveries?limit=1')).json.items).toEqual([
    {
      ...{
        device: 2,
        outcome: 'rejected',
        reason: 'BadDeviceToken',
        status: 410,
        apnsId: 'abc',
        apnsUniqueId: null,
      },
      at: '1970-01-01T00:00:00.005Z',
    },
  ])
  expect(await list('')).toEqual([[2, 3, 4, 5], null])
  expect(await list('outcome=accepted')).toEqual([[5], null])
  expect(await list('outcome=failed')).toEqual([[2, 3, 4], null])
  expect(await list('outcome=failed&reason=TooManyRequests')).toEqual([[4], null])
  expect(await list('outcome=rejected')).toEqual([[2, 4], null])
  expect(await list('outcome=rejected&limit=1')).toEqual([[2], 2])
  expect(await list('outcome=rejected&limit=1&after=2')).toEqual([[4], 4])
  expect(await list('reason=TooManyRequests')).toEqual([[4], null])
  expect(await list('reason=TooManyRequests&outcome=unknown')).toEqual([[], null])
  expect(await list('order=latest')).toEqual([[5, 4, 3, 2], null])
  expect(await list('order=latest&limit=2')).toEqual([[5, 4], null])
  expect(await list('order=latest&limit=2&outcome=failed')).toEqual([[4, 3], null])
  expect(await list('order=latest&outcome=rejected')).toEqual([[4, 2], null])
  expect(await list('order=latest&reason=PUSH_ERR_APNS_TIMEOUT')).toEqual([[3], null])
  expect(await v1('GET', '/pushes/1/deliveries?order=latest&after=2')).toMatchObject({
    status: 400,
    json: { field: 'after' },
  })
  expect(await v1('GET', '/pushes/9/deliveries?order=latest')).toMatchObject({ status: 404 })
})

test.each([
  [{}, 'notification'],
  [{ notification: 'one' }, 'notification'],
  [{ notification: { message: 'Hi' } }, 'notification.service'],
  [{ notification: 1, where: {} }, 'where'],
  [{ notification: 1, where: { platform: ['x'], tags: ['y'] } }, 'where'],
  [{ notification: 1, where: { color: ['red'] } }, 'where.color'],
  [{ notification: 1, where: { not: { users: ['x'] } } }, 'where.not.users[0]'],
  [{ notification: 1, tokens: ['xyz'] }, 'tokens[0]'],
  [{ notification: 1, tokens: ['ab'], devices: [1] }, 'tokens'],
  [{ notification: 1, at: 'tomorrow' }, 'at'],
  [{ notification: 1, at: '2099-01-01T00:00:00Z', localTime: '2099-01-01T00:00' }, 'localTime'],
  [{ notification: 1, timeZone: 'UTC' }, 'timeZone'],
  [{ notification: 1, chunkSize: 0 }, 'chunkSize'],
  [{ notification: 1, duplicates: 'some' }, 'duplicates'],
])('%j is refused at %s', async (body, field) => {
  const { v1, notification } = await withDevices()
  await v1('POST', '/notifications', notification)
  expect(await v1('POST', '/pushes', body)).toMatchObject({ status: 400, json: { field } })
  expect((await v1('GET', '/pushes')).json.items).toEqual([])
})

test('a notification or a service that does not exist', async () => {
  const { v1 } = await withDevices()
  expect(await v1('POST', '/pushes', { notification: 9 })).toMatchObject({
    status: 404,
    json: { code: 'PUSH_ERR_NOTIFICATION_NOT_FOUND' },
  })
  expect(await v1('POST', '/pushes', { notification: { service: 9, message: 'Hi' } })).toMatchObject({
    status: 404,
    json: { code: 'PUSH_ERR_SERVICE_NOT_FOUND' },
  })
})
