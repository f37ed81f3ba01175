import { expect, test } from 'vitest'
import { startApi } from '../start-api.js'

test('the ledger is read by id, and entries are taken back', async () => {
  const { v1, store, serviceId, clock } = await startApi()
  const tokens = ['aa', 'bb', 'cc']
  await store.devices.importMany(
    serviceId,
    tokens.map((token) => ({ token })),
    1,
  )
  await v1('POST', '/pushes', { notification: { service: serviceId, message: 'Hi' } })
  const chunk = (await store.pushes.lease(1, 'me', 1, 10_000))!
  const dead = { reason: 'Unregistered', timestamp: 1000 }
  await store.pushes.record({
    ...{
      chunkId: chunk.id,
      fence: chunk.fence,
      position: 3,
      acceptedIds: [],
      deliveries: [],
      at: clock.time,
    },
    ...{ counts: { accepted: 0, rejected: 3, unknown: 0, unsent: 0 }, deactivate: true },
    feedback: tokens.map((token, n) => ({ deviceId: n + 1, token, ...dead })),
  })
  const list = await v1('GET', '/feedback?limit=2')
  expect(list.json).toMatchObject({
    items: [
      {
        ...{ id: 1, service: serviceId, device: 1, token: 'aa', reason: 'Unregistered', undoneAt: null },
        ...{ timestamp: '1970-01-01T00:00:01.000Z', appliedAt: new Date(clock.time).toISOString() },
      },
      { id: 2 },
    ],
    next: 2,
  })
  expect((await v1('GET', `/feedback?after=2&service=${serviceId}`)).json.items).toMatchObject([{ id: 3 }])
  expect(await v1('POST', '/feedback/undo', { entries: [1, 99] })).toMatchObject({
    status: 400,
    json: { field: 'entries[1]', detail: 'entries[1]: the ledger has no entry with id 99' },
  })
  expect((await v1('POST', '/feedback/undo', { entries: [1, 3] })).json).toEqual({ devices: 2 })
  expect((await v1('POST', '/feedback/undo', { entries: [1, 3] })).json).toEqual({ devices: 0 })
  const [first, second] = (await v1('GET', '/feedback')).json.items
  expect([first.undoneAt, second.undoneAt]).toEqual([new Date(clock.time).toISOString(), null])
  expect((await store.devices.get(1))?.isActive).toBe(true)
  expect((await store.devices.get(2))?.isActive).toBe(false)
})
