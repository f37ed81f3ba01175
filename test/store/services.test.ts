import { expect, test } from 'vitest'
import { apple } from '../model/credentials.js'
import { addDevices, addService, describeStore, planPush } from './describe-store.js'

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
