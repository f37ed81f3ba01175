import { expect, test } from 'vitest'
import { CliScene, tokenOf } from './cli-scene.js'

test('a command that is killed in the middle of its work leaves an entry that stays pending', async () => {
  await using scene = new CliScene()
  const simulator = await scene.prepare({ devices: 1 })
  // Its answer never comes.
  simulator.markSlow([tokenOf(0)], 600_000)
  const push = scene.start(['push', '--service', '1', '--message', 'Hi'])
  await expect.poll(() => simulator.received().length).toBe(1)
  push.child.kill('SIGKILL')
  await push.ended
  await using app = await scene.app()
  expect(await app.audit.list()).toMatchObject([
    { operation: 'push', fields: ['service', 'message'], outcome: 'pending', status: null },
  ])
})
