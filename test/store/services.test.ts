import { expect, test } from 'vitest'
import { apple } from '../model/credentials.js'
import { acceptedPage, addDevices, addService, describeStore, planPush, tokenOf } from './describe-store.js'

describeStore('services', (context) => {
  test('a service comes back as it was stored, without its secret', async () => {
    const { store } = context
    const service = await addService(store, { port: 2197, ca: 'CA', feedback: 'deferred' })
    expect(service).toEqual({
      ...{ id: 1, name: 'production', hostname: 'api.push.apple.com', port: 2197, topic: 'com.example.app' },
      ...{ authentication: 'key', keyId: 'ABC123DEFG', teamId: 'DEF123GHIJ', certificate: null },
      ...{ ca: 'CA', feedback: 'deferred', maxPerSecond: null, createdAt: 1000, updatedAt: 1000 },
    })
    expect(await store.services.get(1)).toEqual(service)
    expect(await store.services.list()).toEqual([service])
    expect(await store.services.get(2)).toBeUndefined()
  })

  test('the credential comes back whole, for a key and for a certificate', async () => {
    const { store } = context
    const certificate = { certificate: `${apple.certificate}${apple.privateKey}`, passphrase: 'pässword' }
    const first = await addService(store)
    const second = await addService(store, {
      name: 'other',
      credential: { kind: 'certificate', certificate },
    })
    expect(second).toMatchObject({
      authentication: 'certificate',
      certificate: apple.certificate,
      keyId: null,
    })
    expect(await store.services.credential(first.id)).toMatchObject({
      kind: 'key',
      key: { keyId: 'ABC123DEFG' },
    })
    expect(await store.services.credential(second.id)).toEqual({ kind: 'certificate', certificate })
    await expect(store.services.credential(9)).rejects.toMatchObject({ code: 'PUSH_ERR_SERVICE_NOT_FOUND' })
  })

  test('unique (name, hostname)', async () => {
    const { store } = context
    await addService(store)
    await expect(addService(store)).rejects.toMatchObject({
      code: 'PUSH_ERR_SERVICE_EXISTS',
      message:
        'name: there is a service named "production" for the host api.push.apple.com already; use another name',
    })
    await addService(store, { hostname: 'api.sandbox.push.apple.com' })
    expect(await store.services.list()).toHaveLength(2)
  })

  test('a service in use is removed only with all that hangs on it', async () => {
    const { store } = context
    const service = await addService(store)
    const other = await addService(store, { name: 'other' })
    await addDevices(store, service, 3)
    await store.devices.register({ token: 'ff', serviceId: other.id, at: 1 })
    await store.notifications.create({ serviceId: service.id }, 1)
    const push = await planPush(store, service)
    await expect(store.services.remove(service.id)).rejects.toMatchObject({
      code: 'PUSH_ERR_SERVICE_IN_USE',
      message: expect.stringContaining('(devices: 3, notifications: 1, pushes: 1)'),
    })
    expect(await store.devices.count({})).toBe(4)
    await store.services.remove(service.id, { cascade: true })
    expect(await store.devices.count({})).toBe(1)
    expect(await store.pushes.get(push.id)).toBeUndefined()
    expect(await store.services.list()).toEqual([other])
    await expect(store.services.remove(service.id)).rejects.toMatchObject({
      code: 'PUSH_ERR_SERVICE_NOT_FOUND',
    })
  })

  test('what hangs on a service is removed in steps, each of which leaves what is true', async () => {
    const { store } = context
    const service = await addService(store)
    const other = await addService(store, { name: 'other' })
    await addDevices(store, service, 30)
    await store.devices.register({ token: 'ff', serviceId: other.id, at: 1 })
    const others = await planPush(store, other)
    const tokens = Array.from({ length: 30 }, (_, n) => tokenOf(n + 1))
    const push = await planPush(store, service, { audience: { kind: 'tokens', tokens } })
    const waiting = await planPush(store, service)
    const chunk = (await store.pushes.lease(push.id, 'me', 5000, 9000))!
    const delivery = { outcome: 'rejected', reason: 'A', status: 400, apnsId: null, at: 6000 } as const
    const record = {
      ...{ ...acceptedPage([1, 2, 3, 4, 5, 6, 7, 8]), chunkId: chunk.id, fence: chunk.fence, position: 9 },
      counts: { accepted: 8, rejected: 1, unknown: 0, unsent: 0 },
      deliveries: [{ ...delivery, deviceId: 9 }],
    }
    expect(await store.pushes.record(record)).toBeTruthy()
    await store.pushes.hand(chunk.id, chunk.fence, 10)

    // First of all, nothing is sent any more.
    expect(await store.services.removeDependants(service.id, 10, 7000)).toBe(true)
    expect(await store.services.removeDependants(service.id, 10, 7000)).toBe(true)
    const state = { state: 'cancelled', stateReason: 'its service is being removed', finishedAt: 7000 }
    expect(await store.pushes.get(push.id)).toMatchObject({
      ...{ ...state, accepted: 8, rejected: 1, unknown: 1, unsent: 20 },
    })
    expect(await store.pushes.get(waiting.id)).toMatchObject({ ...state, unsent: 30 })
    expect(await store.pushes.record({ ...record, position: 10 })).toBe(false)
    expect(await store.devices.count({ serviceId: service.id })).toBe(30)

    const devices = new Set<number>()
    let steps = 0
    for (; await store.services.removeDependants(service.id, 10, 8000); steps++) {
      devices.add(await store.devices.count({ serviceId: service.id }))
      const half = await store.pushes.get(push.id)
      if (half === undefined) continue
      expect(await store.pushes.keepsDeliveries(push.id)).toBe(false)
      expect(await store.pushes.reasons(push.id)).toContainEqual({
        outcome: 'rejected',
        reason: 'A',
        count: 1,
      })
    }
    // Two deliveries, thirty targets, three chunks and the push; three chunks and the push; the devices.
    expect(steps).toBe(4 + 1 + 3)
    expect([...devices]).toEqual([30, 20, 10, 0])
    expect(await store.pushes.list()).toEqual([others])
    expect(await store.devices.count({})).toBe(1)
    await store.services.remove(service.id)
  })

  test('ids of removed devices are not given out again', async () => {
    const { store } = context
    const service = await addService(store)
    await addDevices(store, service, 3)
    await store.services.remove(service.id, { cascade: true })
    const { device } = await store.devices.register({
      token: 'ff',
      serviceId: (await addService(store)).id,
      at: 1,
    })
    expect(device.id).toBe(4)
  })
})
