import { expect, test } from 'vitest'
import { open } from '../../src/app/index.js'
import { openAppScene, tokenOf } from './app-scene.js'

const day = 24 * 3_600_000
const many = Array.from({ length: 2500 }, (_, position) => ({ token: tokenOf(position) }))

test('a deactivation of thousands is taken back, and the ledger says so to whoever follows it', async () => {
  await using scene = await openAppScene()
  const { app, simulator } = scene
  const service = await app.services.create({ ...scene.service, key: simulator.key })
  await app.devices.importMany(service.id, many)
  const dead = many.slice(0, 2300)
  simulator.unregister(dead.map(({ token }) => token))
  const { pushId, deactivated } = await app.push({ service: service.id, message: 'Hi' })
  expect(deactivated).toBe(2300)
  expect(await app.devices.reactivate({ push: pushId }, { dryRun: true })).toMatchObject({ devices: 2300 })
  expect(await app.devices.count({ active: true })).toBe(200)
  expect(await app.devices.reactivate({ push: pushId })).toEqual({ devices: 2300, unregistered: 0 })
  expect(await app.devices.count({ active: true })).toBe(2500)

  const stop = new AbortController()
  const seen: number[] = []
  let undone = 0
  for await (const { id, undoneAt } of app.feedback.follow({ after: 100, signal: stop.signal })) {
    seen.push(id)
    if (undoneAt !== null) undone++
    if (seen.length === 2200) {
      // One that comes in while somebody follows.
      simulator.unregister(many[2400]!.token)
      await app.push({ service: service.id, message: 'Hi' }, { tokens: [many[2400]!.token] })
    }
    if (seen.length === 2201) stop.abort()
  }
  expect(seen).toEqual(Array.from({ length: 2201 }, (_, index) => 101 + index))
  expect(undone).toBe(2200)
  expect((await app.feedback.list({ after: 2300, service: service.id })).map(({ token }) => token)).toEqual([
    many[2400]!.token,
  ])
})

test('devices by id and by token, many at once, and those that are not there', async () => {
  await using scene = await openAppScene()
  const { app, simulator } = scene
  const service = await app.services.create({ ...scene.service, key: simulator.key })
  await app.devices.importMany(service.id, many)
  const tokens = many.slice(0, 1500).flatMap(({ token }) => [token, `<${token.toUpperCase()}>`])
  const off = await app.devices.deactivate({ service: service.id, tokens: [...tokens, 'ab', 'cd'] })
  expect(off).toEqual({ devices: 1500, unregistered: 2 })
  const devices = Array.from({ length: 1200 }, (_, index) => index + 1)
  expect(await app.devices.reactivate({ devices: [...devices, 1, 9999] })).toEqual({
    devices: 1200,
    unregistered: 1,
  })
  expect(await app.devices.count({ active: false })).toBe(300)
  const none = app.devices.deactivate({ service: 9, tokens: [] })
  await expect(none).rejects.toMatchObject({ code: 'PUSH_ERR_SERVICE_NOT_FOUND' })
  const bad = app.devices.deactivate({ service: service.id, tokens: ['ab', 'xyz'] })
  await expect(bad).rejects.toThrow('tokens[1]')
})

test('thousands of devices that have not been seen are deleted, after a count that changes nothing', async () => {
  await using scene = await openAppScene()
  const service = await scene.app.services.create({ ...scene.service, key: scene.simulator.key })
  await scene.app.devices.importMany(service.id, many)
  await scene.app.devices.deactivate({ devices: [1, 2, 3] })
  const { database } = scene.app.config
  const clock = { now: () => Date.now() + 10 * day }
  await using later = await open({ database, clock })
  await later.devices.register({ token: tokenOf(7), service: service.id })
  const unseen = { service: service.id, unseenDays: 9 }
  const counted = { devices: 2499, active: 2496, activeDevices: 2497 }
  expect(await later.devices.prune({ ...unseen, dryRun: true })).toEqual(counted)
  expect(await later.devices.prune({ ...unseen, unseenDays: 11 })).toMatchObject({ devices: 0 })
  expect(await later.devices.count()).toBe(2500)
  expect(await later.devices.prune(unseen)).toEqual(counted)
  expect((await later.devices.list()).map(({ token }) => token)).toEqual([tokenOf(7)])
  for (const [options, field] of [
    [{ unseenDays: 0 }, 'unseenDays'],
    [{ inactiveDays: 0.5 }, 'inactiveDays'],
    [{ inactiveDays: 36_501 }, 'inactiveDays'],
    [{}, 'unseenDays'],
    [{ unseenDays: 1, inactiveDays: 1 }, 'unseenDays'],
  ] as const) {
    const refused = later.devices.prune({ service: service.id, ...options })
    await expect(refused).rejects.toMatchObject({ code: 'PUSH_ERR_INPUT_INVALID', field })
  }
})
