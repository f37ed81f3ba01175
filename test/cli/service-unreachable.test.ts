import { once } from 'node:events'
import { createServer } from 'node:net'
import { expect, test } from 'vitest'
import { startSimulator } from '../../src/simulator/index.js'
import { CliScene, tokenOf } from './cli-scene.js'

/** A port at which nobody listens. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}

test('a simulator that is down: the push ends with unsent, says so, and exits with 1', async () => {
  await using scene = new CliScene()
  const port = await freePort()
  await scene.prepare({ devices: 3, port })
  const { status, stdout, stderr } = await scene.cli('push', '--service', '1', '--message', 'Hi')
  expect(status).toBe(1)
  expect(stdout.trimEnd().split('\n').at(-1)).toBe('accepted=0 rejected=0 unknown=0 unsent=3')
  expect(stdout).not.toContain('successfully')
  expect(stderr).toMatch(/^ios-notifications: the push .*; 3 were not sent$/m)

  const check = await scene.cli('service', 'check', '1')
  expect(check.status).toBe(1)
  expect(check.stdout).toMatch(new RegExp(`^FAILED: .*${port}.*ECONNREFUSED`))
})

test('a server whose certificate another authority signed is not trusted', async () => {
  await using scene = new CliScene()
  await scene.prepare({ devices: 1 })
  await using other = await startSimulator()
  {
    await using app = await scene.app()
    const { hostname, port, key } = await scene.simulator()
    const input = { name: 'test', hostname, port, topic: 'com.example.app', key, ca: other.ca }
    await app.services.update(1, input)
  }
  const check = await scene.cli('service', 'check', '1')
  expect(check).toMatchObject({ status: 1, stdout: expect.stringMatching(/^FAILED: .*certificate/i) })
  const push = await scene.cli('push', '--service', '1', '--message', 'Hi')
  expect(push.status).toBe(1)
  expect(push.stdout).toMatch(/unsent=1\n$/)
  expect((await scene.simulator()).received()).toEqual([])
})

test('a server whose certificate is for another host is not trusted', async () => {
  await using scene = new CliScene()
  await using simulator = await startSimulator({ certificateHosts: ['push.example.com'] })
  {
    await using app = await scene.app()
    const { hostname, port, key, ca } = simulator
    await app.services.create({ name: 'test', hostname, port, topic: 'com.example.app', key, ca })
    await app.devices.register({ token: tokenOf(1), service: 1 })
  }
  const check = await scene.cli('service', 'check', '1')
  expect(check).toMatchObject({ status: 1, stdout: expect.stringMatching(/^FAILED: .*127\.0\.0\.1/) })
  const push = await scene.cli('push', '--service', '1', '--message', 'Hi')
  expect(push).toMatchObject({ status: 1, stdout: expect.stringMatching(/unsent=1\n$/) })
  expect(simulator.received()).toEqual([])
})
