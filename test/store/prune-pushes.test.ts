import { expect, test } from 'vitest'
import type { Delivery } from '../../src/model/index.js'
import { addDevices, addService, describeStore, planPush, tokenOf } from './describe-store.js'

const day = 24 * 3_600_000

describeStore('pushes that ended long ago', (context) => {
  /** A push to three devices by token, rejected for two reasons and unknown, that ended at a time. */
  async function endedPush(at: number) {
    const { store } = context
    const service = (await store.services.get(1)) ?? (await addService(store))
    await addDevices(store, service, 3)
    const tokens = [1, 2, 3].map(tokenOf)
    const push = await planPush(store, service, { audience: { kind: 'tokens', tokens }, at })
    const chunk = (await store.pushes.lease(push.id, 'me', at, at + 1))!
    const row = (deviceId: number, outcome: Delivery['outcome'], reason: string) => ({
      ...{ deviceId, outcome, reason, status: null, apnsId: null, at },
    })
    await store.pushes.record({
      ...{ chunkId: chunk.id, fence: chunk.fence, position: 3, acceptedIds: [], feedback: [], at },
      counts: { accepted: 0, rejected: 2, unknown: 1, unsent: 0 },
      deliveries: [row(1, 'rejected', 'A'), row(2, 'unknown', 'A'), row(3, 'rejected', 'A')],
      deactivate: false,
    })
    await store.pushes.finishChunk(chunk.id, chunk.fence, at)
    return (await store.pushes.finish(push.id, 'done', null, at))!
  }

  const reasons = [
    { outcome: 'rejected', reason: 'A', count: 2 },
    { outcome: 'unknown', reason: 'A', count: 1 },
  ]

  test('keep their sums and reasons, whatever the steps in which their rows go', async () => {
    const { store } = context
    const old = await endedPush(day)
    const young = await endedPush(3 * day)
    let steps = 0
    while (await store.pushes.prune(2 * day, 2, 9 * day)) {
      steps++
      expect(await store.pushes.reasons(old.id)).toEqual(reasons)
    }
    // Three deliveries, three targets, one chunk and the push.
    expect(steps).toBe(4)
    expect(await store.pushes.get(old.id)).toEqual(old)
    expect(await store.pushes.deliveries(old.id)).toEqual([])
    expect(await store.pushes.deliveries(young.id)).toHaveLength(3)
    expect(await store.pushes.reasons(young.id)).toEqual(reasons)
    const tooLate = store.devices.deactivatedBy(old.id)
    await expect(tooLate).rejects.toMatchObject({ code: 'PUSH_ERR_PUSH_STATE' })
    expect(await store.devices.deactivatedBy(young.id)).toEqual([])
  })

  test('many in one step; what is not ended stays', async () => {
    const { store } = context
    for (let push = 0; push < 5; push++) await endedPush(day)
    const running = await planPush(store, (await store.services.get(1))!, { at: day })
    expect(await store.pushes.prune(2 * day, 1000, 9 * day)).toBe(true)
    expect(await store.pushes.prune(2 * day, 1000, 9 * day)).toBe(false)
    expect(await store.pushes.lease(running.id, 'me', day, 2 * day)).toBeDefined()
  })

  test('a chore is for one of those who ask, once in its time, also after the clock was set back', async () => {
    const { store } = context
    const other = await context.reopen()
    const claims = await Promise.all([store, other, store].map((one) => one.claim('tidy', 1000, 100)))
    expect(claims.filter((claim) => claim)).toHaveLength(1)
    expect(await other.claim('other', 1000, 100)).toBe(true)
    expect(await other.claim('tidy', 1099, 100)).toBe(false)
    expect(await other.claim('tidy', 1100, 100)).toBe(true)
    expect(await store.claim('tidy', 1199, 100)).toBe(false)
    expect(await store.claim('tidy', 500, 100)).toBe(true)
  })
})
