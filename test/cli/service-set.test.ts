import { expect, test } from 'vitest'
import { CliScene } from './cli-scene.js'

test('service set changes how a service sends, and nothing else', async () => {
  await using scene = new CliScene()
  await scene.prepare()
  expect(await scene.cli('service', 'set', '1', '--max-per-second', '500')).toEqual({
    status: 0,
    stdout: expect.stringMatching(/^Service .*: feedback immediate, 500 pushes a second\n$/),
    stderr: '',
  })
  const changed = await scene.cli('service', 'set', '1', '--feedback', 'deferred', '--json')
  expect(JSON.parse(changed.stdout)).toMatchObject({ id: 1, feedback: 'deferred', maxPerSecond: 500 })
  const shown = await scene.cli('service', 'show', '1')
  expect(shown.stdout).toMatch(/pushes a second: +500/)
  expect((await scene.cli('service', 'set', '1', '--max-per-second', 'none')).stdout).toMatch(
    /any number of pushes a second/,
  )
  expect(await scene.cli('service', 'check', '1')).toMatchObject({ status: 0 })
})

test.each([
  [['1'], 2, 'nothing to change: give --max-per-second or --feedback'],
  [['1', '--max-per-second', '0'], 2, /must be a whole number from 1 to 1000000, or none/],
  [['9', '--feedback', 'deferred'], 1, 'APNService with id 9 does not exist'],
])('service set %j', async (values, status, message) => {
  await using scene = new CliScene()
  const { stderr, ...ended } = await scene.cli('service', 'set', ...values)
  expect(ended).toEqual({ status, stdout: '' })
  expect(stderr).toMatch(message)
  expect(stderr.trimEnd()).not.toContain('\n')
})
