import { expect, test } from 'vitest'
import type { Push, Service } from '../../src/model/index.js'
import { addDevices, addService, describeStore, planPush, tokenOf } from './describe-store.js'

describeStore('a deactivation that is taken back', (context) => {
  /** Records a 410 for some devices of a push, at time 6000. */
  async function dead(push: Push, deviceIds: readonly number[], deactivate = true) {
    const { store } = context
    const chunk = (await store.pushes.lease(push.id, 'me', 6000, 9000))!
    const refused = deviceIds.map((deviceId) => ({ deviceId, reason: 'Unregistered' }))
    await store.pushes.record({
      ...{ chunkId: chunk.id, fence: chunk.fence, position: chunk.lastDeviceId, acceptedIds: [], at: 6000 },
      counts: { accepted: chunk.size - refused.length, rejected: refused.length, unknown: 0, unsent: 0 },
      deliveries: refused.map((one) => ({
        ...{ ...one, outcome: 'rejected' as const, status: 410, apnsId: null, at: 6000 },
      })),
      feedback: refused.map((one) => ({ ...one, token: tokenOf(one.deviceId), timestamp: 5500 })),
      deactivate,
    })
    await store.pushes.finishChunk(chunk.id, chunk.fence, 6000)
    await store.pushes.finish(push.id, 'done', null, 6000)
  }

  async function activity(service: Service) {
    const { devices } = await context.store.devices.list({ serviceId: service.id })
    return devices.map(({ isActive, deactivationReason }) => (isActive ? 'active' : deactivationReason))
  }

  test('of a push: only what it has deactivated and nobody else; the time of registration stays', async () => {
    const { store } = context
    const service = await addService(store)
    await addDevices(store, service, 6)
    await store.devices.deactivate([1], 2000)
    const push = await planPush(store, service)
    // Number 2 was found dead; 3 too, and came back; 4 too, came back and was switched off by a person.
    await dead(push, [2, 3, 4])
    await store.devices.register({ token: tokenOf(3), serviceId: service.id, at: 7000 })
    await store.devices.register({ token: tokenOf(4), serviceId: service.id, at: 7000 })
    expect(await store.devices.deactivate([4, 5, 5, 99], 8000)).toBe(2)
    expect(await store.devices.deactivatedBy(push.id)).toEqual([{ id: 2, token: tokenOf(2) }])
    expect(await store.devices.reactivate([2, 6], 9000)).toBe(1)
    expect(await activity(service)).toEqual([
      'operator',
      'active',
      'active',
      'operator',
      'operator',
      'active',
    ])
    expect((await store.devices.get(2))!).toMatchObject({ registeredAt: 1000, deactivatedAt: null })
    expect((await store.feedback.list()).map(({ undoneAt }) => undoneAt)).toEqual([9000, null, null])
    expect(await store.devices.deactivatedBy(push.id)).toEqual([])
  })

  test('is not applied again by the feedback service, nor is what came in beside it', async () => {
    const { store } = context
    const service = await addService(store, { feedback: 'deferred' })
    await addDevices(store, service, 3)
    const push = await planPush(store, service)
    const other = await planPush(store, service)
    await dead(push, [1, 2], false)
    expect(await store.feedbackServices.applyFeedback(service.id, 7000)).toBe(2)
    // The answer of a push that was under way meanwhile.
    await dead(other, [1], false)
    expect(await store.devices.deactivatedBy(push.id)).toEqual(
      [1, 2].map((id) => ({ id, token: tokenOf(id) })),
    )
    expect(await store.devices.reactivate([1], 8000)).toBe(1)
    expect(await store.feedbackServices.applyFeedback(service.id, 9000)).toBe(0)
    expect(await activity(service)).toEqual(['active', 'Unregistered', 'active'])
    const later = await planPush(store, service, { at: 9500 })
    await dead(later, [1], false)
    expect(await store.feedbackServices.applyFeedback(service.id, 9600)).toBe(1)
  })

  test('devices by page, tokens to ids, and a push that does not exist', async () => {
    const { store } = context
    const service = await addService(store)
    await addDevices(store, service, 5)
    const push = await planPush(store, service)
    await dead(push, [1, 2, 4, 5])
    const page = await store.devices.deactivatedBy(push.id, { after: 1, limit: 2 })
    expect(page.map(({ id }) => id)).toEqual([2, 4])
    expect(await store.devices.idsOf(service.id, [tokenOf(5), tokenOf(3), tokenOf(77)])).toEqual([3, 5])
    expect(await store.devices.idsOf(service.id, [])).toEqual([])
    await expect(store.devices.deactivatedBy(9)).rejects.toMatchObject({ code: 'PUSH_ERR_PUSH_NOT_FOUND' })
  })
})
