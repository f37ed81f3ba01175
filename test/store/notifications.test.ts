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
    const ids = async (page: object) => (await store.notifications.list(page)).map(({ id }) => id)
    expect(await ids({})).toEqual([1, 2, 3, 4])
    expect(await ids({ serviceId: a.id, after: 1, limit: 1 })).toEqual([3])
  })

  test('need a service', async () => {
    await expect(context.store.notifications.create({ serviceId: 7 }, 1)).rejects.toMatchObject({
      code: 'PUSH_ERR_SERVICE_NOT_FOUND',
    })
  })
})
