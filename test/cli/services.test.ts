import { expect, test } from 'vitest'
import { CliScene, tokenOf } from './cli-scene.js'

test('a service with a key is added, listed, shown, checked and removed, and its key is never shown', async () => {
  await using scene = new CliScene()
  const { hostname, port, keyFile, caFile, key } = await scene.simulator()
  const added = await scene.cli(
    ...['service', 'add', '--name', 'test', '--hostname', hostname, '--port', String(port)],
    ...['--topic', 'com.example.app', '--key-file', keyFile, '--key-id', key.keyId, '--team-id', key.teamId],
    ...['--ca-file', caFile],
  )
  expect(added).toEqual({
    status: 0,
    stdout: `Service test added with id 1: ${hostname}:${port}\n`,
    stderr: '',
  })

  const [list, shown, json, checked] = await Promise.all([
    scene.cli('service', 'list'),
    scene.cli('service', 'show', '1'),
    scene.cli('service', 'show', '1', '--json'),
    scene.cli('service', 'check', '1'),
  ])
  expect(list.stdout.split('\n')[1]).toBe(
    `1   test  ${hostname}:${port}  com.example.app  key ${key.keyId}, team ${key.teamId}`,
  )
  expect(shown.stdout).toMatch(/^devices: +0 \(0 active\)$/m)
  expect(JSON.parse(json.stdout)).toMatchObject({
    id: 1,
    topic: 'com.example.app',
    devices: { total: 0, active: 0 },
    createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
  })
  expect(checked).toMatchObject({ status: 0, stdout: expect.stringMatching(/^OK: connected to /) })
  for (const { stdout } of [list, shown, json, checked]) expect(stdout).not.toContain('PRIVATE KEY')

  expect(await scene.cli('service', 'remove', '1')).toMatchObject({
    status: 0,
    stdout: 'Service 1 removed\n',
  })
  expect(await scene.cli('service', 'show', '1')).toEqual({
    status: 1,
    stdout: '',
    stderr: 'ios-notifications: APNService with id 1 does not exist\n',
  })
})

test('a service that has devices is removed with --cascade only', async () => {
  await using scene = new CliScene()
  await scene.prepare({ devices: 2 })
  const refused = await scene.cli('service', 'remove', '1')
  expect(refused).toMatchObject({ status: 1, stdout: '' })
  expect(refused.stderr).toMatch(
    /^ios-notifications: service 1 is in use \(devices: 2\); removing it needs --cascade,/,
  )
  expect(await scene.cli('service', 'remove', '1', '--cascade', '--json')).toMatchObject({
    status: 0,
    stdout: '{"id":1,"removed":true}\n',
  })
  expect(await scene.cli('device', 'show', tokenOf(0))).toMatchObject({ status: 1 })
})

test('a name that is taken for the host is refused', async () => {
  await using scene = new CliScene()
  const { hostname, keyFile, key } = await scene.prepare()
  const { status, stderr } = await scene.cli(
    ...['service', 'add', '--name', 'test', '--hostname', hostname, '--topic', 'com.example.app'],
    ...['--key-file', keyFile, '--key-id', key.keyId, '--team-id', key.teamId],
  )
  expect(status).toBe(1)
  expect(stderr).toMatch(/^ios-notifications: --name: there is a service named "test" for the host/)
})

test('the predecessor’s hosts are kept, and shown with the ones they mean', async () => {
  await using scene = new CliScene()
  const { keyFile, key } = await scene.simulator()
  const added = await scene.inProcess(
    ...['service', 'add', '--name', 'old', '--hostname', 'gateway.sandbox.push.apple.com', '--port', '2195'],
    ...['--topic', 'com.example.app', '--key-file', keyFile, '--key-id', key.keyId, '--team-id', key.teamId],
  )
  const address = 'gateway.sandbox.push.apple.com, which means api.sandbox.push.apple.com:443'
  expect(added).toMatchObject({ status: 0, stdout: `Service old added with id 1: ${address}\n` })
  expect((await scene.inProcess('service', 'list')).stdout).toContain(address)
  expect((await scene.inProcess('service', 'show', '1')).stdout).toContain(address)
})
