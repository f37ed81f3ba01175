import { expect, test } from 'vitest'
import { addDevices, addService, describeStore, tokenOf } from './describe-store.js'

describeStore('devices by age', (context) => {
  test('unseen is who neither registered nor was added since; inactive is since when', async () => {
    const { store } = context
    const service = await addService(store)
    const other = await addService(store, { name: 'other' })
    await addDevices(store, service, 4, 1000)
    await addDevices(store, other, 1, 1000)
    await store.devices.register({ token: tokenOf(1), serviceId: service.id, at: 2000 })
    await store.devices.importMany(service.id, [{ token: tokenOf(9) }], 2000)
    await store.devices.deactivate([2, 3], 1500)
    await store.devices.deactivate([4], 2000)
    const age = { serviceId: service.id }
    expect(await store.devices.countAged({ ...age, isActive: true, unseenSince: 2000 })).toBe(0)
    expect(await store.devices.countAged({ ...age, isActive: true, unseenSince: 2001 })).toBe(2)
    expect(await store.devices.countAged({ ...age, isActive: false, unseenSince: 2000 })).toBe(3)
    expect(await store.devices.countAged({ ...age, isActive: false, inactiveSince: 2000 })).toBe(2)
    const old = { ...age, isActive: false, unseenSince: 2000 }
    expect(await store.devices.removeAged(old, { after: 0, limit: 2 })).toEqual({ ids: [2, 3], last: 3 })
    expect(await store.devices.removeAged(old, { after: 3, limit: 2 })).toEqual({ ids: [4] })
    expect(await store.devices.removeAged(old, { after: 4, limit: 2 })).toEqual({ ids: [] })
    expect((await store.devices.list({})).devices.map(({ id }) => id)).toEqual([1, 5, 6])
  })

  test('the id of a device that was deleted is never given out again', async () => {
    const { store } = context
    const service = await addService(store)
    await addDevices(store, service, 3, 1000)
    const all = { serviceId: service.id, isActive: true, unseenSince: 2000 }
    expect(await store.devices.removeAged(all, { after: 0, limit: 10 })).toEqual({ ids: [1, 2, 3] })
    await addDevices(store, service, 1, 1000)
    expect((await store.devices.list({})).devices.map(({ id }) => id)).toEqual([4])
  })
})
