import { expect, test } from 'vitest'
import { CliScene } from './cli-scene.js'

const push = ['push', '--service', '1', '--message', 'Hi']

test('push --where goes to those who fit', async () => {
  await using scene = new CliScene()
  await scene.prepare({ devices: 3 })
  await using app = await scene.app()
  const [first] = await app.devices.list({ service: 1 })
  await app.devices.update(first!.id, { platform: 'iPad', osVersion: '18.1' })
  const where = JSON.stringify({ and: [{ platform: ['iPad'] }, { osVersion: { from: '18' } }] })
  const dry = await scene.inProcess(...push, '--where', where, '--dry-run', '--json')
  expect(JSON.parse(dry.stdout)).toMatchObject({ audienceSize: 1, problems: [] })
  const sent = await scene.inProcess(...push, '--where', where)
  expect(sent.stdout).toMatch(/accepted=1 rejected=0 unknown=0 unsent=0\n$/)
  const schedule = await scene.inProcess(
    ...['schedule', 'add', '--cron', '0 9 * * *', '--service', '1', '--message', 'Hi', '--where', where],
  )
  expect(schedule.status).toBe(0)
  expect((await scene.inProcess('schedule', 'list')).stdout).toContain('to devices where {"and"')
})

test.each([
  [['--where', '[1]'], /'--where <json>' argument '\[1\]' is invalid. It must be a JSON object/],
  [['--where', '{"color": ["red"]}'], /--where: "color" is not known; use and, or, not/],
  [['--where', '{"not": {"users": ["x"]}}'], /--where\.not\.users\[0\]: "x" is not allowed; use an id/],
  [['--where', '{"users": [1]}', '--user', '1'], /--where goes with none of --token/],
  [['--where', '{"platform": ["x"]}'], /There is nobody to push to: .* fits the condition/],
])('%j is one clear line', async (args, stderr) => {
  await using scene = new CliScene()
  await scene.prepare({ devices: 1 })
  const result = await scene.inProcess(...push, ...args)
  expect(result).toMatchObject({ stdout: '', stderr: expect.stringMatching(stderr) })
  expect(result.status).toBeGreaterThan(0)
  expect(result.stderr).toMatch(/^ios-notifications: [^\n]*\n$/)
})
