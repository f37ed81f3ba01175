import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openSimulatorFiles } from '../../src/simulator/certificates/simulator-files.js'
import { startProxy } from '../apns/client/connect-proxy.js'
import { CliScene } from './cli-scene.js'

const pushArguments = ['push', '--service', '1', '--message', 'Hi'] as const

test('push and service check go through HTTPS_PROXY, with its user and password', async () => {
  await using scene = new CliScene()
  const simulator = await scene.prepare({ devices: 3 })
  const proxy = await startProxy({ credentials: 'user:p@ss' })
  const env = { HTTPS_PROXY: `http://user:p%40ss@127.0.0.1:${proxy.port}` }
  const check = await scene.start(['service', 'check', '1'], { env }).ended
  expect(check).toMatchObject({ status: 0, stdout: expect.stringMatching(/^OK/) })
  const push = await scene.start(pushArguments, { env }).ended
  expect(push).toMatchObject({ status: 0, stdout: expect.stringMatching(/accepted=3 .*unsent=0\n$/) })
  const target = `127.0.0.1:${simulator.port}`
  expect(proxy.targets).toEqual([target, target])
})

test('NO_PROXY for 127.0.0.1 and localhost keeps the simulator direct', async () => {
  await using scene = new CliScene()
  await scene.prepare({ devices: 1 })
  const proxy = await startProxy()
  const env = { HTTPS_PROXY: `http://127.0.0.1:${proxy.port}`, NO_PROXY: 'localhost,127.0.0.1' }
  const check = await scene.start(['service', 'check', '1'], { env }).ended
  expect(check.status).toBe(0)
  const push = await scene.start(pushArguments, { env }).ended
  expect(push).toMatchObject({ status: 0, stdout: expect.stringMatching(/accepted=1 .*unsent=0\n$/) })
  expect(proxy.targets).toEqual([])
})

test('a proxy that refuses: what to do, and no password anywhere', async () => {
  await using scene = new CliScene()
  await scene.prepare({ devices: 1 })
  const proxy = await startProxy({ credentials: 'user:right' })
  const env = { HTTPS_PROXY: `http://user:hunter2@127.0.0.1:${proxy.port}` }
  const check = await scene.start(['service', 'check', '1'], { env }).ended
  expect(check.status).toBe(1)
  expect(check.stdout).toMatch(
    new RegExp(`^FAILED: .*the proxy 127\\.0\\.0\\.1:${proxy.port} refused .*: 407 \\(give the right user`),
  )
  const push = await scene.start(pushArguments, { env }).ended
  expect(push).toMatchObject({ status: 1, stdout: expect.stringMatching(/unsent=1\n$/) })
  expect(JSON.stringify([check, push])).not.toMatch(/hunter2|aHVudGVy/)
})

test('a variable that is no proxy', async () => {
  await using scene = new CliScene()
  await scene.prepare({ devices: 1 })
  const env = { HTTPS_PROXY: 'socks5://user:hunter2@127.0.0.1:1080' }
  const tries = [
    [['service', 'check', '1'], 1],
    [pushArguments, 2],
  ] as const
  for (const [args, status] of tries) {
    const result = await scene.start(args, { env }).ended
    expect(result.status).toBe(status)
    expect(result.stdout + result.stderr).toContain('HTTPS_PROXY: only HTTP proxies are supported')
    expect(JSON.stringify(result)).not.toContain('hunter2')
  }
})

test('an https:// proxy: its certificate is checked by NODE_EXTRA_CA_CERTS, before the password leaves', async () => {
  await using scene = new CliScene()
  await scene.prepare({ devices: 2 })
  const folder = mkdtempSync(join(tmpdir(), 'ios-notifications-proxy-'))
  const { authority, server } = openSimulatorFiles(folder, ['localhost'])
  rmSync(folder, { recursive: true })
  const proxy = await startProxy({ credentials: 'user:right', certificate: server })
  const env = { HTTPS_PROXY: `https://user:right@localhost:${proxy.port}` }

  const untrusted = await scene.start(['service', 'check', '1'], { env }).ended
  expect(untrusted).toMatchObject({
    status: 1,
    stdout: expect.stringMatching(/the proxy localhost:\d+ can not be trusted: .*NODE_EXTRA_CA_CERTS/),
  })
  expect(proxy.targets).toEqual([])

  const trusting = { ...env, NODE_EXTRA_CA_CERTS: scene.file('proxy-ca.pem', authority.certificate) }
  const push = await scene.start(pushArguments, { env: trusting }).ended
  expect(push).toMatchObject({ status: 0, stdout: expect.stringMatching(/accepted=2 .*unsent=0\n$/) })
  expect(proxy.targets).toHaveLength(1)
  await proxy.abandoned()
})

test('the demonstration needs no way to the internet', async () => {
  await using scene = new CliScene()
  const env = { IOS_NOTIFICATIONS_DATABASE: '', HTTPS_PROXY: 'http://no-such-proxy.invalid:3128' }
  const demo = await scene.start(['demo', '--once'], { env }).ended
  expect(demo).toMatchObject({ status: 0, stdout: expect.stringMatching(/accepted=980 /) })
}, 120_000)
