import { expect, test } from 'vitest'
import { acceptedPage, addDevices, addService, describeStore, planPush } from './describe-store.js'

describeStore('the latest deliveries of a push', (context) => {
  /** Two pushes to the same devices, and ways to have devices of either fail or accept. */
  async function twoPushes() {
    const { store } = context
    const service = await addService(store)
    await addDevices(store, service, 20)
    const begun = async () => {
      const push = await planPush(store, service)
      const { id: chunkId, fence } = (await store.pushes.lease(push.id, 'me', 5000, 9000))!
      const fail = async (...devices: number[]) => {
        const counts = { accepted: 0, rejected: devices.length, unknown: 0, unsent: 0 }
        const rest = { outcome: 'rejected' as const, status: 400, apnsId: null, at: 6000 }
        const deliveries = devices.map((deviceId) => ({ ...rest, deviceId, reason: `Reason${deviceId % 2}` }))
        await store.pushes.record({
          ...{ ...acceptedPage([], 6000), chunkId, fence, counts, deliveries },
          position: Math.max(...devices),
        })
      }
      const accept = async (...devices: number[]) => {
        const rest = { outcome: 'accepted' as const, reason: '', status: 200, apnsId: null, at: 6000 }
        const deliveries = devices.map((deviceId) => ({
          ...rest,
          deviceId,
          apnsUniqueId: `Apple ${deviceId}`,
        }))
        await store.pushes.record({
          ...{ ...acceptedPage(devices, 6000), chunkId, fence, deliveries },
          position: Math.max(...devices),
        })
      }
      return { id: push.id, fail, accept }
    }
    return { first: await begun(), second: await begun() }
  }

  test('come in the order in which they were written, the newest first, whatever their devices', async () => {
    const { first, second } = await twoPushes()
    await first.fail(1, 2)
    await second.fail(3)
    await first.fail(4, 7)
    await first.fail(9)
    const latest = async (query: object) => {
      const found = await context.store.pushes.latestDeliveries(first.id, { limit: 10, ...query })
      return found.deliveries.map(({ deviceId }) => deviceId)
    }
    expect(await latest({})).toEqual([9, 7, 4, 2, 1])
    expect(await latest({ limit: 2 })).toEqual([9, 7])
    expect(await latest({ reason: 'Reason0' })).toEqual([4, 2])
    expect(await latest({ outcome: 'unknown' })).toEqual([])
    const { deliveries, next } = await context.store.pushes.latestDeliveries(first.id, { limit: 10 })
    expect(next).toBeUndefined()
    expect(deliveries).toEqual(
      (await context.store.pushes.deliveries(first.id)).toSorted((a, b) => b.deviceId - a.deviceId),
    )
  })

  test('are looked for a bounded number of rows at a time, whoever wrote them', async () => {
    const { first, second } = await twoPushes()
    await first.fail(1)
    await second.fail(1, 2, 3, 4, 5, 6, 7)
    await first.fail(2)
    const steps: number[][] = []
    for (let before: number | undefined; ; ) {
      const place = { limit: 10, scanRows: 4, ...(before !== undefined && { before }) }
      const { deliveries, next } = await context.store.pushes.latestDeliveries(first.id, place)
      steps.push(deliveries.map(({ deviceId }) => deviceId))
      before = next
      if (next === undefined) break
    }
    expect(steps).toEqual([[2], [], [1]])
  })

  test('those that accepted can be left out', async () => {
    const { first } = await twoPushes()
    await first.fail(1)
    await first.accept(2, 3)
    const latest = async (outcome?: 'failed' | 'accepted') => {
      const query = { limit: 2, ...(outcome !== undefined && { outcome }) }
      const found = await context.store.pushes.latestDeliveries(first.id, query)
      return found.deliveries.map(({ deviceId }) => deviceId)
    }
    expect(await latest()).toEqual([3, 2])
    expect(await latest('failed')).toEqual([1])
    expect(await latest('accepted')).toEqual([3, 2])
  })

  test('there are none before anything has failed', async () => {
    const { first } = await twoPushes()
    expect(await context.store.pushes.latestDeliveries(first.id, { limit: 10 })).toEqual({ deliveries: [] })
  })
})
