import { expect, test } from 'vitest'
import { addService, describeStore } from './describe-store.js'

const day = 86_400_000

describeStore('what happens to a device is written down', (context) => {
  const kinds = async () => {
    const { entries } = await context.store.devices.timeline(1, { limit: 100 })
    return entries.map((entry) => ('reason' in entry ? [entry.kind, entry.at, entry.reason] : [entry.kind]))
  }

  test('registrations once a day, and every way off and on', async () => {
    const { devices } = context.store
    const { id: serviceId } = await addService(context.store)
    const register = (at: number) => devices.register({ token: 'ab', serviceId, at })
    await register(day + 1)
    await register(day + 2)
    await register(2 * day + 3)
    await register(2 * day + 4)
    await devices.update(1, { isActive: false }, 2 * day + 5)
    await devices.update(1, { isActive: false, platform: 'x' }, 2 * day + 6)
    await register(2 * day + 7)
    await devices.importMany(serviceId, [{ token: 'ab', isActive: false }], 2 * day + 8)
    await devices.importMany(serviceId, [{ token: 'ab' }], 2 * day + 9)
    await devices.deactivate([1], 2 * day + 10)
    await devices.reactivate([1], 2 * day + 11)
    expect(await kinds()).toEqual([
      // By the clock of the database.
      ['reactivated', expect.any(Number), 'operator'],
      ['deactivated', 2 * day + 10, 'operator'],
      ['reactivated', expect.any(Number), 'import'],
      ['deactivated', 2 * day + 8, 'import'],
      ['returned', 2 * day + 7, 'operator'],
      ['deactivated', 2 * day + 5, 'operator'],
      ['registered', 2 * day + 3, null],
      ['added'],
    ])
  })

  test('old entries are removed, those of a push that is kept are not, and a device takes its own with it', async () => {
    const { store } = context
    const { id: serviceId } = await addService(store)
    await store.devices.register({ token: 'ab', serviceId, at: day })
    for (const n of [2, 3, 4, 5]) await store.devices.register({ token: 'ab', serviceId, at: n * day })
    expect(await store.devices.pruneEvents(3 * day, 1)).toBe(true)
    expect(await store.devices.pruneEvents(3 * day, 1)).toBe(false)
    const push = await store.pushes.plan({
      ...{ uuid: 'u', serviceId, notificationId: null, audience: { kind: 'all' }, chunkSize: 10 },
      ...{ payload: '{}', pushType: 'alert', topic: 't', priority: null, expiration: null, collapseId: null },
      at: 4 * day,
    })
    while (await store.devices.pruneEvents(9 * day, 100)) {}
    const registered = async () =>
      (await kinds()).filter(([kind]) => kind === 'registered').map(([, at]) => at)
    expect(await registered()).toEqual([5 * day, 4 * day])
    await store.pushes.finish(push.id, 'cancelled', null, 5 * day)
    while (await store.pushes.prune(6 * day, 100, 6 * day)) {}
    while (await store.devices.pruneEvents(5 * day, 100)) {}
    expect(await registered()).toEqual([5 * day])
    await store.devices.remove(1)
    await expect(kinds()).rejects.toMatchObject({ code: 'PUSH_ERR_DEVICE_NOT_FOUND' })
    await expect(store.devices.remove(1)).rejects.toMatchObject({ code: 'PUSH_ERR_DEVICE_NOT_FOUND' })
  })
})
