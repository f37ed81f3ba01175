import { userInfo } from 'node:os'
import { setImmediate } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { CliScene } from './cli-scene.js'

const { username } = userInfo()

test('a push is scheduled, looked at, paused, resumed, and sent by a worker that ends with 0 on SIGTERM', async () => {
  await using scene = new CliScene()
  const simulator = await scene.prepare({ devices: 5 })
  const pushAt = ['push', '--service', '1', '--message', 'Hi', '--at']
  const scheduled = await scene.inProcess(...pushAt, '+1h')
  expect(scheduled.status).toBe(0)
  expect(scheduled.stdout).toMatch(/^push 1 begins at 20.*Z; a worker \(serve or worker\) sends it\n$/)
  const status = await scene.inProcess('push-status', '1')
  expect(status.stdout).toMatch(
    /^push 1 is scheduled \(.+\)\nit goes on at 20.*Z\n5 devices of 5 to go\naccepted=0 rejected=0 unknown=0 unsent=0\n$/,
  )
  const paused = await scene.inProcess('push-pause', '1', '--reason', 'wrong text')
  expect(paused.stdout).toMatch(/^push 1 is paused: wrong text \(.+\)\nit was to begin at 20.*Z\n/)
  // For the same time again.
  expect(await scene.inProcess('push-resume', '1')).toMatchObject({ status: 0, stdout: status.stdout })
  // One whose time has passed when it is resumed begins at once.
  await scene.inProcess(...pushAt, '2026-01-01T00:00:00Z')
  await scene.inProcess('push-pause', '2')
  await scene.inProcess('push-resume', '2')

  const worker = scene.start(['worker'])
  await worker.said(/Working/)
  let push = { state: 'queued' }
  while (push.state !== 'done') {
    push = JSON.parse((await scene.inProcess('push-status', '2', '--json')).stdout)
    // The simulator is in this process, and must come to its turn.
    await setImmediate()
  }
  expect(push).toMatchObject({ accepted: 5, audienceSize: 5 })
  expect(simulator.stats().received).toBe(5)
  worker.child.kill('SIGTERM')
  expect((await worker.ended).status).toBe(0)
})

test('who submits, pauses and resumes a push, and adds a schedule, is written down', async () => {
  await using scene = new CliScene()
  await scene.prepare({ devices: 5 })
  const json = async (...args: string[]) => JSON.parse((await scene.inProcess(...args, '--json')).stdout)
  const push = ['push', '--service', '1', '--message', 'Hi', '--at', '+1h']
  expect(await json(...push)).toMatchObject({ state: 'scheduled', stateBy: username })
  scene.sql('update pushes set state_by = null')
  expect(await json('push-pause', '1')).toMatchObject({ state: 'paused', stateBy: username })
  scene.sql('update pushes set state_by = null')
  expect(await json('push-resume', '1')).toMatchObject({ state: 'scheduled', stateBy: username })
  const cron = ['--cron', '0 9 * * MON-FRI', '--service', '1', '--message', 'Hi']
  expect(await json('schedule', 'add', ...cron)).toMatchObject({ createdBy: username })
})

test('a scheduled push is cancelled', async () => {
  await using scene = new CliScene()
  await scene.prepare({ devices: 5 })
  await scene.inProcess('push', '--service', '1', '--message', 'Hi', '--at', '+1h', '--urgent')
  const { status, stdout } = await scene.inProcess('push-cancel', '1', '--reason', 'enough')
  expect(status).toBe(0)
  expect(stdout).toBe(`push 1 is cancelled: enough (${username})\naccepted=0 rejected=0 unknown=0 unsent=5\n`)
})

test('a command that is repeated with its idempotency key is the same push, though nobody is active any more', async () => {
  await using scene = new CliScene()
  const simulator = await scene.prepare({ devices: 5 })
  const push = ['push', '--service', '1', '--message', 'Hi', '--idempotency-key']
  const first = await scene.inProcess(...push, 'order-17')
  expect(first).toMatchObject({ status: 0, stdout: expect.stringContaining('accepted=5') })
  const at = ['--at', '2030-01-01T00:00:00Z']
  await scene.inProcess(...push, 'order-18', ...at)
  scene.sql('update devices set is_active = 0')
  expect(await scene.inProcess(...push, 'order-17')).toMatchObject({ status: 0, stdout: first.stdout })
  expect(await scene.inProcess(...push, 'order-18', ...at)).toMatchObject({
    status: 0,
    stdout: 'push 2 begins at 2030-01-01T00:00:00.000Z; a worker (serve or worker) sends it\n',
  })
  await scene.inProcess('push-pause', '2')
  expect(await scene.inProcess(...push, 'order-18', ...at)).toMatchObject({
    status: 0,
    stdout: expect.stringMatching(/^push 2 is paused/),
  })
  expect(simulator.stats().received).toBe(5)
  expect(await scene.inProcess(...push, 'order-17', ...at)).toMatchObject({
    status: 1,
    stderr: expect.stringMatching(/^ios-notifications: --idempotency-key: "order-17" was used for push 1, /),
  })
})

test('what can not be is one line: no such push, a state that does not allow it, a wrong option', async () => {
  await using scene = new CliScene()
  await scene.prepare({ devices: 1 })
  expect(await scene.inProcess('push-status', '7')).toMatchObject({
    status: 1,
    stderr: expect.stringMatching(/^ios-notifications: .*push with id 7 does not exist\n$/),
  })
  await scene.inProcess('push', '--service', '1', '--message', 'Hi')
  expect(await scene.inProcess('push-pause', '1')).toMatchObject({
    status: 1,
    stderr: expect.stringMatching(/^ios-notifications: .*push 1 is done; .*\n$/),
  })
  expect(await scene.inProcess('push-status', 'x')).toMatchObject({ status: 2 })
  const wrong = ['--duplicates', 'sometimes']
  expect(await scene.inProcess('push', '--service', '1', '--message', 'Hi', ...wrong)).toMatchObject({
    status: 2,
    stderr: expect.stringContaining('never, bounded, allowed'),
  })
})
