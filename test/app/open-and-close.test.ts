import { join } from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'
import { open } from '../../src/app/index.js'
import { openAppScene, tokenOf } from './app-scene.js'

afterEach(() => {
  vi.unstubAllEnvs()
})

test('what is given to open wins over the environment, which wins over the defaults', async () => {
  await using scene = await openAppScene()
  vi.stubEnv('IOS_NOTIFICATIONS_PORT', '1234')
  vi.stubEnv('IOS_NOTIFICATIONS_HOST', '::1')
  const database = `sqlite:${join(scene.folder, 'other.sqlite')}`
  await using app = await open({ database, host: 'localhost' })
  expect(app.config).toMatchObject({ database, host: 'localhost', port: 1234, logLevel: 'info' })
  expect(app.migrationsApplied).toBeGreaterThan(0)
  await using again = await open({ database })
  expect(again.migrationsApplied).toBe(0)
})

test('a database that is none leaves nothing open', async () => {
  await using scene = await openAppScene()
  await expect(open({ database: `sqlite:${scene.folder}` })).rejects.toMatchObject({
    code: 'PUSH_ERR_DATABASE_OPEN',
  })
})

test('closing ends the server, then a running push, then the database; nothing works after it', async () => {
  await using scene = await openAppScene()
  const { app, simulator } = scene
  const service = await app.services.create({ ...scene.service, key: simulator.key })
  const tokens = Array.from({ length: 300 }, (_, position) => tokenOf(position))
  await app.devices.importMany(
    service.id,
    tokens.map((token) => ({ token })),
  )
  simulator.markSlow(tokens.slice(1), 600_000)
  const { url } = await app.serve({ port: 0, authentication: 'AuthNone' })
  expect((await fetch(`${url}/healthz`)).status).toBe(200)
  const push = app.push({ service: service.id, message: 'Hi' })
  await expect.poll(() => simulator.received().length).toBeGreaterThan(1)

  const closing = [app.close(), app.close()]
  const { state, accepted, unknown, unsent } = await push
  expect(state).toBe('cancelled')
  expect(accepted + unknown + unsent).toBe(300)
  await Promise.all(closing)
  await expect(fetch(`${url}/healthz`)).rejects.toThrow()
  await expect(app.services.list()).rejects.toThrow()
  await expect(app.push({ service: service.id, message: 'Hi' })).rejects.toMatchObject({
    code: 'PUSH_ERR_CLOSED',
  })
})

test('an address that is taken leaves the application as it was', async () => {
  await using scene = await openAppScene()
  const { url } = await scene.app.serve({ port: 0 })
  const port = Number(new URL(url).port)
  await expect(scene.app.serve({ port })).rejects.toMatchObject({ code: 'PUSH_ERR_LISTEN' })
  expect(await scene.app.services.list()).toEqual([])
})
