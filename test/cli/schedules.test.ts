import { setImmediate } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { CliScene } from './cli-scene.js'

test('a schedule is added, listed, shown, paused, resumed, run by a worker, and removed', async () => {
  await using scene = new CliScene()
  const simulator = await scene.prepare({ devices: 5 })
  const what = ['--service', '1', '--message', 'Good morning', '--token', '0'.repeat(64)]
  const added = await scene.inProcess(
    'schedule',
    'add',
    '--cron',
    '0 9 * * *',
    '--time-zone',
    'Europe/Berlin',
    ...what,
  )
  expect(added).toMatchObject({ status: 0, stderr: '' })
  expect(added.stdout).toMatch(/^Schedule added with id 1; it runs next at 20.*T0[78]:00:00\.000Z\n$/)
  const list = await scene.inProcess('schedule', 'list')
  expect(list.stdout).toContain('push notification 1 to 1 token ')
  expect(JSON.parse((await scene.inProcess('schedule', 'list', '--json')).stdout)).toMatchObject([
    {
      id: 1,
      cron: '0 9 * * *',
      timeZone: 'Europe/Berlin',
      nextAt: expect.stringMatching(/Z$/),
      isPaused: false,
    },
  ])
  expect((await scene.inProcess('schedule', 'pause', '1')).stdout).toBe('Schedule 1 is paused\n')
  expect((await scene.inProcess('schedule', 'show', '1')).stdout).toMatch(/^next: +paused$/m)
  expect((await scene.inProcess('schedule', 'resume', '1')).stdout).toMatch(/^Schedule 1 runs next at 20/)

  const every = await scene.inProcess('schedule', 'add', '--cron', '* * * * * *', '--json', ...what)
  expect(JSON.parse(every.stdout)).toMatchObject({ id: 2, timeZone: 'UTC' })
  const worker = scene.start(['worker'])
  await worker.said(/Working/)
  let stdout = ''
  while (!/^last result: +push \d+, devices: 1$/m.test(stdout)) {
    stdout = (await scene.inProcess('schedule', 'show', '2')).stdout
    // The simulator is in this process, and must come to its turn.
    await setImmediate()
  }
  expect((await scene.inProcess('schedule', 'remove', '2', '--json')).stdout).toBe(
    '{"id":2,"removed":true}\n',
  )
  worker.child.kill('SIGTERM')
  expect((await worker.ended).status).toBe(0)
  await using app = await scene.app()
  const pushes = await app.pushes.list()
  expect(pushes.length).toBeGreaterThan(0)
  expect(simulator.stats().received).toBeLessThanOrEqual(pushes.length)
})

test('a feedback service is called by a schedule', async () => {
  await using scene = new CliScene()
  await scene.prepare()
  await scene.inProcess(
    'feedback-service',
    'add',
    '--name',
    'a',
    '--hostname',
    'feedback.push.apple.com',
    '--service',
    '1',
  )
  const added = await scene.inProcess('schedule', 'add', '--cron', '0 3 * * *', '--feedback-service', '1')
  expect(added.stdout).toMatch(/^Schedule added with id 1; /)
  expect((await scene.inProcess('schedule', 'list')).stdout).toContain('call feedback service 1')
})

const cron = ['--cron', '0 9 * * *']
const push = ['--service', '1', '--message', 'Hi']

test.each([
  [[...push], 2, /required option '--cron <line>' not specified/],
  [[...cron], 2, /give a --service to push through, or a --feedback-service/],
  [[...cron, '--service', '1'], 2, /give a --message/],
  [['--cron', '0 9 * *', ...push], 2, /--cron: "0 9 \* \*" is not allowed; use five fields/],
  [['--cron', '0 0 30 2 *', ...push], 2, /--cron: .* never does/],
  [[...cron, '--time-zone', 'Mars', ...push], 2, /--time-zone: "Mars" is not allowed; use an IANA name/],
  [
    [...cron, '--feedback-service', '1', '--message', 'Hi'],
    2,
    /--message and --feedback-service exclude each other/,
  ],
  [[...cron, '--feedback-service', '9'], 1, /FeedbackService with id 9 does not exist/],
  [[...cron, '--service', '9', '--message', 'Hi'], 1, /APNService with id 9 does not exist/],
  [[...cron, ...push, '--expiration', '+2h'], 2, /--expiration: \d+ is not allowed; use none, or 0/],
])('schedule add %j is one clear line', async (args, status, stderr) => {
  await using scene = new CliScene()
  await scene.prepare()
  const result = await scene.inProcess('schedule', 'add', ...args)
  expect(result).toEqual({ status, stdout: '', stderr: expect.stringMatching(stderr) })
  expect(result.stderr).toMatch(/^ios-notifications: [^\n]*\n$/)
})

test.each(['show', 'pause', 'resume', 'remove'])('schedule %s of one that is not there', async (command) => {
  await using scene = new CliScene()
  expect(await scene.inProcess('schedule', command, '7')).toEqual({
    ...{ status: 1, stdout: '' },
    stderr: expect.stringMatching(/^ios-notifications: .*schedule with id 7 does not exist\n$/),
  })
})
