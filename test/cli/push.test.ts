import { expect, test } from 'vitest'
import { CliScene, tokenOf } from './cli-scene.js'

test('a push to all devices says what became of it, with the sums as its last line', async () => {
  await using scene = new CliScene()
  const simulator = await scene.prepare({ devices: 8 })
  simulator.unregister([tokenOf(1), tokenOf(2)])
  simulator.markBad(tokenOf(3))

  const { status, stdout, stderr } = await scene.cli(
    ...['push_ios_notification', '--service=1', '--message=Hello', '--badge=2', '--sound=default'],
    ...['--extra={"foo": "bar", "baz": [1, 2, 3]}', '--batch-size=3'],
  )
  expect(status).toBe(0)
  expect(stdout.trimEnd().split('\n')).toEqual([
    'rejected: 2 Unregistered',
    'rejected: 1 BadDeviceToken',
    '3 devices deactivated:',
    `  ${tokenOf(1)}`,
    `  ${tokenOf(2)}`,
    `  ${tokenOf(3)}`,
    'Notification pushed successfully',
    'accepted=5 rejected=3 unknown=0 unsent=0',
  ])
  // On a slow machine there are lines before it.
  expect(stderr).toMatch(/(^|\n)100% 8\/8 accepted=5 rejected=3\n$/)
  expect(simulator.received(tokenOf(0))[0]?.payload).toEqual({
    aps: { alert: 'Hello', badge: 2, sound: 'default' },
    foo: 'bar',
    baz: [1, 2, 3],
  })

  const again = await scene.cli('push', '--service', '1', '--title', 'Only a title', '--json')
  expect(again).toMatchObject({ status: 0 })
  expect(JSON.parse(again.stdout)).toMatchObject({
    state: 'done',
    accepted: 5,
    skippedInactive: 3,
    reasons: [],
  })
  expect(simulator.received(tokenOf(0)).at(-1)?.payload).toEqual({
    aps: { alert: { title: 'Only a title' } },
  })
})

test('every header option arrives as Apple wants it', async () => {
  await using scene = new CliScene()
  const simulator = await scene.prepare({ devices: 1 })
  const payload = scene.file('payload.json', '{"aps":{"content-available":1},"id":7}')
  const { status } = await scene.cli(
    ...['push', '--service', '1', '--payload-file', payload, '--push-type', 'background', '--priority', '5'],
    ...['--collapse-id', 'news', '--expiration', '2030-01-01T00:00:00Z'],
  )
  expect(status).toBe(0)
  expect(simulator.received()).toMatchObject([
    {
      payload: { aps: { 'content-available': 1 }, id: 7 },
      headers: {
        'apns-push-type': 'background',
        'apns-priority': '5',
        'apns-collapse-id': 'news',
        'apns-expiration': '1893456000',
        'apns-topic': 'com.example.app',
      },
    },
  ])
  expect((await scene.cli('push', '--service', '1', '--silent', '--expiration', '0')).status).toBe(0)
  expect(simulator.received().at(-1)).toMatchObject({
    payload: { aps: { 'content-available': 1 } },
    headers: { 'apns-push-type': 'background', 'apns-expiration': '0' },
  })
})

test('tokens, a file of tokens, and users each narrow the audience', async () => {
  await using scene = new CliScene()
  const simulator = await scene.prepare({ devices: 5 })
  {
    await using app = await scene.app()
    const { id } = await app.users.create({ username: 'ann', password: 'secret words' })
    const device = await app.devices.find(tokenOf(4), 1)
    await app.devices.update(device!.id, { users: [id] })
  }
  const tokens = scene.file(
    'tokens.txt',
    `${tokenOf(2)}\r\n\n  <${tokenOf(3).toUpperCase()}>\n${tokenOf(99)}\n`,
  )
  const base = ['push', '--service', '1', '--message', 'Hi', '--json']
  const sent = async (...options: string[]) => {
    const before = simulator.received().length
    const { status, stdout } = await scene.cli(...base, ...options)
    expect(status).toBe(0)
    const received = simulator.received().slice(before)
    return { tokens: received.map(({ token }) => token).sort(), result: JSON.parse(stdout) as object }
  }
  expect(await sent('--token', tokenOf(0), tokenOf(1), '--token', tokenOf(2))).toMatchObject({
    tokens: [tokenOf(0), tokenOf(1), tokenOf(2)],
  })
  expect(await sent('--tokens-file', tokens)).toMatchObject({
    tokens: [tokenOf(2), tokenOf(3)],
    result: { accepted: 2, skippedUnregistered: 1 },
  })
  expect(await sent('--user', '1')).toMatchObject({ tokens: [tokenOf(4)] })
})

