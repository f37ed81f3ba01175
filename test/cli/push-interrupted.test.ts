import { expect, test } from 'vitest'
import { CliScene, tokenOf } from './cli-scene.js'

const devices = 3000

/** A push whose answers never come, but for those of the first devices. */
async function startStuckPush(scene: CliScene) {
  const simulator = await scene.prepare({ devices })
  simulator.markSlow(
    Array.from({ length: devices - 10 }, (_, position) => tokenOf(position + 10)),
    600_000,
  )
  const running = scene.start(['push', '--service', '1', '--message', 'Hi'])
  await expect.poll(() => simulator.received().length).toBeGreaterThan(10)
  return running
}

test('Ctrl-C in the middle of a push, passed on by npm or not, ends it with the sums so far, and nothing is lost silently', async () => {
  await using scene = new CliScene()
  const running = await startStuckPush(scene)
  running.child.kill('SIGINT')
  await running.said(/Stopping/)
  running.child.kill('SIGINT')
  const { status, stdout, stderr } = await running.ended
  expect(status).toBe(1)
  const last = stdout.trimEnd().split('\n').at(-1)!
  const [accepted, rejected, unknown, unsent] = [...last.matchAll(/=(\d+)/g)].map(([, count]) =>
    Number(count),
  )
  expect(accepted! + rejected! + unknown! + unsent!).toBe(devices)
  expect(accepted).toBeGreaterThanOrEqual(10)
  expect(unknown).toBeGreaterThan(0)
  expect(unsent).toBeGreaterThan(0)
  expect(stdout).not.toContain('successfully')
  const shown = [...stderr.matchAll(/ (\d+)\/3000 accepted=/g)].at(-1)
  expect(Number(shown?.[1])).toBe(accepted! + rejected! + unknown!)
  expect(stderr).toMatch(
    /^ios-notifications: the push was stopped: interrupted; \d+ were not sent; of \d+ it is/m,
  )
})

test('a second Ctrl-C ends at once', async () => {
  await using scene = new CliScene()
  const running = await startStuckPush(scene)
  running.child.kill('SIGINT')
  await running.said(/Stopping/)
  // Until it is taken for a second one: npm passes the terminal's Ctrl-C on to a child that has had it already.
  const again = setInterval(() => running.child.kill('SIGINT'), 50)
  const { status, stdout } = await running.ended
  clearInterval(again)
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
})
