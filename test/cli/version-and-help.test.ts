import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { CliScene } from './cli-scene.js'

test('--version is that of the package, and makes no database', async () => {
  await using scene = new CliScene()
  const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string }
  expect(await scene.cli('--version')).toEqual({ status: 0, stdout: `${version}\n`, stderr: '' })
})

test('--help lists every command, the predecessor’s names among them', async () => {
  await using scene = new CliScene()
  const { status, stdout } = await scene.cli('--help')
  expect(status).toBe(0)
  for (const name of ['serve', 'migrate', 'user', 'service', 'device', 'push', 'simulator'])
    expect(stdout).toMatch(new RegExp(`^  ${name}\\b`, 'm'))
  expect(stdout).toContain('push_ios_notification')
})

test('the use is wrong: exit status 2 and one line that says what', async () => {
  await using scene = new CliScene()
  const results = await Promise.all([
    scene.cli('frobnicate'),
    scene.cli('push', '--service', '1', '--colour', 'red'),
    scene.cli('service', 'show'),
    scene.cli('device', 'list', '--limit', '10001'),
  ])
  expect(results.map(({ stderr }) => stderr)).toEqual([
    "ios-notifications: unknown command 'frobnicate'\n",
    "ios-notifications: unknown option '--colour'\n",
    "ios-notifications: missing required argument 'id'\n",
    "ios-notifications: option '--limit <n>' argument '10001' is invalid. It must be a whole number from 1 to 10000.\n",
  ])
  for (const { status, stdout } of results) expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
})
