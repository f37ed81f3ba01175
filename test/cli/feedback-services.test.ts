import { expect, test } from 'vitest'
import { CliScene, tokenOf } from './cli-scene.js'

test('a service that only collects: call_feedback_service deactivates, in the predecessor’s words', async () => {
  await using scene = new CliScene()
  const simulator = await scene.simulator()
  const { hostname, port, key, ca } = simulator
  {
    await using app = await scene.app()
    const address = { name: 'test', hostname, port, topic: 'com.example.app', key, ca }
    const service = await app.services.create({ ...address, feedback: 'deferred' })
    const tokens = Array.from({ length: 10 }, (_, position) => ({ token: tokenOf(position) }))
    await app.devices.importMany(service.id, tokens)
  }
  const add = [
    'feedback-service',
    'add',
    '--name',
    'test',
    '--hostname',
    'feedback.push.apple.com',
    '--service',
  ]
  expect(await scene.inProcess(...add, '1')).toEqual({
    status: 0,
    stdout: 'Feedback service test added with id 1\n',
    stderr: '',
  })
  expect((await scene.inProcess('feedback-service', 'list')).stdout).toContain('feedback.push.apple.com')

  const pushed = async (...dead: number[]) => {
    simulator.unregister(dead.map(tokenOf))
    await scene.inProcess('push', '--service', '1', '--message', 'Hi')
    return (await scene.inProcess('call_feedback_service', '--feedback-service=1')).stdout
  }
  expect(await pushed()).toBe('0 devices were deactivated.\n')
  expect(await pushed(3)).toBe('1 device was deactivated.\n')
  expect(await pushed(4, 5)).toBe('2 devices were deactivated.\n')
  expect((await scene.inProcess('call-feedback-service', '--feedback-service', '1', '--json')).stdout).toBe(
    '{"deactivated":0}\n',
  )
  expect((await scene.inProcess('service', 'show', '1')).stdout).toMatch(/^devices: +10 \(7 active\)$/m)
})

test.each([
  [
    ['call_feedback_service'],
    2,
    /^ios-notifications: required option '--feedback-service <id>' not specified\n$/,
  ],
  [
    ['call_feedback_service', '--feedback-service=x'],
    2,
    /^ios-notifications: option '--feedback-service <id>' .*'x'.*\n$/,
  ],
  [['call_feedback_service', '--feedback-service=1.5'], 2, /'1\.5'/],
  [
    ['call_feedback_service', '--feedback-service=123'],
    1,
    /^ios-notifications: FeedbackService with id 123 does not exist\n$/,
  ],
  [
    ['feedback-service', 'add', '--name', 'a', '--hostname', 'h', '--service', '9'],
    1,
    /APNService with id 9 does not exist/,
  ],
  [['feedback-service', 'add', '--name', 'a', '--hostname', 'a b', '--service', '9'], 2, /--hostname: "a b"/],
])('%j is one clear line', async (args, status, stderr) => {
  await using scene = new CliScene()
  expect(await scene.inProcess(...args)).toEqual({
    status,
    stdout: '',
    stderr: expect.stringMatching(stderr),
  })
})
