import { expect, test } from 'vitest'
import type { PushProgress } from '../../src/app/index.js'
import { openAppScene, tokenOf } from './app-scene.js'

test('from a service to the result of a push, by the names of the library', async () => {
  await using scene = await openAppScene()
  const { app, simulator } = scene
  const service = await app.services.create({ ...scene.service, key: simulator.key })
  expect(service).toMatchObject({ id: 1, authentication: 'key', feedback: 'immediate' })

  const first = await app.devices.register({ token: `<${tokenOf(1).toUpperCase()}>`, service: service.id })
  expect(first).toMatchObject({ created: true, device: { token: tokenOf(1), isActive: true } })
  expect(await app.devices.register({ token: tokenOf(1), service: service.id })).toMatchObject({
    created: false,
  })
  await app.devices.importMany(service.id, [{ token: tokenOf(2) }, { token: tokenOf(3) }])
  expect(await app.devices.count({ service: service.id, active: true })).toBe(3)
  simulator.unregister(tokenOf(2))

  const notification = await app.notifications.create({ service: service.id, message: 'Some message' })
  const seen: PushProgress[] = []
  const result = await app.push(notification, { chunkSize: 2, onProgress: (progress) => seen.push(progress) })
  expect(result).toMatchObject({
    state: 'done',
    accepted: 2,
    rejected: 1,
    unknown: 0,
    unsent: 0,
    deactivated: 1,
    reasons: [{ outcome: 'rejected', reason: 'Unregistered', count: 1 }],
  })
  expect(seen.at(-1)).toMatchObject({ pushId: result.pushId, accepted: 2, rejected: 1 })
  expect(await app.deactivatedBy(result.pushId)).toEqual([tokenOf(2)])
  expect((await app.notifications.get(notification.id))?.lastSentAt).not.toBeNull()

  const { device } = await app.devices.register({ token: tokenOf(2), service: service.id })
  const some = await app.push(
    { service: service.id, message: 'To one' },
    { devices: [device.id], persist: false },
  )
  expect(some).toMatchObject({ audienceSize: 1, rejected: 1 })
  expect(await app.notifications.list()).toHaveLength(1)
})

test('an audience is named in one way only', async () => {
  await using scene = await openAppScene()
  const notification = { service: 1, message: 'Hi' }
  expect(() => scene.app.push(notification, { tokens: [tokenOf(1)], users: [1] })).toThrow(
    'give one of tokens, devices, users and where, not several',
  )
})

test('of an import, what is at fault is told by position, and the rest is there', async () => {
  await using scene = await openAppScene()
  const { app } = scene
  const { id } = await app.services.create({ ...scene.service, key: scene.simulator.key })
  const result = await app.devices.importMany(id, [
    { token: tokenOf(1) },
    { token: 'xyz' },
    { token: tokenOf(2) },
  ])
  expect(result).toMatchObject({
    created: 2,
    updated: 0,
    faults: [{ index: 1, error: { code: 'PUSH_ERR_DEVICE_TOKEN_INVALID' } }],
  })
  await expect(app.devices.importMany(id + 1, [])).rejects.toMatchObject({
    code: 'PUSH_ERR_SERVICE_NOT_FOUND',
  })
})