test('--no-persist keeps the notification out of the database, --persist puts it there', async () => {
  await using scene = new CliScene()
  await scene.prepare({ devices: 1 })
  await scene.cli('push', '--service', '1', '--message', 'kept out', '--no-persist')
  await scene.cli(
    '--persist-notifications',
    'false',
    'push',
    '--service',
    '1',
    '--message',
    'put there',
    '--persist',
  )
  await scene.cli('--persist-notifications', 'false', 'push', '--service', '1', '--message', 'by the setting')
  await using app = await scene.app()
  expect((await app.notifications.list()).map(({ message }) => message)).toEqual(['put there'])
})

test('--dry-run shows what would be sent, and sends nothing', async () => {
  await using scene = new CliScene()
  const simulator = await scene.prepare({ devices: 3 })
  const { status, stdout } = await scene.cli('push', '--service', '1', '--message', 'Hi', '--dry-run')
  expect(status).toBe(0)
  expect(stdout).toMatch(/^devices: +3$/m)
  expect(stdout).toMatch(/^payload: +\{"aps":\{"alert":"Hi"\}\}$/m)
  const json = await scene.cli('push', '--service', '1', '--message', 'Hi', '--dry-run', '--json')
  expect(JSON.parse(json.stdout)).toMatchObject({ audienceSize: 3, payloadBytes: 22 })
  expect(simulator.received()).toEqual([])
  await using app = await scene.app()
  expect(await app.notifications.list()).toEqual([])
})

test('--dry-run says all that is wrong, one line each', async () => {
  await using scene = new CliScene()
  await scene.prepare({ devices: 3 })
  const sound = 'x'.repeat(31)
  const text = 'x'.repeat(2048)
  const wrong = [
    '--message',
    text,
    '--title',
    text,
    '--sound',
    sound,
    '--priority',
    '7',
    '--collapse-id',
    ' a',
  ]
  const { status, stdout, stderr } = await scene.inProcess('push', '--service', '1', ...wrong, '--dry-run')
  expect(status).toBe(1)
  expect(stdout).toMatch(/^devices: +3$/m)
  expect(stderr.split('\n')).toEqual([
    `ios-notifications: --sound: "${sound}" has 31 characters; at most 30 are allowed`,
    'ios-notifications: --priority: 7 is not allowed; use 10, 5 or 1',
    expect.stringMatching(/^ios-notifications: --collapse-id: " a" has 2 bytes; use 1 to 64 bytes/),
    expect.stringMatching(
      /^ios-notifications: payload: \d+ bytes are too long; alert pushes have at most 4096/,
    ),
    '',
  ])
  const json = await scene.inProcess('push', '--service', '1', ...wrong, '--dry-run', '--json')
  expect(json.status).toBe(1)
  const { problems } = JSON.parse(json.stdout) as { problems: { field: string }[] }
  expect(problems.map(({ field }) => field)).toEqual(['sound', 'priority', 'collapseId', 'payload'])
})

test('--dry-run says what is probably not meant, and does not fail for it', async () => {
  await using scene = new CliScene()
  await scene.prepare({ devices: 3 })
  expect(await scene.inProcess('push', '--service', '1', '--extra', '{}', '--dry-run')).toMatchObject({
    status: 0,
    stderr: 'ios-notifications: warning: It shows nothing, makes no sound and wakes nothing\n',
  })
})

test('nobody to push to is said, and nothing is stored', async () => {
  await using scene = new CliScene()
  await scene.prepare({ devices: 0 })
  expect(await scene.cli('push', '--service', '1', '--message', 'Hi')).toMatchObject({
    status: 1,
    stdout: '',
    stderr: expect.stringMatching(/^ios-notifications: There is nobody to push to: .*\n$/),
  })
})
