import { expect, test } from 'vitest'
import { CliScene } from './cli-scene.js'

test('push-retry pushes to those who did not get it; stats tell the day', async () => {
  await using scene = new CliScene()
  await scene.prepare({ devices: 3 })
  const later = await scene.inProcess('push', '--service', '1', '--message', 'Hi', '--at', '+1h')
  expect(later.status).toBe(0)
  expect(await scene.inProcess('push-retry', '1')).toMatchObject({
    status: 1,
    stderr: 'ios-notifications: push 1 is scheduled; it can be tried again when it has ended\n',
  })
  await using app = await scene.app()
  const { id } = await app.submit({ service: 1, message: 'Hi' })
  await scene.inProcess('push-cancel', String(id))
  const retry = await scene.inProcess('push-retry', String(id), '--outcome', 'unsent', '--json')
  expect(JSON.parse(retry.stdout)).toMatchObject({ state: 'scheduled', retryOf: id })
  // However often.
  const again = await scene.inProcess('push-retry', String(id), '--outcome', 'unsent')
  expect(again.stdout).toContain(`push ${JSON.parse(retry.stdout).id} is scheduled`)
  expect(await scene.inProcess('push-retry', String(id), '--reason', 'Nonsense')).toMatchObject({ status: 1 })

  const stats = JSON.parse((await scene.inProcess('stats', '--json')).stdout)
  expect(stats).toMatchObject([{ service: 1, accepted: 0, unsent: 3 }])
  expect((await scene.inProcess('stats', '--service', '1')).stdout).toContain(stats[0].day)
  expect(await scene.inProcess('stats', '--from', 'x')).toMatchObject({
    stderr: 'ios-notifications: --from: "x" is not allowed; use a day such as 2026-11-24\n',
  })
})
