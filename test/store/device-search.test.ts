import { expect, test } from 'vitest'
import type { DeviceImport, DeviceSearch } from '../../src/model/index.js'
import { addService, describeStore, tokenOf } from './describe-store.js'

describeStore('searching devices', (context) => {
  /** Imports devices, numbered from 1. */
  async function devices(...list: Omit<DeviceImport, 'token'>[]): Promise<number> {
    const { id } = await addService(context.store)
    await context.store.devices.importMany(
      id,
      list.map((one, index) => ({ token: tokenOf(index + 1), ...one })),
      1000,
    )
    return id
  }

  const found = async (search: DeviceSearch) =>
    (await context.store.devices.list(search)).devices.map(({ id }) => id)

  test('texts are compared as they are, and all conditions must hold', async () => {
    await devices(
      { platform: 'iPhone', display: 'a', osVersion: '17.2', appVersion: '3', timeZone: 'UTC' },
      { platform: 'iPhone', display: 'b', osVersion: '17.2', appVersion: '4', timeZone: 'UTC' },
      { platform: 'iPad', isActive: false },
      {},
    )
    expect(await found({ platform: 'iPhone' })).toEqual([1, 2])
    expect(await found({ platform: 'iphone' })).toEqual([])
    expect(await found({ platform: '' })).toEqual([4])
    expect(await found({ platformContains: 'PHO' })).toEqual([1, 2])
    expect(await found({ platformContains: 'i_' })).toEqual([])
    expect(await found({ platform: 'iPhone', display: 'b' })).toEqual([2])
    expect(await found({ osVersion: '17.2', appVersion: '3' })).toEqual([1])
    expect(await found({ timeZone: 'UTC' })).toEqual([1, 2])
    expect(await found({ isActive: false })).toEqual([3])
    expect(await found({ deactivationReason: 'import' })).toEqual([3])
    expect(await found({ serviceId: 1, platform: 'iPad' })).toEqual([3])
    expect(await found({ serviceId: 2 })).toEqual([])
  })

  test('versions are compared as versions, with both ends, and unknown ones are in no range', async () => {
    await devices(
      { osVersion: '9.3' },
      { osVersion: '17.2' },
      { osVersion: '17.10' },
      {},
      { osVersion: '17' },
    )
    expect(await found({ osVersionFrom: '17.2' })).toEqual([2, 3])
    expect(await found({ osVersionTo: '17.2' })).toEqual([1, 2, 5])
    expect(await found({ osVersionFrom: '17.0', osVersionTo: '17.9' })).toEqual([2, 5])
  })

  test('a language is all of its locales, a locale is itself', async () => {
    await devices({ locale: 'de' }, { locale: 'de-AT' }, { locale: 'den' }, {}, { locale: 'en-US' })
    expect(await found({ locale: 'de' })).toEqual([1, 2])
    expect(await found({ locale: 'de-AT' })).toEqual([2])
  })

  test('by tag and by user, together with other conditions', async () => {
    const { store } = context
    await devices({ tags: ['a'] }, { tags: ['a', 'b'], platform: 'iPad' }, { tags: ['b'] })
    const person = { email: '', isActive: true, isStaff: false, isSuperuser: false, passwordHash: '' }
    const { id: userId } = await store.users.create({ ...person, username: 'ann' }, 1)
    await store.devices.update(2, { users: [userId] }, 1)
    await store.devices.update(3, { users: [userId] }, 1)
    expect(await found({ tag: 'a' })).toEqual([1, 2])
    expect(await found({ tag: 'a', platform: 'iPad' })).toEqual([2])
    expect(await found({ userId })).toEqual([2, 3])
    expect(await found({ userId, tag: 'a' })).toEqual([2])
    expect(await found({ token: tokenOf(2), tag: 'a' })).toEqual([2])
    expect(await found({ ids: [1, 3], tag: 'b' })).toEqual([3])
  })

  test('by the beginning of the token, whether few or most begin so', async () => {
    const { store } = context
    const { id } = await addService(store)
    const many = Array.from({ length: 20_100 }, (_, n) => ({ token: tokenOf(n) }))
    await store.devices.importMany(id, [...many, { token: 'abcdef' }, { token: 'abce' }], 1)
    expect(await found({ tokenPrefix: 'abcd' })).toEqual([20_101])
    expect(await found({ tokenPrefix: 'abc' })).toEqual([20_101, 20_102])
    expect((await store.devices.list({ tokenPrefix: '0000' }, { limit: 2 })).devices).toHaveLength(2)
    const prefix = tokenOf(20_099).slice(0, 62)
    expect((await found({ tokenPrefix: prefix })).at(0)).toBe(Number.parseInt(`${prefix}00`, 16) + 1)
  })

  test('by time: since includes the moment, before does not; what never happened was before', async () => {
    const { store } = context
    const { id: serviceId } = await addService(store)
    for (const at of [1000, 2000, 3000]) await store.devices.register({ token: tokenOf(at), serviceId, at })
    await store.devices.importMany(serviceId, [{ token: 'ab' }], 2500)
    await store.devices.update(1, { isActive: false }, 2000)
    expect(await found({ registeredSince: 2000 })).toEqual([2, 3])
    expect(await found({ registeredBefore: 2000 })).toEqual([1, 4])
    expect(await found({ addedSince: 2000, addedBefore: 3000 })).toEqual([2, 4])
    expect(await found({ lastNotifiedBefore: 1 })).toEqual([1, 2, 3, 4])
    expect(await found({ lastNotifiedSince: 1 })).toEqual([])
    expect(await found({ deactivatedSince: 2000, deactivatedBefore: 2001 })).toEqual([1])
    expect(await found({ deactivatedBefore: 2000 })).toEqual([])
  })

  test('a step looks at so many devices, and says where it has come to; every device comes once', async () => {
    const { store } = context
    const serviceId = await devices(
      ...Array.from({ length: 40 }, (_, n) => ({
        platform: n % 9 === 8 ? 'iPad' : 'iPhone',
        isActive: n % 3 > 0,
        tags: n % 2 === 0 ? ['even'] : [],
      })),
    )
    const walk = async (search: DeviceSearch, limit: number, order: 'asc' | 'desc' = 'asc') => {
      const ids: number[] = []
      let steps = 0
      for (let after: number | undefined = 0; after !== undefined; steps++) {
        const { devices, next } = await store.devices.list(search, { after, limit, order }, 7)
        ids.push(...devices.map(({ id }) => id))
        after = next
      }
      return { ids, steps }
    }
    const pads = [9, 18, 27, 36]
    expect(await walk({ platform: 'iPad' }, 10)).toEqual({ ids: pads, steps: 6 })
    expect(await walk({ platform: 'iPad', serviceId }, 10)).toEqual({ ids: pads, steps: 6 })
    expect((await walk({ platform: 'iPad', serviceId, isActive: true }, 1)).ids).toEqual(pads)
    expect((await walk({ platform: 'iPad', tag: 'even' }, 10)).ids).toEqual([9, 27])
    expect((await walk({ serviceId }, 9)).ids).toEqual(Array.from({ length: 40 }, (_, n) => n + 1))
    const both: [DeviceSearch, number][] = [
      [{ platform: 'iPad' }, 10],
      [{ platform: 'iPad', serviceId }, 10],
      [{ platform: 'iPad', serviceId, isActive: true }, 1],
      [{ platform: 'iPad', tag: 'even' }, 10],
      [{ tokenPrefix: tokenOf(1).slice(0, 50) }, 3],
      [{ serviceId }, 9],
      [{}, 7],
    ]
    for (const [search, limit] of both) {
      const forwards = await walk(search, limit)
      const backwards = await walk(search, limit, 'desc')
      expect(backwards.ids).toEqual(forwards.ids.toReversed())
    }
    for (const [search, count] of [
      [{ platform: 'iPad' }, 4],
      [{}, 40],
      [{ tag: 'even' }, 20],
    ] as const)
      expect(await store.devices.countStep(search, 0)).toEqual({ count })
  })
})
