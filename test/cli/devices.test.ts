import { expect, test } from 'vitest'
import { CliScene, tokenOf } from './cli-scene.js'

test('a device is added, listed and shown', async () => {
  await using scene = new CliScene()
  await scene.prepare({ devices: 3 })
  const printed = `<${tokenOf(9).toUpperCase()}>`
  expect(await scene.cli('device', 'add', '--token', printed, '--service', '1')).toEqual({
    status: 0,
    stdout: `Device ${tokenOf(9)} added, id 4\n`,
    stderr: '',
  })
  const again = await scene.cli('device', 'add', '--token', tokenOf(9), '--service', '1', '--json')
  expect(JSON.parse(again.stdout)).toMatchObject({ created: false, device: { id: 4, isActive: true } })

  const list = await scene.cli('device', 'list', '--limit', '2')
  expect(list.stdout.split('\n').map((line) => line.slice(0, 70).trimEnd())).toEqual([
    'ID  TOKEN                                                             SERVIC'.slice(0, 70).trimEnd(),
    `1   ${tokenOf(0)}`,
    `2   ${tokenOf(1)}`,
    '',
  ])
  expect(list.stderr).toBe('4 devices match; the next ones: --after 2\n')
  const rest = await scene.cli('device', 'list', '--after', '2', '--json')
  expect((JSON.parse(rest.stdout) as { id: number }[]).map(({ id }) => id)).toEqual([3, 4])

  const shown = await scene.cli('device', 'show', printed)
  expect(shown.stdout).toMatch(/^id: +4$/m)
  expect(shown.stdout).toMatch(/^active: +yes$/m)
})

test('a device that does not exist, and two filters that exclude each other', async () => {
  await using scene = new CliScene()
  await scene.prepare()
  const token = tokenOf(5)
  expect(await scene.cli('device', 'show', token, '--service', '1')).toMatchObject({
    status: 1,
    stderr: `ios-notifications: Device with token ${token} and service 1 does not exist\n`,
  })
  expect(await scene.cli('device', 'list', '--active', '--inactive')).toMatchObject({
    status: 2,
    stderr: 'ios-notifications: give --active or --inactive, not both\n',
  })
  expect(await scene.cli('device', 'add', '--token', 'xyz', '--service', '1')).toMatchObject({
    status: 2,
    stderr: expect.stringMatching(/^ios-notifications: --token: "xyz" is not hexadecimal/),
  })
  expect(await scene.cli('device', 'add', '--token', token, '--service', '9')).toMatchObject({
    status: 1,
    stderr: 'ios-notifications: APNService with id 9 does not exist\n',
  })
})

test('a service that does not exist has no list and no export, not empty ones', async () => {
  await using scene = new CliScene()
  for (const command of ['list', 'export'])
    expect(await scene.inProcess('device', command, '--service', '99')).toEqual({
      status: 1,
      stdout: '',
      stderr: 'ios-notifications: APNService with id 99 does not exist\n',
    })
})

test('the timeline of a device is shown, and a device is removed', async () => {
  await using scene = new CliScene()
  await scene.prepare({ devices: 1 })
  const token = tokenOf(0)
  await scene.inProcess('device', 'deactivate', '--service', '1', '--token', token)
  const shown = await scene.inProcess('device', 'timeline', token, '--service', '1')
  expect(shown.stdout).toMatch(/^WHEN +WHAT +WHY +APNS ID\n.* deactivated +operator +-\n.* added +- +-\n$/)
  const page = await scene.inProcess('device', 'timeline', token, '--service', '1', '--limit', '1', '--json')
  expect(JSON.parse(page.stdout)).toMatchObject({
    entries: [{ kind: 'deactivated' }],
    next: expect.any(String),
  })
  expect(await scene.inProcess('device', 'remove', token, '--service', '1')).toMatchObject({
    status: 0,
    stdout: 'Device 1 was deleted.\n',
  })
  expect(await scene.inProcess('device', 'remove', token, '--service', '1')).toMatchObject({
    status: 1,
    stderr: expect.stringMatching(/does not exist\n$/),
  })
})
