import { expect, test } from 'vitest'
import { CliScene } from './cli-scene.js'

const push = ['push', '--service', '1', '--message', 'Hi']

test('a push at a local time is submitted, looked at and cancelled', async () => {
  await using scene = new CliScene()
  await scene.prepare({ devices: 3 })
  const local = ['--at-local', '2099-12-01T09:00', '--time-zone', 'Europe/Berlin']
  expect(await scene.inProcess(...push, ...local)).toEqual({
    status: 0,
    stdout: 'push 1 begins at 2099-11-30T19:00:00.000Z; a worker (serve or worker) sends it\n',
    stderr: '',
  })
  const status = await scene.inProcess('push-status', '1')
  expect(status.stdout).toContain('each device gets it at 2099-12-01T09:00:00 of its own time zone\n')
  expect((await scene.inProcess('push-cancel', '1')).stdout).toContain('unsent=3\n')
  // A dry run checks it and writes nothing.
  expect((await scene.inProcess(...push, ...local, '--dry-run')).stdout).toContain('Nothing was sent.')
  const wrong = await scene.inProcess(...push, '--at-local', '2099-02-30T09:00', '--dry-run')
  expect(wrong).toMatchObject({
    status: 1,
    stderr: expect.stringContaining('--at-local: "2099-02-30T09:00" is'),
  })
  await using app = await scene.app()
  expect(await app.pushes.list()).toHaveLength(1)
})

test.each([
  [
    ['--at-local', '2099-02-30T09:00'],
    /--at-local: "2099-02-30T09:00" is not allowed; use a date and a time/,
  ],
  [['--at-local', '2020-12-01T09:00'], /--at-local: .* use a time that is not over in every time zone/],
  [['--at-local', '2099-12-01T09:00', '--time-zone', 'Mars'], /--time-zone: "Mars" is not allowed/],
  [['--at-local', '2099-12-01T09:00', '--at', '+1h'], /--at and --at-local exclude each other/],
  [['--time-zone', 'Europe/Berlin'], /--time-zone goes with --at-local only/],
])('%j is one clear line', async (args, stderr) => {
  await using scene = new CliScene()
  await scene.prepare({ devices: 1 })
  const result = await scene.inProcess(...push, ...args)
  expect(result).toEqual({ status: 2, stdout: '', stderr: expect.stringMatching(stderr) })
  expect(result.stderr).toMatch(/^ios-notifications: [^\n]*\n$/)
})
