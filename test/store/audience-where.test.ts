import { setImmediate as turn } from 'node:timers/promises'
import { expect, onTestFinished, test, vi } from 'vitest'
import type { DeviceCondition, DeviceImport, Service } from '../../src/model/index.js'
import { SqliteDatabase } from '../../src/store/sqlite/sqlite-database.js'
import { addService, describeStore, planPush, tokenOf } from './describe-store.js'

describeStore('audiences by condition', (context) => {
  /** Devices with these details, numbered from 1. */
  async function addDevices(service: Service, devices: readonly Partial<DeviceImport>[], at = 1000) {
    const rows = devices.map((details, index) => ({ token: tokenOf(index + 1), ...details }))
    await context.store.devices.importMany(service.id, rows, at)
  }

  /** Begins a push again and again until its audience is resolved; returns the ids of its devices. */
  async function resolved(service: Service, where: DeviceCondition) {
    const { store } = context
    const { id, state, dueAt, audienceSize } = await planPush(store, service, {
      audience: { kind: 'where', where },
    })
    expect({ state, dueAt, audienceSize }).toEqual({ state: 'scheduled', dueAt: 5000, audienceSize: 0 })
    let push = (await store.pushes.begin(id, 5000))!
    let calls = 1
    while (push.state === 'scheduled') {
      push = (await store.pushes.begin(id, 5000))!
      calls++
    }
    const ids: number[] = []
    for (;;) {
      const chunk = await store.pushes.lease(id, 'me', 5000, 6000)
      if (chunk === undefined) break
      ids.push(...(await store.pushes.page(chunk, chunk.position, 10_000)).ids)
    }
    expect(push.audienceSize).toBe(ids.length)
    return { ids, push, calls }
  }

  const devices: Partial<DeviceImport>[] = [
    {
      ...{ platform: 'iPhone', osVersion: '17.2', appVersion: '3.9', locale: 'de-AT', tags: ['beta', 'vip'] },
      ...{ timeZone: 'Europe/Vienna', attributes: { plan: 'pro', seats: 1 } },
    },
    {
      ...{ platform: 'iPhone', osVersion: '17.10', appVersion: '3.10', locale: 'de', tags: ['beta'] },
      ...{ timeZone: 'Europe/Berlin', attributes: { plan: 'pro', seats: '1', trial: true } },
    },
    {
      platform: 'iPad',
      osVersion: '18',
      locale: 'den',
      tags: ['vip'],
      attributes: { plan: 'free', trial: 1 },
    },
    { platform: 'iPad', osVersion: 'iPadOS 18.0.1', locale: 'en-US' },
    { platform: 'iPhone', isActive: false, osVersion: '17.5', tags: ['beta'] },
    {},
  ]

  test.each<[string, DeviceCondition, number[], number]>([
    ['platform', { platform: ['iPhone'] }, [1, 2], 1],
    ['nothing said', { platform: [''] }, [6], 0],
    ['several of a list', { platform: ['iPhone', 'iPad'] }, [1, 2, 3, 4], 1],
    ['versions are no texts', { osVersion: { from: '17.3', to: '17.99' } }, [2], 1],
    ['both ends are inclusive', { osVersion: { from: '17.2', to: '18.0' } }, [1, 2, 3], 1],
    ['up to: not those without a version', { osVersion: { to: '17.9' } }, [1], 1],
    ['not in a range: those without a version too', { not: { osVersion: { from: '1' } } }, [6], 0],
    ['app version', { appVersion: { from: '3.10' } }, [2], 0],
    ['language', { locale: ['de'] }, [1, 2], 0],
    ['locale', { locale: ['de-at', 'en'] }, [1, 4], 0],
    ['time zone', { timeZone: ['Europe/Berlin'] }, [2], 0],
    ['one of the tags', { tags: ['beta', 'nosuch'] }, [1, 2], 1],
    ['all of the tags', { and: [{ tags: ['beta'] }, { tags: ['vip'] }] }, [1], 0],
    ['not a tag', { not: { tags: ['beta'] } }, [3, 4, 6], 0],
    ['attributes', { attributes: { plan: 'pro', seats: 1 } }, [1], 0],
    ['a text is no number', { attributes: { seats: '1' } }, [2], 0],
    ['true is not 1', { attributes: { trial: true } }, [2], 0],
    ['no such attribute', { not: { attributes: { trial: 1 } } }, [1, 2, 4, 6], 1],
    ['tokens', { tokens: [tokenOf(2), tokenOf(5), tokenOf(99)] }, [2], 1],
    ['devices', { devices: [6, 5, 4, 4, 99] }, [4, 6], 1],
    ['users', { users: [1] }, [1, 2], 1],
    ['either by name or by look', { or: [{ users: [1] }, { platform: ['iPad'] }] }, [1, 2, 3, 4], 1],
    ['by two names', { or: [{ users: [1] }, { tags: ['vip'] }, { devices: [6] }] }, [1, 2, 3, 6], 1],
    ['notified', { lastNotifiedAt: { since: iso(3000) } }, [2], 0],
    ['not notified since, or never', { lastNotifiedAt: { before: iso(3000) } }, [1, 3, 4, 6], 1],
    ['registered', { registeredAt: { since: iso(2000), before: iso(2001) } }, [3], 0],
    ['never registered here', { registeredAt: { before: iso(2000) } }, [1, 2, 4, 6], 1],
    ['added', { addedAt: { since: iso(1000) } }, [1, 2, 3, 4, 6], 1],
    ['added before', { addedAt: { before: iso(1000) } }, [], 0],
    [
      'all together',
      {
        and: [
          { platform: ['iPhone', 'iPad'] },
          { not: { or: [{ tags: ['vip'] }, { users: [2] }] } },
          { osVersion: { from: '17' } },
        ],
      },
      [2, 4],
      1,
    ],
  ])('%s', async (_, where, ids, inactive) => {
    const { store } = context
    const service = await addService(store)
    await addDevices(service, devices)
    const rights = { email: '', isActive: true, isStaff: false, isSuperuser: false, passwordHash: '' }
    for (const username of ['ann', 'bob']) await store.users.create({ ...rights, username }, 1)
    for (const id of [1, 2, 5]) await store.devices.update(id, { users: [1] }, 1)
    await store.devices.register({ token: tokenOf(3), serviceId: service.id, at: 2000 })
    const notified = await planPush(store, service, { audience: { kind: 'devices', ids: [2] } })
    const chunk = (await store.pushes.lease(notified.id, 'me', 1, 10_000))!
    const counts = { accepted: 1, rejected: 0, unknown: 0, unsent: 0 }
    await store.pushes.record({
      ...{ chunkId: chunk.id, fence: chunk.fence, position: 2, counts, acceptedIds: [2], deliveries: [] },
      ...{ feedback: [], deactivate: true, at: 3000 },
    })
    // Devices of another service are none of this.
    const other = await addService(store, { name: 'other' })
    await addDevices(other, devices)

    const size = { audienceSize: ids.length, skippedInactive: inactive, skippedUnregistered: 0 }
    expect(await store.pushes.measure(service.id, { kind: 'where', where })).toEqual(size)
    const found = await resolved(service, where)
    expect(found.ids).toEqual(ids)
    expect(found.push).toMatchObject({
      ...size,
      ...{ audienceKind: 'where', state: ids.length === 0 ? 'done' : 'queued', dueAt: null },
    })
    expect(found.push.finishedAt).toBe(ids.length === 0 ? 5000 : null)
  })

  test('attributes of any name', async () => {
    const { store } = context
    const service = await addService(store)
    const names = [
      'a\\b',
      'a"b',
      '\\',
      '"',
      '\\"',
      'a.b',
      '$',
      '[0]',
      '',
      ' ',
      '\n',
      '\u0001',
      'ä',
      '😀',
      '\\u0061',
      "'",
    ]
    await addDevices(
      service,
      names.map((name) => ({ attributes: { [name]: 'x' } })),
    )
    for (const [index, name] of names.entries()) {
      const where = { attributes: { [name]: 'x' } }
      expect(await resolved(service, where), JSON.stringify(name)).toMatchObject({ ids: [index + 1] })
    }
  })

  test('some thousand devices at a time; what is selective looks at no more than it names', async () => {
    const { store } = context
    const service = await addService(store)
    const many = Array.from({ length: 6000 }, (_, n) => ({
      ...{ platform: n % 3 === 0 ? 'iPhone' : 'iPad', isActive: n % 10 !== 0 },
      ...(n % 1000 === 999 && { tags: ['rare'] }),
    }))
    await addDevices(service, many)
    const phones = await resolved(service, { platform: ['iPhone'] })
    expect(phones.push).toMatchObject({ audienceSize: 1800, skippedInactive: 200 })
    expect(phones.calls).toBe(3)
    expect(phones.ids).toEqual([...phones.ids].sort((a, b) => a - b))
    const rare = await resolved(service, { and: [{ platform: ['iPhone'] }, { tags: ['rare'] }] })
    expect(rare).toMatchObject({ ids: [1000, 4000], calls: 1 })
    // One is enough to know that there is somebody.
    const size = await store.pushes.measure(
      service.id,
      { kind: 'where', where: { not: { users: [1] } } },
      { enough: 1 },
    )
    expect(size.audienceSize).toBeGreaterThan(0)
    expect(size.audienceSize).toBeLessThan(5400)
  })

  test('who wants to know no more ends the counting', async () => {
    const { store } = context
    const service = await addService(store)
    await addDevices(
      service,
      Array.from({ length: 6000 }, () => ({ platform: 'iPhone' })),
    )
    const audience = { kind: 'where', where: { platform: ['iPhone'] } } as const
    const gone = new AbortController()
    const { signal } = gone
    expect(await store.pushes.measure(service.id, audience, { signal })).toMatchObject({ audienceSize: 6000 })
    const compiled = vi.spyOn(SqliteDatabase.prototype, 'compiled')
    onTestFinished(() => compiled.mockRestore())
    const counted = store.pushes.measure(service.id, audience, { signal })
    while (compiled.mock.calls.length === 0) await turn()
    gone.abort()
    await expect(counted).rejects.toMatchObject({ code: 'PUSH_ERR_ABORTED' })
    // 6,000 devices are three pages.
    expect(compiled.mock.calls.length).toBeLessThan(3)
  })

  test('a page at a time it can be paused, resumed, and cancelled', async () => {
    const { store } = context
    const service = await addService(store)
    await addDevices(
      service,
      Array.from({ length: 6000 }, () => ({ platform: 'iPhone' })),
    )
    const audience = { kind: 'where', where: { platform: ['iPhone'] } } as const
    const { id } = await planPush(store, service, { audience })
    await store.pushes.begin(id, 5000)
    const change = { stateReason: null, stateBy: null, dueAt: null, endingAs: null }
    await store.pushes.setState(id, ['scheduled'], { ...change, state: 'paused' })
    expect(await store.pushes.begin(id, 5000)).toBeUndefined()
    const resumed = await store.pushes.setState(id, ['paused'], { ...change, state: 'queued' })
    expect(resumed).toMatchObject({ state: 'scheduled', dueAt: 5000, audienceSize: 2500 })
    expect(await store.pushes.begin(id, 5000)).toMatchObject({ state: 'scheduled', audienceSize: 5000 })
    const cancelled = await store.pushes.finish(id, 'cancelled', 'enough', 6000)
    expect(cancelled).toMatchObject({ state: 'cancelled', audienceSize: 5000, unsent: 5000, accepted: 0 })
    expect(await store.pushes.begin(id, 5000)).toBeUndefined()
  })
})

function iso(at: number): string {
  return new Date(at).toISOString()
}
