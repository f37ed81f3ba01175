import { once } from 'node:events'
import { createServer } from 'node:net'
import { expect, test } from 'vitest'
import { CliScene } from '../cli/cli-scene.js'

const lastLine = (text: string) => text.trimEnd().split('\n').at(-1)

test('the demonstration does the main job in an empty folder, and again on what it left there', async () => {
  await using scene = new CliScene()
  const env = { IOS_NOTIFICATIONS_DATABASE: '' }
  const first = await scene.start(['demo', '--once'], { env }).ended
  expect(first.status).toBe(0)
  expect(first.stdout).toMatch(/^Devices: +0 found, 1000 registered over HTTP$/m)
  expect(first.stdout).toMatch(/^rejected: 20 Unregistered$/m)
  expect(first.stdout).toMatch(/^20 devices deactivated:$/m)
  expect(lastLine(first.stdout)).toBe('accepted=980 rejected=20 unknown=0 unsent=0')

  // What is printed to be tried next works as printed.
  const commands = [...first.stdout.matchAll(/^ {2}npx ios-notifications (.*)$/gm)].map(([, line]) => line!)
  expect(commands).toHaveLength(3)
  for (const line of commands) {
    const args = [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain!)
    expect(await scene.start(args, { env }).ended).toMatchObject({ status: 0, stderr: '' })
  }

  // What somebody has set stays.
  const limit = ['service', 'set', '1', '--max-per-second', '50000']
  expect(await scene.start(limit, { env }).ended).toMatchObject({ status: 0 })
  const second = await scene.start(['demo', '--once'], { env }).ended
  expect(second.status).toBe(0)
  expect(second.stdout).toMatch(/^Devices: +1000 found, 0 registered over HTTP$/m)
  expect(second.stdout).toMatch(/^20 inactive devices skipped$/m)
  expect(lastLine(second.stdout)).toBe('accepted=980 rejected=0 unknown=0 unsent=0')
  const shown = await scene.start(['service', 'show', '1', '--json'], { env }).ended
  expect(JSON.parse(shown.stdout)).toMatchObject({ maxPerSecond: 50_000 })
})

test('it serves until Ctrl-C, on another port where that of the settings is taken, and its commands work meanwhile', async () => {
  await using scene = new CliScene()
  const taken = createServer().listen(0, '127.0.0.1')
  await once(taken, 'listening')
  const { port } = taken.address() as { port: number }
  const env = { IOS_NOTIFICATIONS_DATABASE: '', IOS_NOTIFICATIONS_PORT: String(port) }
  const running = scene.start(['demo', '--data', 'some where'], { env })
  const said = await running.said(/Serving until Ctrl-C/)
  taken.close()
  const url = /^Server: +(\S+)$/m.exec(said)![1]!
  expect(url).not.toContain(`:${port}`)
  expect((await fetch(`${url}/healthz`)).status).toBe(200)
  const [, admin, username, password] = /^Admin: +(\S+), user (\w+), password (\w+)$/m.exec(said)!
  expect(admin).toBe(`${url}/admin/`)
  const signIn = { method: 'POST', body: JSON.stringify({ username, password }) }
  const headers = { 'content-type': 'application/json' }
  expect((await fetch(`${url}/api/v1/session`, { ...signIn, headers })).status).toBe(200)
  const commands = [...said.matchAll(/^ {2}npx ios-notifications (.*)$/gm)].map(([, line]) => line!)
  expect(commands).toHaveLength(3)
  for (const line of commands) {
    const args = [...line.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(
      (match) => match[1] ?? match[2] ?? match[3]!,
    )
    expect(await scene.start(args, { env }).ended).toMatchObject({ status: 0 })
  }
  const second = await scene.start(['demo', '--data', 'some where'], { env }).ended
  expect(second).toMatchObject({ status: 1, stdout: '' })
  expect(second.stderr).toMatch(/^ios-notifications: a demo is running in some where already \(.*\n$/)
  running.child.kill('SIGINT')
  expect((await running.ended).status).toBe(0)
})

test('a run that was killed, and one that was stopped, leave nothing that the next one stumbles over', async () => {
  await using scene = new CliScene()
  const env = { IOS_NOTIFICATIONS_DATABASE: '' }
  const stopped = scene.start(['demo', '--once'], { env })
  await stopped.said(/^Server:/m)
  stopped.child.kill('SIGINT')
  expect(await stopped.ended).toMatchObject({ status: 1, stderr: expect.stringContaining('Closing') })
  const killed = scene.start(['demo', '--once'], { env })
  await killed.said(/^Data:/m)
  killed.child.kill('SIGKILL')
  await killed.ended
  const { status, stdout } = await scene.start(['demo', '--once'], { env }).ended
  expect(status).toBe(0)
  expect(lastLine(stdout)).toBe('accepted=980 rejected=20 unknown=0 unsent=0')
})
