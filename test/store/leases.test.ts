import { expect, test } from 'vitest'
import { acceptedPage, addDevices, addService, describeStore, planPush } from './describe-store.js'

describeStore('leases', (context) => {
  async function plan(chunkSize: number) {
    const service = await addService(context.store)
    await addDevices(context.store, service, 4)
    return { service, push: await planPush(context.store, service, { chunkSize }) }
  }

  test('every chunk is leased to one owner; the first lease starts the push', async () => {
    const { store } = context
    const { push } = await plan(2)
    const first = await store.pushes.lease(push.id, 'a', 6000, 7000)
    expect(first).toMatchObject({
      state: 'sending',
      fence: 1,
      leaseOwner: 'a',
      leaseUntil: 7000,
      position: 0,
    })
    expect(await store.pushes.get(push.id)).toMatchObject({ state: 'sending', startedAt: 6000 })
    // Others come in when there is an answer, and are told so; one owner may have several.
    const [alone] = await store.pushes.active(6500)
    expect(alone).toMatchObject({ hasWork: false, isHeld: true, isOpen: true })
    expect(await store.pushes.lease(push.id, 'b', 6500, 7500)).toBeUndefined()
    await store.pushes.record({ chunkId: first!.id, fence: 1, ...acceptedPage([1]) })
    expect((await store.pushes.active(6500))[0]).toMatchObject({ hasWork: true, isHeld: true })
    const second = await store.pushes.lease(push.id, 'b', 6500, 7500)
    expect(second).toMatchObject({ firstDeviceId: 3, position: 2 })
    expect(await store.pushes.lease(push.id, 'c', 6999, 8000)).toBeUndefined()
    expect(await store.pushes.get(push.id)).toMatchObject({ startedAt: 6000 })
  })

  test('a lease that has run out is for another, who goes on from the saved position', async () => {
    const { store } = context
    const { push } = await plan(4)
    const old = (await store.pushes.lease(push.id, 'a', 6000, 7000))!
    await store.pushes.record({ chunkId: old.id, fence: old.fence, ...acceptedPage([1, 2]) })
    expect(await store.pushes.lease(push.id, 'b', 6999, 8000)).toBeUndefined()
    const taken = (await store.pushes.lease(push.id, 'b', 7000, 8000))!
    expect(taken).toMatchObject({
      id: old.id,
      fence: old.fence + 1,
      leaseOwner: 'b',
      position: 2,
      accepted: 2,
    })
    expect(await store.pushes.page(taken, taken.position, 10)).toMatchObject({ ids: [3, 4] })

    // The one who was too slow is refused, whatever he tries, and nothing is written.
    const late = { chunkId: old.id, fence: old.fence, ...acceptedPage([3, 4], 9000) }
    expect(await store.pushes.record(late)).toBe(false)
    expect(await store.pushes.renew(old.id, old.fence, 9000)).toBe(false)
    expect(await store.pushes.finishChunk(old.id, old.fence, 9000)).toBe(false)
    expect(await store.pushes.get(push.id)).toMatchObject({ accepted: 2 })
    expect(await store.devices.get(3)).toMatchObject({ lastNotifiedAt: null })
  })

  test('a renewed lease holds longer', async () => {
    const { store } = context
    const { push } = await plan(4)
    const { id, fence } = (await store.pushes.lease(push.id, 'a', 6000, 7000))!
    expect(await store.pushes.renew(id, fence, 8000)).toBe(true)
    expect(await store.pushes.lease(push.id, 'b', 7999, 9000)).toBeUndefined()
    expect(await store.pushes.finishChunk(id, fence, 8000)).toBe(true)
    expect(await store.pushes.renew(id, fence, 9000)).toBe(false)
    expect(await store.pushes.record({ chunkId: id, fence, ...acceptedPage([1]) })).toBe(false)
  })

  test.each(['paused', 'scheduled'] as const)('nothing is leased of a push that is %s', async (state) => {
    const { store } = context
    const { push } = await plan(4)
    const change = { state, stateReason: 'because', stateBy: 'me', dueAt: null, endingAs: null }
    await store.pushes.setState(push.id, ['queued'], change)
    expect(await store.pushes.get(push.id)).toMatchObject({ state, stateReason: 'because' })
    expect(await store.pushes.lease(push.id, 'a', 6000, 7000)).toBeUndefined()
    await store.pushes.setState(push.id, [state], { ...change, state: 'queued' })
    expect(await store.pushes.lease(push.id, 'a', 6000, 7000)).toBeDefined()
    await expect(store.pushes.setState(9, [state], change)).rejects.toMatchObject({
      code: 'PUSH_ERR_PUSH_NOT_FOUND',
    })
    await expect(store.pushes.setState(push.id, [state], change)).rejects.toMatchObject({
      code: 'PUSH_ERR_PUSH_STATE',
    })
  })

  test('a push that rests goes on only where nobody has changed meanwhile when', async () => {
    const { store } = context
    const { push } = await plan(4)
    const rest = { state: 'paused', stateReason: 'because', stateBy: null, endingAs: null } as const
    await store.pushes.setState(push.id, ['queued'], { ...rest, dueAt: 5000 })
    await store.pushes.setState(push.id, ['paused'], { ...rest, dueAt: null })
    const goOn = { ...rest, state: 'queued', dueAt: null } as const
    await expect(store.pushes.setState(push.id, ['paused'], goOn, 5000)).rejects.toMatchObject({
      code: 'PUSH_ERR_PUSH_STATE',
      message: expect.stringContaining(`push ${push.id} is paused`),
    })
    expect(await store.pushes.setState(push.id, ['paused'], goOn, null)).toMatchObject({ state: 'queued' })
  })

  test('pages are cut by key, of active devices only', async () => {
    const { store } = context
    const { push } = await plan(4)
    const chunk = (await store.pushes.lease(push.id, 'a', 6000, 7000))!
    await store.devices.update(2, { isActive: false }, 1)
    const first = await store.pushes.page(chunk, 0, 2)
    expect(first.ids).toEqual([1, 3])
    expect(first.tokens[1]).toMatch(/3$/)
    expect(await store.pushes.page(chunk, 3, 2)).toMatchObject({ ids: [4] })
    expect(await store.pushes.page(chunk, 4, 2)).toEqual({ ids: [], tokens: [] })
  })
})
