import { expect, test } from 'vitest'
import type { Audience, Push, Service } from '../../src/model/index.js'
import { addDevices, addService, describeStore, planPush, tokenOf } from './describe-store.js'

describeStore('planning a push', (context) => {
  /** Leases every chunk of a push, in order. */
  async function chunksOf({ id }: Push) {
    const chunks = []
    for (;;) {
      const chunk = await context.store.pushes.lease(id, 'me', 5000, 6000)
      if (chunk === undefined) return chunks
      const page = await context.store.pushes.page(chunk, chunk.position, 1000)
      chunks.push({ from: chunk.firstDeviceId, to: chunk.lastDeviceId, size: chunk.size, ids: page.ids })
    }
  }

  /** Devices 1 to 7, of which 3 and 4 are inactive, and one of another service in between. */
  async function someDevices(): Promise<Service> {
    const { store } = context
    const service = await addService(store)
    const other = await addService(store, { name: 'other' })
    await addDevices(store, service, 4)
    await store.devices.register({ token: tokenOf(1), serviceId: other.id, at: 1 })
    await addDevices(store, service, 7)
    for (const id of [3, 4]) await store.devices.update(id, { isActive: false }, 1)
    return service
  }

  test('all: active devices of the service in ranges that adjoin', async () => {
    const service = await someDevices()
    const push = await planPush(context.store, service, { chunkSize: 2 })
    expect(push).toMatchObject({
      ...{
        state: 'queued',
        audienceKind: 'all',
        audienceSize: 5,
        skippedInactive: 2,
        skippedUnregistered: 0,
      },
      ...{
        accepted: 0,
        rejected: 0,
        unknown: 0,
        unsent: 0,
        createdAt: 5000,
        startedAt: null,
        finishedAt: null,
      },
    })
    expect(await chunksOf(push)).toEqual([
      { from: 1, to: 2, size: 2, ids: [1, 2] },
      { from: 3, to: 7, size: 2, ids: [6, 7] },
      { from: 8, to: 8, size: 1, ids: [8] },
    ])
  })

  test.each([
    [5, [5]],
    [4, [4, 1]],
    [1, [1, 1, 1, 1, 1]],
    [100, [5]],
  ])('chunks of %d', async (chunkSize, sizes) => {
    const push = await planPush(context.store, await someDevices(), { chunkSize })
    expect((await chunksOf(push)).map(({ size }) => size)).toEqual(sizes)
  })

  const named: [string, Audience, object, number[]][] = [
    [
      'tokens: each once, those of other services do not count',
      { kind: 'tokens', tokens: [tokenOf(7), tokenOf(1), tokenOf(3), tokenOf(7), tokenOf(99), tokenOf(99)] },
      { audienceSize: 2, skippedInactive: 1, skippedUnregistered: 1 },
      [1, 8],
    ],
    [
      'devices: those of other services are not registered here',
      { kind: 'devices', ids: [8, 5, 2, 2, 4, 99] },
      { audienceSize: 2, skippedInactive: 1, skippedUnregistered: 2 },
      [2, 8],
    ],
    [
      'users: a device of two users once; who has no device here is not registered',
      { kind: 'users', ids: [1, 2, 3, 9] },
      { audienceSize: 2, skippedInactive: 1, skippedUnregistered: 2 },
      [1, 2],
    ],
    [
      'nobody',
      { kind: 'tokens', tokens: [] },
      { audienceSize: 0, skippedInactive: 0, skippedUnregistered: 0 },
      [],
    ],
  ]

  test.each(named)('%s', async (_, audience, counts, ids) => {
    const { store } = context
    const service = await someDevices()
    const rights = { email: '', isActive: true, isStaff: false, isSuperuser: false, passwordHash: '' }
    for (const username of ['ann', 'bob', 'eve']) await store.users.create({ ...rights, username }, 1)
    const owners = [
      [1, [1, 2]],
      [2, [2]],
      [3, [2]],
      [5, [3]],
    ] as const
    for (const [id, users] of owners) await store.devices.update(id, { users }, 1)
    expect(await store.pushes.measure(service.id, audience)).toEqual(counts)
    const push = await planPush(store, service, { audience, chunkSize: 1 })
    expect(push).toMatchObject({ ...counts, audienceKind: audience.kind })
    expect((await chunksOf(push)).flatMap((chunk) => chunk.ids)).toEqual(ids)
  })

  test('more tokens than are handed over at once', async () => {
    const { store } = context
    const service = await addService(store)
    const tokens = Array.from({ length: 20_001 }, (_, n) => tokenOf(n + 1))
    await store.devices.importMany(
      service.id,
      tokens.map((token) => ({ token })),
      1,
    )
    const audience = { kind: 'tokens', tokens } as const
    expect(await store.pushes.measure(service.id, audience)).toMatchObject({ audienceSize: 20_001 })
  })

  test('an empty audience makes a push that is done', async () => {
    const { store } = context
    const service = await addService(store)
    const push = await planPush(store, service)
    expect(push).toMatchObject({ state: 'done', audienceSize: 0, finishedAt: 5000 })
    expect(await store.pushes.lease(push.id, 'me', 1, 2)).toBeUndefined()
  })

  test('measuring all is counting them, and writes nothing', async () => {
    const service = await someDevices()
    expect(await context.store.pushes.measure(service.id, { kind: 'all' })).toEqual({
      ...{ audienceSize: 5, skippedInactive: 2, skippedUnregistered: 0 },
    })
    expect(await context.store.pushes.list()).toEqual([])
  })

  test('a push needs its service and its notification', async () => {
    const { store } = context
    const service = await addService(store)
    const other = await addService(store, { name: 'other' })
    const { id: notificationId } = await store.notifications.create({ serviceId: other.id }, 1)
    await expect(planPush(store, { ...service, id: 9 })).rejects.toMatchObject({
      code: 'PUSH_ERR_SERVICE_NOT_FOUND',
    })
    await expect(planPush(store, service, { notificationId })).rejects.toMatchObject({
      code: 'PUSH_ERR_NOTIFICATION_NOT_FOUND',
    })
    expect(await store.pushes.list()).toEqual([])
  })

  test('pushes are listed by key and by service', async () => {
    const { store } = context
    const [a, b] = [await addService(store), await addService(store, { name: 'b' })]
    for (const service of [a, b, a, a]) await planPush(store, service)
    const ids = async (page: object) => (await store.pushes.list(page)).map(({ id }) => id)
    expect(await ids({})).toEqual([1, 2, 3, 4])
    expect(await ids({ serviceId: a.id, after: 1, limit: 1 })).toEqual([3])
    expect(await store.pushes.get(9)).toBeUndefined()
  })
})
