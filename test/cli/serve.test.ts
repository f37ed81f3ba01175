import { expect, test } from 'vitest'
import { CliScene, tokenOf } from './cli-scene.js'

test('serve registers devices for users of the command line, and ends with 0 on SIGTERM', async () => {
  await using scene = new CliScene()
  await scene.prepare()
  await scene.cliWithInput('open sesame', 'user', 'create', 'Aladdin', '--password-stdin')
  const running = scene.start(['serve', '--port', '0', '--authentication', 'AuthBasic', '--json'])
  const said = await running.said(/"url":".*"/)
  const { url } = JSON.parse(said.split('\n').find((line) => line.includes('"url"'))!) as { url: string }
  expect((await fetch(`${url}/healthz`)).status).toBe(200)

  const register = (headers: Record<string, string>) =>
    fetch(`${url}/ios-notifications/device/`, {
      method: 'POST',
      headers,
      body: new URLSearchParams({ token: tokenOf(1), service: '1' }),
    })
  expect((await register({})).status).toBe(401)
  const credentials = Buffer.from('Aladdin:open sesame').toString('base64')
  expect((await register({ authorization: `Basic ${credentials}` })).status).toBe(201)

  running.child.kill('SIGTERM')
  const { status, stderr } = await running.ended
  expect(status).toBe(0)
  expect(stderr).not.toContain(credentials)
  expect((await scene.cli('device', 'show', tokenOf(1))).status).toBe(0)
})

test('a port in use is said in one line', async () => {
  await using scene = new CliScene()
  const first = scene.start(['serve', '--port', '0'])
  const port = /Listening on http:\/\/127\.0\.0\.1:(\d+)/.exec(await first.said(/Listening on .*\n/))![1]!
  const second = await scene.cli('--log-level', 'silent', 'serve', '--port', port)
  expect(second).toMatchObject({ status: 1, stdout: '' })
  expect(second.stderr).toMatch(
    new RegExp(`^ios-notifications: can't listen on 127\\.0\\.0\\.1, port ${port}: the port is in use.*\\n$`),
  )
  first.child.kill('SIGINT')
  expect((await first.ended).status).toBe(0)
})

test('settings at fault are named with their source', async () => {
  await using scene = new CliScene()
  const file = scene.file('settings.json', '{"prot": 1}')
  const [port, unknown, variable] = await Promise.all([
    scene.cli('serve', '--port', 'http'),
    scene.cli('--config', file, 'serve'),
    scene.start(['migrate'], { env: { IOS_NOTIFICATIONS_PROT: '1' } }).ended,
  ])
  for (const { status, stdout } of [port, unknown, variable])
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
  expect(port.stderr).toMatch(/^ios-notifications: --port must be an integer from 0 to 65535, not "http"\n$/)
  expect(unknown.stderr).toMatch(/settings\.json has an unknown key "prot"/)
  expect(variable.stderr).toMatch(/environment variable IOS_NOTIFICATIONS_PROT is unknown/)
})
