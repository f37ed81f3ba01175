import { expect, test } from 'vitest'
import { CliScene, tokenOf } from './cli-scene.js'

const timestamp = Date.parse('2033-05-18T03:33:20.123Z')

test('the ledger is listed, and followed, one line an entry', async () => {
  await using scene = new CliScene()
  const simulator = await scene.prepare({ devices: 6 })
  const pushed = async (...dead: number[]) => {
    simulator.unregister(dead.map(tokenOf), timestamp)
    await scene.inProcess('push', '--service', '1', '--message', 'Hi')
  }
  const line = (id: number, effect: string) =>
    `${id} 1 ${tokenOf(id)} Unregistered 2033-05-18T03:33:20.123Z ${effect}\n`
  await pushed(1, 2, 3)
  const list = async (...args: string[]) => (await scene.inProcess('feedback', ...args)).stdout
  expect(await list()).toBe([1, 2, 3].map((id) => line(id, 'applied')).join(''))
  expect(await list('--service', '1', '--after', '1', '--limit', '1')).toBe(line(2, 'applied'))
  await scene.inProcess('device', 'reactivate', '--service', '1', '--token', tokenOf(2))
  expect(await list('--after', '1')).toBe(line(2, 'undone') + line(3, 'applied'))
  expect(JSON.parse(await list('--after', '2', '--json'))).toEqual({
    ...{ id: 3, serviceId: 1, deviceId: 4, token: tokenOf(3), reason: 'Unregistered' },
    ...{ timestamp: '2033-05-18T03:33:20.123Z', receivedAt: expect.stringMatching(/Z$/) },
    ...{ appliedAt: expect.stringMatching(/Z$/), undoneAt: null },
  })

  const follower = scene.start(['feedback', '--after', '2', '--follow'])
  await follower.said(/^3 1 /m)
  await pushed(5)
  await follower.said(new RegExp(`^\\d+ 1 ${tokenOf(5)} Unregistered .* applied$`, 'm'))
  follower.child.kill('SIGINT')
  expect(await follower.ended).toMatchObject({ status: 0, stderr: 'Stopping.\n' })
})
