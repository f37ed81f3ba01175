import { expect, test } from 'vitest'
import { addDevices, addService, describeStore, tokenOf } from './describe-store.js'

describeStore('import', (context) => {
  test('counts what is new and what was there; a token that comes twice is one device', async () => {
    const { store } = context
    const service = await addService(store)
    await addDevices(store, service, 2)
    const tokens = [tokenOf(1), 'aa', 'bb', 'aa']
    const rows = tokens.map((token) => ({ token }))
    expect(await store.devices.importMany(service.id, rows, 2000)).toEqual({ created: 2, updated: 2 })
    expect(await store.devices.count({})).toBe(4)
    expect(await store.devices.importMany(service.id, rows, 3000)).toEqual({ created: 0, updated: 4 })
  })

  test('sets what it says and leaves the rest', async () => {
    const { store } = context
    const service = await addService(store)
    await addDevices(store, service, 2)
    await store.devices.update(1, { platform: 'iPhone', osVersion: '17' }, 1500)
    await store.devices.importMany(
      service.id,
      [
        { token: tokenOf(1), osVersion: '18' },
        { token: tokenOf(2), isActive: false },
        { token: 'aa', display: 'x', isActive: true },
      ],
      2000,
    )
    expect((await store.devices.list({})).devices).toMatchObject([
      { platform: 'iPhone', osVersion: '18', isActive: true, registeredAt: 1000 },
      { isActive: false, deactivatedAt: 2000, deactivationReason: 'import' },
      { token: 'aa', display: 'x', addedAt: 2000, registeredAt: 0, platform: '', osVersion: '' },
    ])
  })

  test('makes a device active again unless it says otherwise', async () => {
    const { store } = context
    const service = await addService(store)
    await addDevices(store, service, 1)
    await store.devices.update(1, { isActive: false }, 1500)
    await store.devices.importMany(service.id, [{ token: tokenOf(1), isActive: false }], 2000)
    expect(await store.devices.get(1)).toMatchObject({ deactivatedAt: 1500, deactivationReason: 'operator' })
    await store.devices.importMany(service.id, [{ token: tokenOf(1) }], 2000)
    expect(await store.devices.get(1)).toMatchObject({
      isActive: true,
      deactivatedAt: null,
      deactivationReason: null,
    })
  })

  test('of an unknown service writes nothing', async () => {
    const { store } = context
    await expect(store.devices.importMany(7, [{ token: 'aa' }], 1)).rejects.toMatchObject({
      code: 'PUSH_ERR_SERVICE_NOT_FOUND',
    })
    expect(await store.devices.importMany((await addService(store)).id, [], 1)).toEqual({
      created: 0,
      updated: 0,
    })
  })
})
