import { expect, test } from 'vitest'
import type { Push } from '../../src/model/index.js'
import { acceptedPage, addDevices, addService, describeStore, planPush, tokenOf } from './describe-store.js'

const sumOf = ({ accepted, rejected, unknown, unsent }: Push) => accepted + rejected + unknown + unsent

describeStore('ending a push', (context) => {
  async function plan({ devices = 6, chunkSize = 3 } = {}) {
    const service = await addService(context.store)
    await addDevices(context.store, service, devices)
    return planPush(context.store, service, { chunkSize })
  }
  const lease = async ({ id }: Push) => (await context.store.pushes.lease(id, 'me', 6000, 9000))!

  test('it is done when all its chunks are', async () => {
    const { store } = context
    const push = await plan()
    const first = await lease(push)
    await store.pushes.record({ chunkId: first.id, fence: first.fence, ...acceptedPage([1, 2, 3]) })
    await store.pushes.finishChunk(first.id, first.fence, 7000)
    expect(await store.pushes.finish(push.id, 'done', null, 7000)).toBeUndefined()
    const second = await lease(push)
    expect(await store.pushes.finish(push.id, 'done', null, 7000)).toBeUndefined()
    await store.pushes.record({ chunkId: second.id, fence: second.fence, ...acceptedPage([4, 5, 6]) })
    await store.pushes.finishChunk(second.id, second.fence, 7000)
    expect(await store.pushes.finish(push.id, 'done', null, 8000)).toMatchObject({
      ...{ state: 'done', stateReason: null, finishedAt: 8000, accepted: 6, unsent: 0, audienceSize: 6 },
    })
    await expect(store.pushes.finish(9, 'done', null, 1)).rejects.toMatchObject({
      code: 'PUSH_ERR_PUSH_NOT_FOUND',
    })
  })

  test('devices that went away meanwhile are unsent', async () => {
    const { store } = context
    const push = await plan({ chunkSize: 6 })
    const chunk = await lease(push)
    for (const id of [2, 5]) await store.devices.update(id, { isActive: false }, 1)
    const { ids } = await store.pushes.page(chunk, 0, 10)
    await store.pushes.record({ chunkId: chunk.id, fence: chunk.fence, ...acceptedPage(ids) })
    expect(await store.pushes.finishChunk(chunk.id, chunk.fence, 7000)).toBe(true)
    const ended = (await store.pushes.finish(push.id, 'done', null, 8000))!
    expect(ended).toMatchObject({ accepted: 4, unsent: 2, audienceSize: 6 })
  })

  test('devices that came back meanwhile are added to the audience', async () => {
    const { store } = context
    const service = await addService(store)
    await addDevices(store, service, 6)
    await store.devices.update(2, { isActive: false }, 1)
    const push = await planPush(store, service, { chunkSize: 6 })
    expect(push.audienceSize).toBe(5)
    await store.devices.register({ token: tokenOf(2), serviceId: service.id, at: 5500 })
    const chunk = await lease(push)
    const { ids } = await store.pushes.page(chunk, 0, 10)
    await store.pushes.record({ chunkId: chunk.id, fence: chunk.fence, ...acceptedPage(ids) })
    await store.pushes.finishChunk(chunk.id, chunk.fence, 7000)
    expect(await store.pushes.finish(push.id, 'done', null, 8000)).toMatchObject({
      accepted: 6,
      audienceSize: 6,
    })
  })

  test.each(['cancelled', 'failed'] as const)(
    '%s: what is left is unsent, and who still works is refused',
    async (state) => {
      const { store } = context
      const push = await plan()
      const chunk = await lease(push)
      const key = { chunkId: chunk.id, fence: chunk.fence }
      await store.pushes.record({ ...key, ...acceptedPage([1, 2]) })
      // Not as long as the worker holds its chunk: what it knows is still to come.
      expect(await store.pushes.finish(push.id, state, 'why', 8999)).toBeUndefined()
      const ended = (await store.pushes.finish(push.id, state, 'why', 9000))!
      expect(ended).toMatchObject({ state, stateReason: 'why', finishedAt: 9000, accepted: 2, unsent: 4 })
      expect(sumOf(ended)).toBe(ended.audienceSize)
      expect(await store.pushes.record({ ...key, ...acceptedPage([3]) })).toBe(false)
      expect(await store.pushes.finishChunk(chunk.id, chunk.fence, 9000)).toBe(false)
      expect(await store.pushes.lease(push.id, 'me', 99_999, 100_000)).toBeUndefined()
      expect(await store.pushes.get(push.id)).toEqual(ended)
    },
  )

  test('many who wait for an attempt are ended some at a time, and the sums agree all the while', async () => {
    const { store } = context
    const total = 12_000
    const service = await addService(store)
    const rows = Array.from({ length: total }, (_, index) => ({ token: tokenOf(index + 1) }))
    await store.devices.importMany(service.id, rows, 1000)
    const { id } = await planPush(store, service, { chunkSize: total })
    const chunk = (await store.pushes.lease(id, 'me', 6000, 9000))!
    const again = Array.from({ length: total - 1000 }, (_, index) => ({
      ...{ deviceId: index + 1001, attempts: 1, dueAt: 6000, reason: null, status: null },
      ...(index < 6000 && { reason: 'TooManyRequests', status: 429 }),
    }))
    const accepted = Array.from({ length: 500 }, (_, index) => index + 1)
    const key = { chunkId: chunk.id, fence: chunk.fence }
    await store.pushes.record({ ...key, ...acceptedPage(accepted), position: total, again })
    const lost = (await store.pushes.leaseRetries(id, 'me', 6000, 9000, 300))!
    expect(await store.pushes.finish(id, 'cancelled', 'why', 8999, 'ann')).toBeUndefined()
    const part = (await store.pushes.finish(id, 'cancelled', 'why', 9000, 'ann'))!
    expect(part).toMatchObject({
      ...{ state: 'paused', endingAs: 'cancelled', stateReason: 'why', stateBy: 'ann', finishedAt: null },
      ...{ accepted: 500, unknown: 300 },
    })
    expect(sumOf(part) + part.deferred).toBe(total - 500)
    expect(part.deferred).toBeLessThan(total - 1000)
    // Nobody goes on with it meanwhile.
    const { pushId, lease, ids } = lost
    expect(await store.pushes.recordRetries({ pushId, lease, ...acceptedPage(ids) })).toBe(false)
    expect(await store.pushes.leaseRetries(id, 'you', 9000, 10_000, 10)).toBeUndefined()
    expect(await store.pushes.conclude(id, null, 9000, [])).toBeUndefined()
    expect((await store.pushes.active(9000)).map(({ push, isHeld }) => [push.id, isHeld])).toEqual([
      [id, false],
    ])
    let push: Push = part
    while (push.finishedAt === null) {
      push = (await store.pushes.finish(id, 'cancelled', 'why', 9000, 'ann'))!
      if (push.finishedAt === null) expect(sumOf(push) + push.deferred).toBe(total - 500)
    }
    expect(push).toMatchObject({
      ...{ state: 'cancelled', endingAs: null, deferred: 0, audienceSize: total, accepted: 500 },
      ...{ unknown: 300, rejected: 6000 - 300, unsent: total - 500 - 6000 },
    })
    expect(await store.pushes.reasons(id)).toEqual([
      { outcome: 'rejected', reason: 'TooManyRequests', count: 5700 },
      { outcome: 'unsent', reason: 'NotAttempted', count: 5000 },
      { outcome: 'unknown', reason: 'WorkerLost', count: 300 },
    ])
    expect(await store.pushes.finish(id, 'failed', 'other', 9999)).toEqual(push)
  })

  test('more outcomes than planned in an open chunk add to the audience when it is cancelled', async () => {
    const { store } = context
    const service = await addService(store)
    await addDevices(store, service, 3)
    await store.devices.update(2, { isActive: false }, 1)
    const push = await planPush(store, service)
    await store.devices.update(2, { isActive: true }, 2)
    const chunk = await lease(push)
    await store.pushes.record({ chunkId: chunk.id, fence: chunk.fence, ...acceptedPage([1, 2, 3]) })
    expect(await store.pushes.finish(push.id, 'cancelled', null, 9000)).toMatchObject({
      ...{ accepted: 3, unsent: 0, audienceSize: 3 },
    })
  })

  test('the end is final', async () => {
    const { store } = context
    const push = await plan()
    const ended = await store.pushes.finish(push.id, 'failed', 'first', 8000)
    expect(await store.pushes.finish(push.id, 'cancelled', 'second', 9000)).toEqual(ended)
    const change = { state: 'queued' as const, stateReason: null, stateBy: null, dueAt: null, endingAs: null }
    await expect(store.pushes.setState(push.id, ['paused'], change)).rejects.toMatchObject({
      code: 'PUSH_ERR_PUSH_STATE',
    })
    expect(await store.pushes.get(push.id)).toEqual(ended)
  })
})
