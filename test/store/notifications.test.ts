import { expect, test } from 'vitest'
import type { NewNotification } from '../../src/model/index.js'
import { addService, describeStore } from './describe-store.js'

describeStore('notifications', (context) => {
  test('come back as they were stored', async () => {
    const { store } = context
    const { id: serviceId } = await addService(store)
    const empty = await store.notifications.create({ serviceId }, 1000)
    expect(empty).toEqual({
      ...{
        id: 1,
        serviceId,
        message: '',
        title: '',
        badge: null,
        silent: null,
        sound: '',
        customPayload: null,
      },
      ...{
        locPayload: null,
        payload: null,
        pushType: null,
        priority: null,
        collapseId: null,
        expiration: null,
      },
      ...{ createdAt: 1000, lastSentAt: null },
    })
    const full: NewNotification = {
      ...{ serviceId, message: 'Grüße \u{1f600}', title: 'T', badge: 0, silent: false, sound: 'default' },
      ...{ customPayload: { a: [1, null] }, locPayload: { 'loc-key': 'K' }, payload: { aps: {} } },
      ...{ pushType: 'background', priority: 5, collapseId: 'c', expiration: 0 },
    }
    const stored = await store.notifications.create(full, 2000)
    expect(stored).toEqual({ ...full, id: 2, createdAt: 2000, lastSentAt: null })
    expect(await store.notifications.get(2)).toEqual(stored)
    expect((await store.notifications.create({ ...full, silent: true }, 1)).silent).toBe(true)
    expect(await store.notifications.get(9)).toBeUndefined()
  })

  test('are listed by key and by service', async () => {
    const { store } = context
    const [a, b] = [await addService(store), await addService(store, { name: 'b' })]
    for (const { id: serviceId } of [a, b, a, a]) await store.notifications.create({ serviceId }, 1)
    const ids = async (...args: Parameters<typeof store.notifications.list>) =>
      (await store.notifications.list(...args)).notifications.map(({ id }) => id)
    expect(await ids()).toEqual([1, 2, 3, 4])
    expect(await ids({ serviceId: a.id }, { after: 1, limit: 1 })).toEqual([3])
    expect(await ids({ serviceId: a.id }, { order: 'desc' })).toEqual([4, 3, 1])
    expect(await ids({ serviceId: a.id }, { order: 'desc', after: 4, limit: 1 })).toEqual([3])
  })

  test('are found by what they say and by time', async () => {
    const { store } = context
    const { id: serviceId } = await addService(store)
    const all = [
      { message: 'Hello World' },
      { title: 'hello' },
      { message: '100 %', customPayload: { article: 'hell_o' } },
      { payload: { aps: { alert: 'Grüße' } } },
    ]
    for (const [index, one] of all.entries())
      await store.notifications.create({ serviceId, ...one }, 1000 * (index + 1))
    const ids = async (search: Parameters<typeof store.notifications.list>[0]) =>
      (await store.notifications.list(search)).notifications.map(({ id }) => id)
    expect(await ids({ text: 'hello' })).toEqual([1, 2])
    expect(await ids({ text: 'hell_o' })).toEqual([3])
    expect(await ids({ text: '%' })).toEqual([3])
    expect(await ids({ text: '\\' })).toEqual([])
    expect(await ids({ text: 'Grüße' })).toEqual([4])
    expect(await ids({ createdSince: 2000, createdBefore: 4000 })).toEqual([2, 3])
    expect(await ids({ text: 'hello', createdSince: 2000 })).toEqual([2])
    expect(await ids({ lastSentBefore: 1 })).toEqual([1, 2, 3, 4])
    expect(await ids({ lastSentSince: 1 })).toEqual([])
  })

  test('a step looks at so many, and says where it has come to; every one comes once, in either order', async () => {
    const { store } = context
    const { id: serviceId } = await addService(store)
    for (let n = 1; n <= 20; n++)
      await store.notifications.create({ serviceId, message: n % 6 === 0 ? 'six' : 'other' }, n)
    for (const order of ['asc', 'desc'] as const)
      for (const limit of [1, 10]) {
        const ids: number[] = []
        for (let after: number | undefined = 0; after !== undefined; ) {
          const page = { after, limit, order }
          const { notifications, next } = await store.notifications.list({ text: 'six' }, page, 4)
          ids.push(...notifications.map(({ id }) => id))
          after = next
        }
        expect(ids).toEqual(order === 'asc' ? [6, 12, 18] : [18, 12, 6])
      }
  })

  test('need a service', async () => {
    await expect(context.store.notifications.create({ serviceId: 7 }, 1)).rejects.toMatchObject({
      code: 'PUSH_ERR_SERVICE_NOT_FOUND',
    })
  })
})
