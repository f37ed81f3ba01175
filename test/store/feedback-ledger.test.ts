import { expect, test } from 'vitest'
import { acceptedPage, addDevices, addService, describeStore, planPush, tokenOf } from './describe-store.js'

describeStore('the feedback ledger', (context) => {
  /** A push whose two devices are dead. */
  async function deadPush(name: string, deactivate: boolean) {
    const { store } = context
    const service = await addService(store, { name })
    await addDevices(store, service, 2)
    const [first, second] = (await store.devices.list({ serviceId: service.id })).devices
    const { id } = await planPush(store, service)
    const chunk = (await store.pushes.lease(id, 'me', 5000, 9000))!
    const counts = { accepted: 0, rejected: 2, unknown: 0, unsent: 0 }
    const feedback = [first!, second!].map(({ id: deviceId, token }, index) => ({
      ...{ deviceId, token, reason: 'Unregistered', timestamp: [900, 2000][index]! },
    }))
    const page = { ...acceptedPage([]), position: chunk.lastDeviceId, counts, feedback, deactivate }
    await store.pushes.record({ chunkId: chunk.id, fence: chunk.fence, ...page })
    return service
  }

  test.each([
    [true, [null, 6000]],
    [false, [null, null]],
  ])('every 410 is written; applied at once: %s', async (deactivate, appliedAt) => {
    await deadPush('production', deactivate)
    expect(await context.store.feedback.list()).toEqual(
      [900, 2000].map((timestamp, index) => ({
        ...{ id: index + 1, serviceId: 1, deviceId: index + 1, token: tokenOf(index + 1) },
        ...{
          reason: 'Unregistered',
          timestamp,
          receivedAt: 6000,
          appliedAt: appliedAt[index],
          undoneAt: null,
        },
      })),
    )
  })

  test('is read by id, from where one left off', async () => {
    const { store } = context
    const { id: serviceId } = await deadPush('a', false)
    await deadPush('b', false)
    const ids = async (page: object) => (await store.feedback.list(page)).map(({ id }) => id)
    expect(await ids({})).toEqual([1, 2, 3, 4])
    expect(await ids({ after: 1, limit: 2 })).toEqual([2, 3])
    expect(await ids({ after: 1, serviceId })).toEqual([2])
    expect(await ids({ after: 4 })).toEqual([])
    expect(await ids({ order: 'desc', serviceId })).toEqual([2, 1])
    expect(await ids({ order: 'desc', after: 3, limit: 1 })).toEqual([2])
  })
})
