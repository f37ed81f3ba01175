import { expect, test } from 'vitest'
import type { PageRecord } from '../../src/store/index.js'
import { acceptedPage, addDevices, addService, describeStore, planPush, tokenOf } from './describe-store.js'

describeStore('recording a page', (context) => {
  async function leased({ feedback = 'immediate' as const, devices = 4 } = {}) {
    const { store } = context
    const service = await addService(store, { feedback })
    await addDevices(store, service, devices)
    const { id: notificationId } = await store.notifications.create({ serviceId: service.id }, 1)
    const push = await planPush(store, service, { notificationId })
    const chunk = (await store.pushes.lease(push.id, 'me', 5000, 9000))!
    return { push, chunk, notificationId, key: { chunkId: chunk.id, fence: chunk.fence } }
  }

  const rejected = (deviceId: number, reason = 'Unregistered') => ({
    ...{ deviceId, outcome: 'rejected' as const, reason, status: 410, apnsId: `id-${deviceId}`, at: 6000 },
  })
  const dead = (deviceId: number, timestamp: number) => ({
    ...{ deviceId, token: tokenOf(deviceId), reason: 'Unregistered', timestamp },
  })

  test('moves position and counters of chunk and push, and says who was notified when', async () => {
    const { store } = context
    const { push, key, notificationId } = await leased()
    expect(await store.pushes.record({ ...key, ...acceptedPage([1, 3], 6000) })).toEqual({ deactivated: [] })
    const counts = { accepted: 0, rejected: 0, unknown: 1, unsent: 1 }
    expect(await store.pushes.record({ ...key, ...acceptedPage([], 7000), position: 4, counts })).toBeTruthy()
    expect(await store.pushes.get(push.id)).toMatchObject({ accepted: 2, rejected: 0, unknown: 1, unsent: 1 })
    const notified = (await store.devices.list({})).devices.map(({ lastNotifiedAt }) => lastNotifiedAt)
    expect(notified).toEqual([6000, null, 6000, null])
    expect(await store.notifications.get(notificationId)).toMatchObject({ lastSentAt: 7000 })
    expect(await store.pushes.lease(push.id, 'other', 9000, 9999)).toMatchObject({
      position: 4,
      accepted: 2,
      unsent: 1,
    })
  })

  test('a notification of which nothing has left was not sent', async () => {
    const { store } = context
    const { key, notificationId } = await leased()
    const counts = { accepted: 0, rejected: 0, unknown: 0, unsent: 4 }
    await store.pushes.record({ ...key, ...acceptedPage([]), position: 4, counts })
    expect(await store.notifications.get(notificationId)).toMatchObject({ lastSentAt: null })
  })

  test('keeps a row for each device that did not accept', async () => {
    const { store } = context
    const { push, key } = await leased()
    const lost = {
      deviceId: 4,
      outcome: 'unknown',
      reason: 'PUSH_ERR_APNS_TIMEOUT',
      status: null,
      apnsId: null,
      at: 6000,
    } as const
    await store.pushes.record({
      ...{ ...key, ...acceptedPage([2]), position: 4 },
      counts: { accepted: 1, rejected: 2, unknown: 1, unsent: 0 },
      deliveries: [rejected(1), rejected(3), lost],
    })
    expect(await store.pushes.reasons(push.id)).toEqual([
      { outcome: 'rejected', reason: 'Unregistered', count: 2 },
      { outcome: 'unknown', reason: 'PUSH_ERR_APNS_TIMEOUT', count: 1 },
    ])
    const rows = [rejected(1), rejected(3), lost].map((row) => ({
      ...row,
      pushId: push.id,
      apnsUniqueId: null,
    }))
    expect(await store.pushes.deliveries(push.id)).toEqual(rows)
    expect(await store.pushes.deliveries(push.id, { after: 1, limit: 1 })).toEqual([rows[1]])
  })

  test('a 410 deactivates, unless the app registered after its timestamp', async () => {
    const { store } = context
    const { key } = await leased()
    const record: PageRecord = {
      ...{
        ...key,
        ...acceptedPage([]),
        position: 4,
        counts: { accepted: 0, rejected: 3, unknown: 0, unsent: 0 },
      },
      deliveries: [rejected(1), rejected(2), rejected(3)],
      // They registered at 1000.
      feedback: [dead(1, 999), dead(2, 1000), dead(3, 4000)],
    }
    expect(await store.pushes.record(record)).toEqual({ deactivated: [2, 3] })
    expect((await store.devices.list({})).devices).toMatchObject([
      { isActive: true, deactivatedAt: null },
      { isActive: false, deactivatedAt: 6000, deactivationReason: 'Unregistered' },
      { isActive: false },
      { isActive: true },
    ])
  })

  test('an imported device has no registration that a 410 could be older than', async () => {
    const { store } = context
    const service = await addService(store)
    await store.devices.importMany(service.id, [{ token: tokenOf(1) }], 1000)
    const push = await planPush(store, service)
    const { id: chunkId, fence } = (await store.pushes.lease(push.id, 'me', 5000, 9000))!
    const counts = { accepted: 0, rejected: 1, unknown: 0, unsent: 0 }
    const page = {
      ...acceptedPage([]),
      position: 1,
      counts,
      deliveries: [rejected(1)],
      feedback: [dead(1, 500)],
    }
    expect(await store.pushes.record({ chunkId, fence, ...page })).toEqual({ deactivated: [1] })
  })

  test('deferred feedback deactivates nobody', async () => {
    const { store } = context
    const { key } = await leased()
    const counts = { accepted: 0, rejected: 1, unknown: 0, unsent: 0 }
    const page = { ...acceptedPage([]), position: 1, counts, feedback: [dead(1, 4000)], deactivate: false }
    expect(await store.pushes.record({ ...key, ...page })).toEqual({ deactivated: [] })
    expect(await store.devices.count({ isActive: true })).toBe(4)
  })

  test('is written whole or not at all', async () => {
    const { store } = context
    const { push, key } = await leased()
    const broken = { ...rejected(1), reason: null as unknown as string }
    const counts = { accepted: 1, rejected: 1, unknown: 0, unsent: 0 }
    const page = { ...acceptedPage([2]), counts, deliveries: [broken] }
    await expect(store.pushes.record({ ...key, ...page })).rejects.toThrow(/NOT NULL|not-null/)
    expect(await store.pushes.get(push.id)).toMatchObject({ accepted: 0, rejected: 0 })
    expect(await store.devices.get(2)).toMatchObject({ lastNotifiedAt: null })
  })

  test('a reason that waits for the end of the push deactivates then, but not who registered since', async () => {
    const { store } = context
    const { push, key } = await leased()
    await store.pushes.record({
      ...{ ...key, ...acceptedPage([4]), position: 4 },
      counts: { accepted: 1, rejected: 3, unknown: 0, unsent: 0 },
      deliveries: [rejected(1, 'BadDeviceToken'), rejected(2, 'BadDeviceToken'), rejected(3, 'Other')],
    })
    await store.devices.register({ token: tokenOf(2), serviceId: 1, at: push.createdAt + 1 })
    const reasons = ['BadDeviceToken', 'DeviceTokenNotForTopic']
    // Not yet: a chunk is open.
    expect(await store.pushes.conclude(push.id, null, 7000, reasons)).toBeUndefined()
    expect(await store.devices.count({ isActive: true })).toBe(4)
    await store.pushes.finishChunk(key.chunkId, key.fence, 7500)
    expect(await store.pushes.conclude(push.id, 'why', 8000, reasons)).toEqual({ deactivated: [1] })
    expect(await store.pushes.get(push.id)).toMatchObject({ state: 'done', stateReason: 'why' })
    expect(await store.devices.get(1)).toMatchObject({
      ...{ isActive: false, deactivatedAt: 8000, deactivationReason: 'BadDeviceToken' },
    })
    expect(await store.devices.count({ isActive: true })).toBe(3)
    expect(await store.pushes.conclude(push.id, null, 9000, reasons)).toEqual({ deactivated: [] })
    await expect(store.pushes.conclude(9, null, 1, reasons)).rejects.toMatchObject({
      code: 'PUSH_ERR_PUSH_NOT_FOUND',
    })
  })

  test.each([
    ['nobody accepted', 0, ['BadDeviceToken']],
    ['no reason convicts', 1, []],
  ] as const)('the end of a push deactivates nobody where %s', async (_why, accepted, reasons) => {
    const { store } = context
    const { push, key } = await leased()
    await store.pushes.record({
      ...{ ...key, ...acceptedPage(accepted ? [4] : []), position: 4 },
      counts: { accepted, rejected: 1, unknown: 0, unsent: 3 - accepted },
      deliveries: [rejected(1, 'BadDeviceToken')],
    })
    await store.pushes.finishChunk(key.chunkId, key.fence, 7500)
    expect(await store.pushes.conclude(push.id, null, 8000, reasons)).toEqual({ deactivated: [] })
    expect(await store.devices.count({ isActive: true })).toBe(4)
  })
})
