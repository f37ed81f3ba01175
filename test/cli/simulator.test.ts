import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { CliScene, tokenOf } from './cli-scene.js'

test('the simulator prints a command that makes a service for it, and pushes reach it', async () => {
  await using scene = new CliScene()
  const running = scene.start(['simulator', '--dir', 'sim'])
  const said = await running.said(/--ca-file \S+\n/)
  const command = /^ {2}npx ios-notifications (service add .*)$/m.exec(said)![1]!
  expect(await scene.cli(...command.split(' '))).toMatchObject({ status: 0 })
  await scene.cli('device', 'add', '--service', '1', '--token', tokenOf(1))
  expect(await scene.cli('push', '--service', '1', '--message', 'Hi')).toMatchObject({
    status: 0,
    stdout: 'Notification pushed successfully\naccepted=1 rejected=0 unknown=0 unsent=0\n',
  })
  running.child.kill('SIGINT')
  expect((await running.ended).status).toBe(0)
})

test('--json describes it; the same folder gives the same authority and key', async () => {
  await using scene = new CliScene()
  const files = []
  for (let run = 0; run < 2; run++) {
    const running = scene.start(['simulator', '--dir', 'sim', '--json'])
    const description = JSON.parse(await running.said(/\}\n/)) as Record<string, string>
    expect(description).toMatchObject({
      dir: join(scene.folder, 'sim'),
      keyId: 'SIMULATED1',
      teamId: 'SIMULATION',
    })
    files.push(readFileSync(description['caFile']!, 'utf8') + readFileSync(description['keyFile']!, 'utf8'))
    running.child.kill('SIGTERM')
    expect((await running.ended).status).toBe(0)
  }
  expect(files[0]).toBe(files[1])
})
