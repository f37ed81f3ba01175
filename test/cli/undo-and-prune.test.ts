import { expect, test } from 'vitest'
import { CliScene, tokenOf } from './cli-scene.js'

test('what a push has deactivated is reactivated, after a look at how many that are', async () => {
  await using scene = new CliScene()
  const simulator = await scene.prepare({ devices: 5 })
  simulator.unregister([1, 2].map(tokenOf))
  await scene.inProcess('push', '--service', '1', '--message', 'Hi')
  const reactivate = (...args: string[]) => scene.inProcess('device', 'reactivate', ...args)
  const done = (stdout: string, stderr = '') => ({ status: 0, stdout, stderr })
  expect(await reactivate('--push', '1', '--dry-run')).toEqual(done('2 devices would be reactivated.\n'))
  expect(await reactivate('--push', '1')).toEqual(done('2 devices were reactivated.\n'))
  expect(await reactivate('--push', '1', '--json')).toEqual(done('{"devices":0,"unregistered":0}\n'))
  expect(await reactivate('--push', '9')).toEqual({
    status: 1,
    stdout: '',
    stderr: 'ios-notifications: push with id 9 does not exist\n',
  })
})

test('devices are switched off and on by their tokens', async () => {
  await using scene = new CliScene()
  await scene.prepare({ devices: 3 })
  const change = (command: string, ...args: string[]) =>
    scene.inProcess('device', command, '--service', '1', '--token', ...args)
  expect(await change('deactivate', tokenOf(0), `<${tokenOf(1)}>`, tokenOf(1), tokenOf(8))).toEqual({
    status: 0,
    stdout: '2 devices were deactivated.\n',
    stderr: '1 token: no device of the service has it\n',
  })
  const shown = await scene.inProcess('device', 'show', tokenOf(1))
  expect(shown.stdout).toMatch(/^reason: +operator$/m)
  expect((await change('deactivate', tokenOf(0), tokenOf(2), '--dry-run')).stdout).toBe(
    '1 device would be deactivated.\n',
  )
  expect((await change('reactivate', tokenOf(0))).stdout).toBe('1 device was reactivated.\n')
  const active = await scene.inProcess('device', 'list', '--active', '--json')
  expect((JSON.parse(active.stdout) as { id: number }[]).map(({ id }) => id)).toEqual([1, 3])
})

test('prune only counts, unless it is told to', async () => {
  await using scene = new CliScene()
  await scene.prepare({ devices: 6 })
  await using app = await scene.app()
  await app.devices.deactivate({ devices: [6] })
  const prune = (...args: string[]) => scene.inProcess('device', 'prune', '--service', '1', ...args)
  expect((await prune('--unseen', '1')).stdout).toBe(
    '0 devices would be deleted, 0 of them active. Nothing was deleted; with --yes it is.\n',
  )
  scene.sql('update devices set added_at = added_at - 10 * 86400000 where id in (1, 2, 3, 6)')
  scene.sql('update devices set registered_at = added_at + 9 * 86400000 where id = 1')
  expect((await prune('--unseen', '10')).stdout).toBe(
    '3 devices would be deleted, 2 of them active. Nothing was deleted; with --yes it is.\n',
  )
  expect((await prune('--unseen', '11')).stdout).toMatch(/^0 devices would/)
  expect((await prune('--unseen', '1')).stdout).toBe(
    `4 devices would be deleted, 3 of them active. Nothing was deleted; with --yes it is.
That is more than half of the 5 active devices of service 1.
`,
  )
  expect((await prune('--inactive', '1')).stdout).toMatch(/^0 devices would/)
  expect(await app.devices.count()).toBe(6)
  expect((await prune('--unseen', '10', '--yes', '--json')).stdout).toBe(
    '{"devices":3,"active":2,"activeDevices":5,"deleted":true}\n',
  )
  expect((await app.devices.list()).map(({ id }) => id)).toEqual([1, 4, 5])
  scene.sql('update devices set is_active = 0, deactivated_at = 0 where id = 4')
  expect((await prune('--inactive', '36500', '--yes')).stdout).toBe('0 devices were deleted.\n')
  expect((await prune('--inactive', '1', '--yes')).stdout).toBe('1 device was deleted.\n')
})

test.each([
  [['device', 'prune', '--service', '1', '--unseen', '0'], 2, /--unseen <days>.*from 1 to 36500/],
  [['device', 'prune', '--service', '1', '--inactive', '1.5'], 2, /--inactive <days>/],
  [['device', 'prune', '--service', '1'], 2, /give either --unseen or --inactive/],
  [['device', 'prune', '--service', '1', '--unseen', '1', '--inactive', '1'], 2, /give either/],
  [['device', 'prune', '--unseen', '1'], 2, /'--service <id>' not specified/],
  [['device', 'prune', '--service', '9', '--unseen', '1'], 1, /APNService with id 9 does not exist/],
  [['device', 'reactivate'], 2, /--service and --token/],
  [['device', 'reactivate', '--push', '1', '--service', '1'], 2, /--push goes with neither/],
  [['device', 'deactivate', '--service', '9', '--token', 'ab'], 1, /APNService with id 9 does not exist/],
  [['device', 'deactivate', '--service', '1', '--token', 'x'], 2, /--token: "x" is not hexadecimal/],
  [['feedback', '--service', '9'], 1, /APNService with id 9 does not exist/],
  [['feedback', '--follow', '--limit', '3'], 2, /exclude each other/],
])('%j is one clear line', async (args, status, stderr) => {
  await using scene = new CliScene()
  expect(await scene.inProcess(...args)).toEqual({
    status,
    stdout: '',
    stderr: expect.stringMatching(stderr),
  })
})
