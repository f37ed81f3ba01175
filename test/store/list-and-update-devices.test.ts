import { expect, test } from 'vitest'
import { addDevices, addService, describeStore, tokenOf } from './describe-store.js'

describeStore('devices', (context) => {
  const ids = async (...args: Parameters<typeof context.store.devices.list>) =>
    (await context.store.devices.list(...args)).devices.map(({ id }) => id)

  async function addUsers(...names: string[]): Promise<number[]> {
    const rights = { email: '', isActive: true, isStaff: false, isSuperuser: false, passwordHash: '' }
    const users = []
    for (const username of names)
      users.push((await context.store.users.create({ ...rights, username }, 1)).id)
    return users
  }

  test('are listed by key, all conditions at once', async () => {
    const { store } = context
    const service = await addService(store)
    const other = await addService(store, { name: 'other' })
    await addDevices(store, service, 6)
    await store.devices.register({ token: tokenOf(1), serviceId: other.id, at: 1 })
    const [ann] = await addUsers('ann')
    await store.devices.update(2, { isActive: false, users: [ann!] }, 1)
    await store.devices.update(3, { users: [ann!] }, 1)
    expect(await ids({})).toEqual([1, 2, 3, 4, 5, 6, 7])
    expect(await ids({ serviceId: service.id }, { after: 1, limit: 3 })).toEqual([2, 3, 4])
    expect(await ids({ serviceId: service.id }, { after: 4 })).toEqual([5, 6])
    expect(await ids({ serviceId: service.id, isActive: false })).toEqual([2])
    expect(await ids({ isActive: true })).toEqual([1, 3, 4, 5, 6, 7])
    expect(await ids({ token: tokenOf(1) })).toEqual([1, 7])
    expect(await ids({ userId: ann! })).toEqual([2, 3])
    expect(await ids({ userId: ann!, isActive: true, serviceId: service.id })).toEqual([3])
    expect(await ids({ userId: ann!, serviceId: service.id })).toEqual([2, 3])
    expect(await ids({ serviceId: 9 })).toEqual([])
    expect(await store.devices.count({ serviceId: service.id })).toBe(6)
    expect(await store.devices.count({ userId: ann!, isActive: false })).toBe(1)
  })

  test('a page has 1 to 10,000', async () => {
    for (const limit of [1, 10_000]) expect(await ids({}, { limit })).toEqual([])
    for (const page of [{ limit: 0 }, { limit: 10_001 }, { limit: 1.5 }, { after: -1 }]) {
      await expect(ids({}, page)).rejects.toMatchObject({ code: 'PUSH_ERR_INPUT_INVALID' })
    }
  })

  test('users replace the whole set, ascending', async () => {
    const { store } = context
    await addDevices(store, await addService(store), 2)
    const [ann, bob, eve] = await addUsers('ann', 'bob', 'eve')
    expect((await store.devices.update(1, { users: [eve!, ann!, eve!] }, 1)).users).toEqual([ann, eve])
    expect((await store.devices.update(1, { users: [bob!] }, 1)).users).toEqual([bob])
    expect((await store.devices.update(1, { platform: 'x' }, 1)).users).toEqual([bob])
    expect((await store.devices.list({})).devices.map(({ users }) => users)).toEqual([[bob], []])
    expect((await store.devices.update(1, { users: [] }, 1)).users).toEqual([])
  })

  test('a change is made whole or not at all', async () => {
    const { store } = context
    await addDevices(store, await addService(store), 1)
    const [ann] = await addUsers('ann')
    await store.devices.update(1, { users: [ann!] }, 1)
    await expect(store.devices.update(1, { platform: 'x', users: [7, 8] }, 2)).rejects.toMatchObject({
      code: 'PUSH_ERR_USER_NOT_FOUND',
      message: 'users: users with the ids 7, 8 do not exist',
    })
    expect(await store.devices.get(1)).toMatchObject({ platform: '', users: [ann] })
    await expect(store.devices.update(9, {}, 2)).rejects.toMatchObject({ code: 'PUSH_ERR_DEVICE_NOT_FOUND' })
  })

  test('a device that is off keeps the time and the reason of that', async () => {
    const { store } = context
    await addDevices(store, await addService(store), 1)
    const off = { isActive: false, deactivatedAt: 2, deactivationReason: 'operator' }
    expect(await store.devices.update(1, { isActive: false }, 2)).toMatchObject(off)
    expect(await store.devices.update(1, { isActive: false, display: 'x' }, 3)).toMatchObject({
      ...off,
      display: 'x',
    })
    expect(await store.devices.update(1, { isActive: true }, 4)).toMatchObject({
      ...{ isActive: true, deactivatedAt: null, deactivationReason: null, registeredAt: 1000 },
    })
    expect(await store.devices.get(9)).toBeUndefined()
  })
})
