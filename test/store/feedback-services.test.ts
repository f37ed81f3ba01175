import { expect, test } from 'vitest'
import { addDevices, addService, describeStore, planPush, tokenOf } from './describe-store.js'

const uuid = '3f2c1f3e-8f5b-4c3e-9b69-2f8f3d0c1a77'

describeStore('feedback services', (context) => {
  test('are unique by name and host, and belong to an APN service that exists', async () => {
    const { store } = context
    const service = await addService(store)
    const input = { name: 'production', hostname: 'feedback.push.apple.com', serviceId: service.id }
    const added = await store.feedbackServices.create(input)
    expect(added).toEqual({ id: 1, ...input })
    expect(await store.feedbackServices.get(1)).toEqual(added)
    await expect(store.feedbackServices.create(input)).rejects.toMatchObject({
      code: 'PUSH_ERR_FEEDBACK_SERVICE_EXISTS',
    })
    const other = { ...input, hostname: 'feedback.sandbox.push.apple.com' }
    expect(await store.feedbackServices.create(other)).toEqual({ id: 2, ...other })
    await expect(store.feedbackServices.create({ ...input, name: 'x', serviceId: 99 })).rejects.toMatchObject(
      {
        code: 'PUSH_ERR_SERVICE_NOT_FOUND',
      },
    )
    expect(await store.feedbackServices.list()).toHaveLength(2)
    await expect(store.services.remove(service.id)).rejects.toMatchObject({ code: 'PUSH_ERR_SERVICE_IN_USE' })
    await store.services.remove(service.id, { cascade: true })
    expect(await store.feedbackServices.list()).toEqual([])
  })

  test('what was collected is applied once, but not to devices that registered after the timestamp', async () => {
    const { store } = context
    const service = await addService(store, { feedback: 'deferred' })
    const stranger = await addService(store, { name: 'other', feedback: 'deferred' })
    await addDevices(store, service, 4, 1000)
    const push = await store.pushes.plan({
      ...{ uuid, serviceId: service.id, notificationId: null, payload: '{}', pushType: 'alert' },
      ...{ topic: 'com.example.app', priority: null, expiration: null, collapseId: null },
      ...{ audience: { kind: 'all' }, chunkSize: 10, at: 2000 },
    })
    const chunk = (await store.pushes.lease(push.id, 'me', 2000, 9000))!
    const dead = (deviceId: number, timestamp: number, reason = 'Unregistered') => ({
      ...{ deviceId, token: tokenOf(deviceId), reason, timestamp },
    })
    await store.pushes.record({
      ...{ chunkId: chunk.id, fence: chunk.fence, position: 4, acceptedIds: [4], deliveries: [], at: 3000 },
      counts: { accepted: 1, rejected: 3, unknown: 0, unsent: 0 },
      // One that registered after Apple's word, one at the very moment, one that stands there twice.
      feedback: [dead(1, 999), dead(2, 1000), dead(3, 1500, 'ExpiredToken'), dead(3, 1600)],
      deactivate: false,
    })
    expect(await store.feedbackServices.applyFeedback(stranger.id, 5000)).toBe(0)
    expect(await store.feedbackServices.applyFeedback(service.id, 5000)).toBe(2)
    const states = await Promise.all([1, 2, 3, 4].map((id) => store.devices.get(id)))
    expect(
      states.map((device) => [device!.isActive, device!.deactivatedAt, device!.deactivationReason]),
    ).toEqual([
      [true, null, null],
      [false, 5000, 'Unregistered'],
      [false, 5000, 'ExpiredToken'],
      [true, null, null],
    ])
    // Who comes back stays: the news is used up.
    await store.devices.register({ token: tokenOf(2), serviceId: service.id, at: 900 })
    expect(await store.feedbackServices.applyFeedback(service.id, 6000)).toBe(0)
    expect((await store.devices.get(2))!.isActive).toBe(true)
  })

  test('it is applied a page at a time: the sum is of all, and a device that stands there twice counts once', async () => {
    const { store } = context
    const service = await addService(store, { feedback: 'deferred' })
    const total = 2500
    const rows = Array.from({ length: total }, (_, index) => ({ token: tokenOf(index + 1) }))
    await store.devices.importMany(service.id, rows, 1000)
    const push = await planPush(store, service, { chunkSize: total })
    const chunk = (await store.pushes.lease(push.id, 'me', 2000, 9000))!
    const feedback = Array.from({ length: total }, (_, index) => ({
      ...{ deviceId: index + 1, token: tokenOf(index + 1), timestamp: 1500 },
      reason: index % 2 === 0 ? 'Unregistered' : 'ExpiredToken',
    }))
    // Again at the end, and one that has come back.
    feedback.push({ ...feedback[0]!, reason: 'ExpiredToken', timestamp: 1600 })
    await store.devices.register({ token: tokenOf(2000), serviceId: service.id, at: 1501 })
    await store.pushes.record({
      ...{
        chunkId: chunk.id,
        fence: chunk.fence,
        position: total,
        acceptedIds: [],
        deliveries: [],
        at: 3000,
      },
      ...{ counts: { accepted: 0, rejected: total, unknown: 0, unsent: 0 }, feedback, deactivate: false },
    })
    expect(await store.feedbackServices.applyFeedback(service.id, 5000)).toBe(total - 1)
    const { devices: active } = await store.devices.list({ serviceId: service.id, isActive: true })
    expect(active.map(({ id }) => id)).toEqual([2000])
    const reasons = await Promise.all([1, 2, 2500].map((id) => store.devices.get(id)))
    expect(reasons.map((device) => device?.deactivationReason)).toEqual([
      'Unregistered',
      'ExpiredToken',
      'ExpiredToken',
    ])
    // Both entries are used up, in whichever page they were.
    await store.devices.update(1, { isActive: true }, 6000)
    expect(await store.feedbackServices.applyFeedback(service.id, 7000)).toBe(0)
  })
})
