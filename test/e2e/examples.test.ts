import { readdirSync } from 'node:fs'
import { afterEach, expect, test, vi } from 'vitest'
import { CliScene, tokenOf } from '../cli/cli-scene.js'

const subset = [
  '97bc2e598e1a11e2bacfb8f6b113c99597bd77428e1a11e2ae36b8f6b113c995',
  '9c97e3d78e1a11e28470b8f6b113c9959c97e5a38e1a11e28fd6b8f6b113c995',
  'ba32393d8e1a11e28035b8f6b113c995ba323b0a8e1a11e28254b8f6b113c995',
  'c71667578e1a11e2a5cfb8f6b113c995c716692e8e1a11e29c74b8f6b113c995',
]

afterEach(() => {
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
})

test('push-to-a-subset pushes to the devices named, and to no other', async () => {
  await using scene = new CliScene()
  const { hostname, port, key, ca } = await scene.simulator()
  const simulator = await scene.simulator()
  {
    await using app = await scene.app()
    const input = { name: 'production', hostname, port, topic: 'com.example.app', key, ca }
    const { id } = await app.services.create(input)
    await app.devices.importMany(
      id,
      [...subset, tokenOf(1), tokenOf(2)].map((token) => ({ token })),
    )
  }
  simulator.unregister(subset[3]!)
  vi.stubEnv('IOS_NOTIFICATIONS_DATABASE', scene.database)
  const log = vi.spyOn(console, 'log').mockImplementation(() => {})

  await import('../../examples/push-to-a-subset.js')

  expect(log.mock.calls.flat()).toEqual([
    '3 accepted, 1 rejected',
    '0 without an answer, 0 not sent',
    'rejected: 1 Unregistered',
  ])
  expect(
    simulator
      .received()
      .map(({ token }) => token)
      .sort(),
  ).toEqual(subset)
  expect(simulator.received()[0]?.payload).toEqual({ aps: { alert: 'Some message' } })
})

test('mount-in-your-server has the device API beside routes of its own, until it is told to end', async () => {
  await using scene = new CliScene()
  const { key } = await scene.simulator()
  {
    await using app = await scene.app()
    await app.services.create({ name: 'production', hostname: 'localhost', topic: 'com.example.app', key })
    await app.users.create({ username: 'Aladdin', password: 'open sesame' })
  }
  vi.stubEnv('IOS_NOTIFICATIONS_DATABASE', scene.database)
  vi.stubEnv('PORT', '0')
  const log = vi.spyOn(console, 'log').mockImplementation(() => {})
  const listeners = process.rawListeners('SIGTERM')

  await import('../../examples/mount-in-your-server.js')

  const end = process.rawListeners('SIGTERM').find((listener) => !listeners.includes(listener))
  const url: string = log.mock.calls[0]?.[0]
  const register = (headers: Record<string, string>) => {
    const body = new URLSearchParams({ token: tokenOf(1), service: '1' })
    return fetch(`${url}/ios-notifications/device/`, { method: 'POST', body, headers })
  }
  try {
    expect(await (await fetch(url)).text()).toBe('my own server')
    expect((await register({})).status).toBe(401)
    expect((await register({ authorization: `Basic ${btoa('Aladdin:open sesame')}` })).status).toBe(201)
    expect((await fetch(`${url}/api/v1/devices`)).status).toBe(401)
    expect(await (await fetch(`${url}/api/v1/openapi.json`)).json()).toMatchObject({ openapi: '3.1.0' })
  } finally {
    await end?.()
  }
  await expect(fetch(url)).rejects.toThrow()
  await using app = await scene.app()
  expect((await app.devices.list()).map(({ token }) => token)).toEqual([tokenOf(1)])
})

test('submit-and-follow sends what it submits, once for one key, and says how far it is', async () => {
  await using scene = new CliScene()
  const simulator = await scene.simulator()
  {
    await using app = await scene.app()
    const { hostname, port, key, ca } = simulator
    const service = { name: 'production', hostname, port, topic: 'com.example.app', key, ca }
    const { id } = await app.services.create(service)
    await app.devices.importMany(id, [{ token: tokenOf(1) }, { token: tokenOf(2) }])
  }
  vi.stubEnv('IOS_NOTIFICATIONS_DATABASE', scene.database)
  const log = vi.spyOn(console, 'log').mockImplementation(() => {})
  for (let run = 0; run < 2; run++) {
    vi.resetModules()
    await import('../../examples/submit-and-follow.js')
    expect(log.mock.calls.at(-1)).toEqual(['done: 2 accepted, 0 rejected of 2'])
  }
  expect(simulator.received()).toHaveLength(2)
})

test('simulator-in-tests holds what it asserts', async () => {
  await import('../../examples/simulator-in-tests.js')
})

test('apns-client holds what it asserts', async () => {
  await import('../../examples/apns-client.js')
})

test('every example is run here', () => {
  expect(readdirSync('examples').filter((name) => name.endsWith('.ts'))).toEqual([
    'apns-client.ts',
    'mount-in-your-server.ts',
    'push-to-a-subset.ts',
    'simulator-in-tests.ts',
    'submit-and-follow.ts',
  ])
})
