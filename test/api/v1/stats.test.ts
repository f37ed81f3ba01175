import { expect, test } from 'vitest'
import { startApi, startTime } from '../start-api.js'

test('stats tell each day of each service', async () => {
  const { v1, store, register, serviceId, clock } = await startApi()
  await register('aa')
  await register('bb')
  await v1('POST', '/pushes', { notification: { service: serviceId, message: 'Hi' } })
  const chunk = (await store.pushes.lease(1, 'me', 1, 10_000))!
  const rest = { status: 400, apnsId: null, at: 5 }
  const at = Date.parse('2026-11-20T12:00:00Z')
  await store.pushes.record({
    ...{ chunkId: chunk.id, fence: chunk.fence, position: 2, acceptedIds: [1], feedback: [], at },
    ...{ counts: { accepted: 1, rejected: 1, unknown: 0, unsent: 0 }, deactivate: false },
    deliveries: [{ ...rest, deviceId: 2, outcome: 'rejected', reason: 'BadDeviceToken' }],
  })
  await store.stats.noteActive(serviceId, at, 2)
  const day = {
    ...{ service: serviceId, day: '2026-11-20', accepted: 1, rejected: 1, unknown: 0, unsent: 0 },
    ...{ reasons: [{ reason: 'BadDeviceToken', count: 1 }], activeDevices: 2 },
  }
  expect((await v1('GET', '/stats')).json).toEqual({ items: [day] })
  expect((await v1('GET', `/stats?service=${serviceId}&from=2026-11-20&to=2026-11-20`)).json.items).toEqual([
    day,
  ])
  expect((await v1('GET', '/stats?from=2026-11-21')).json).toEqual({ items: [] })
  clock.time = at + 59 * 60_000
  const minute = {
    service: serviceId,
    minute: '2026-11-20T12:00:00.000Z',
    accepted: 1,
    rejected: 1,
    unknown: 0,
    unsent: 0,
  }
  expect((await v1('GET', '/stats/minutes')).json).toEqual({ items: [minute] })
  expect((await v1('GET', `/stats/minutes?service=${serviceId}&minutes=60`)).json.items).toEqual([minute])
  expect((await v1('GET', '/stats/minutes?minutes=59')).json).toEqual({ items: [] })
  expect(await v1('GET', '/stats/minutes?minutes=1441')).toMatchObject({
    status: 400,
    json: { field: 'minutes' },
  })
  clock.time = startTime
  for (const [query, field] of [
    ...[
      ['from=x', 'from'],
      ['to=2026-13-01', 'to'],
      ['from=2000-01-01', 'from'],
      ['day=1', 'day'],
    ],
  ])
    expect(await v1('GET', `/stats?${query}`)).toMatchObject({ status: 400, json: { field } })
})
