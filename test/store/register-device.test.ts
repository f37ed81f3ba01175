import { expect, test } from 'vitest'
import { addService, describeStore, tokenOf } from './describe-store.js'

describeStore('registration', (context) => {
  test('creates a device once, and sets registeredAt every time', async () => {
    const { store } = context
    const { id: serviceId } = await addService(store)
    const token = tokenOf(1)
    const first = await store.devices.register({ token, serviceId, at: 2000 })
    expect(first).toEqual({
      created: true,
      device: {
        ...{ id: 1, token, serviceId, isActive: true, deactivatedAt: null, deactivationReason: null },
        ...{ addedAt: 2000, registeredAt: 2000, lastNotifiedAt: null, users: [] },
        ...{ platform: '', display: '', osVersion: '', timeZone: '', locale: '', appVersion: '' },
        ...{ tags: [], attributes: {}, pushToStartTokens: [], liveActivities: [] },
      },
    })
    const second = await store.devices.register({ token, serviceId, at: 3000 })
    expect(second).toEqual({ created: false, device: { ...first.device, registeredAt: 3000 } })
  })

  test('makes a device active again and keeps its fields and users', async () => {
    const { store } = context
    const { id: serviceId } = await addService(store)
    const person = { email: '', isActive: true, isStaff: false, isSuperuser: false, passwordHash: '' }
    const user = await store.users.create({ ...person, username: 'ann' }, 1)
    const { device } = await store.devices.register({ token: 'ab', serviceId, at: 1 })
    await store.devices.update(device.id, { isActive: false, platform: 'iPhone', users: [user.id] }, 2)
    expect(await store.devices.register({ token: 'ab', serviceId, at: 3 })).toEqual({
      created: false,
      device: { ...device, platform: 'iPhone', users: [user.id], registeredAt: 3 },
    })
  })

  test('an active device comes back with its users and tags, in order', async () => {
    const { store } = context
    const { id: serviceId } = await addService(store)
    const person = { email: '', isActive: true, isStaff: false, isSuperuser: false, passwordHash: '' }
    for (const username of ['ann', 'bob']) await store.users.create({ ...person, username }, 1)
    await store.devices.register({ token: 'ab', serviceId, at: 1 })
    const device = await store.devices.update(1, { users: [2, 1], tags: ['vip', 'beta'] }, 2)
    expect(device).toMatchObject({ users: [1, 2], tags: ['beta', 'vip'] })
    expect(await store.devices.register({ token: 'ab', serviceId, at: 3 })).toEqual({
      created: false,
      device: { ...device, registeredAt: 3 },
    })
  })

  test('the same token may be registered with two services', async () => {
    const { store } = context
    const [a, b] = [await addService(store), await addService(store, { name: 'b' })]
    await store.devices.register({ token: 'ab', serviceId: a.id, at: 1 })
    expect((await store.devices.register({ token: 'ab', serviceId: b.id, at: 1 })).created).toBe(true)
    expect(await store.devices.find('ab', b.id)).toMatchObject({ id: 2, serviceId: b.id })
    expect(await store.devices.find('ab', 3)).toBeUndefined()
  })

  test('50 times at once gives one row and one created', async () => {
    const { store } = context
    const { id: serviceId } = await addService(store)
    const input = { token: 'ab', serviceId, at: 1 }
    const results = await Promise.all(Array.from({ length: 50 }, () => store.devices.register(input)))
    expect(results.filter(({ created }) => created)).toHaveLength(1)
    expect(await store.devices.count({})).toBe(1)
  })

  test('of many at once each is whole: one without a service fails for itself alone', async () => {
    const { store } = context
    const { id: serviceId } = await addService(store)
    const inputs = Array.from({ length: 9 }, (_, number) => ({
      ...{ token: `a${number}`, serviceId: number % 3 === 1 ? 7 : serviceId, at: 1 },
      ...(number % 2 === 0 && { details: { tags: [`tag${number}`] } }),
    }))
    const results = await Promise.allSettled(inputs.map((input) => store.devices.register(input)))
    expect(
      results.map((result) => (result.status === 'fulfilled' ? result.value.device.token : 'failed')),
    ).toEqual(['a0', 'failed', 'a2', 'a3', 'failed', 'a5', 'a6', 'failed', 'a8'])
    const { devices } = await store.devices.list({})
    expect(devices.map(({ token, tags }) => [token, tags])).toEqual([
      ...[
        ['a0', ['tag0']],
        ['a2', ['tag2']],
        ['a3', []],
        ['a5', []],
        ['a6', ['tag6']],
        ['a8', ['tag8']],
      ],
    ])
  })

  test('goes on while a longer change of the same process is under way', async () => {
    const { store } = context
    const { id: serviceId } = await addService(store)
    const { device } = await store.devices.register({ token: 'ab', serviceId, at: 1 })
    const failing = store.devices.update(device.id, { platform: 'x', users: [99] }, 2)
    const registered = store.devices.register({ token: 'cd', serviceId, at: 3 })
    await expect(failing).rejects.toMatchObject({ code: 'PUSH_ERR_USER_NOT_FOUND' })
    expect((await registered).created).toBe(true)
    // What was rolled back is the update alone.
    expect((await store.devices.list({})).devices).toMatchObject([
      { token: 'ab', platform: '' },
      { token: 'cd' },
    ])
  })

  test('needs a service', async () => {
    const { store } = context
    await expect(store.devices.register({ token: 'ab', serviceId: 7, at: 1 })).rejects.toMatchObject({
      code: 'PUSH_ERR_SERVICE_NOT_FOUND',
      message: 'APNService with id 7 does not exist',
    })
  })
})
