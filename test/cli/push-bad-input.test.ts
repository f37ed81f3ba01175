import { expect, test } from 'vitest'
import { CliScene, tokenOf } from './cli-scene.js'

test('bad input is one clear line, exit status 2, and nothing half-done', async () => {
  await using scene = new CliScene()
  const simulator = await scene.prepare({ devices: 2 })
  const empty = scene.file('empty.txt', '\n\n')
  const stray = scene.file('stray.txt', `${tokenOf(1)}\n\nxyz\n`)
  const list = scene.file('list.json', '[1]')
  const hi = ['--service', '1', '--message', 'Hi']
  const cases: [string[], RegExp][] = [
    [['--message', 'Hi'], /^required option '--service <id>' not specified$/],
    [['--service', 'one', '--message', 'Hi'], /'--service <id>' argument 'one' is invalid/],
    [['--service', '1.5', '--message', 'Hi'], /'--service <id>' argument '1.5' is invalid/],
    [['--service', '1'], /^give a --message, a --title, --extra, --silent or a --payload-file$/],
    [['--service', '1', '--badge', '1', '--sound', 'default'], /^give a --message/],
    [['--service', '1', '--message', ''], /^give a --message/],
    [[...hi, '--badge', '-1'], /'--badge <n>' argument '-1' is invalid. It must be a whole number from 0/],
    [[...hi, '--badge', '1.5'], /'--badge <n>' argument '1.5' is invalid/],
    [[...hi, '--badge', 'two'], /'--badge <n>' argument 'two' is invalid/],
    [[...hi, '--extra', '[1]'], /'--extra <json>' argument '\[1\]' is invalid. It must be a JSON object/],
    [[...hi, '--extra', '{bad'], /'--extra <json>' argument '{bad' is invalid. It is no JSON: /],
    [[...hi, '--extra', '{"aps": {}}'], /^--extra: the key "aps" is not allowed/],
    [[...hi, '--batch-size', '0'], /'--batch-size <n>' argument '0' is invalid/],
    [[...hi, '--batch-size', 'many'], /'--batch-size <n>' argument 'many' is invalid/],
    [[...hi, '--priority', '7'], /^--priority: 7 is not allowed; use 10, 5 or 1$/],
    [[...hi, '--collapse-id', 'x'.repeat(65)], /^--collapse-id: .* has 65 bytes; at most 64 are allowed$/],
    [[...hi, '--expiration', 'tomorrow'], /'--expiration <when>' argument 'tomorrow' is invalid/],
    [[...hi, '--expiration', '2030-01-01T00:00:00'], /'--expiration <when>' argument .* is invalid/],
    [[...hi, '--sound', 'x'.repeat(31)], /^--sound: .* has 31 characters; at most 30 are allowed$/],
    [[...hi, '--push-type', 'background', '--priority', '10'], /priority/],
    [[...hi, '--payload-file', list], /^--message and --payload-file exclude each other/],
    [['--service', '1', '--payload-file', list], /^--payload-file .*list\.json must be a JSON object/],
    [['--service', '1', '--payload-file', `${list}.no`], /^--payload-file can't be read: ENOENT/],
    [[...hi, '--token', 'xyz'], /^--token: "xyz" is not hexadecimal/],
    [[...hi, '--token', 'abc'], /odd number of digits/],
    [[...hi, '--token', 'ab'.repeat(300)], /too long: 600 digits, at most 512 are allowed/],
    [
      [...hi, '--token', tokenOf(1), '--tokens-file', stray],
      /^--tokens-file .*stray\.txt, line 3: "xyz" is not/,
    ],
    [[...hi, '--tokens-file', empty], /^--tokens-file .*empty\.txt holds no token$/],
    [[...hi, '--token', tokenOf(1), '--user', '1'], /^--user goes with neither --token nor --tokens-file$/],
    [[...hi, '--user', 'ann'], /'--user <id...>' argument 'ann' is invalid/],
  ]
  for (const [options, message] of cases) {
    const { status, stdout, stderr } = await scene.inProcess('push', ...options)
    expect({ options, status, stdout }).toEqual({ options, status: 2, stdout: '' })
    expect(stderr).toMatch(/^ios-notifications: [^\n]*\n$/)
    expect(stderr.replace(/^ios-notifications: (error: )?/, '').trimEnd()).toMatch(message)
  }
  expect(simulator.received()).toEqual([])
  await using app = await scene.app()
  expect(await app.notifications.list()).toEqual([])
})

test('a service that does not exist is said in the predecessor’s words', async () => {
  await using scene = new CliScene()
  expect(await scene.cli('push', '--service', '123', '--message', 'Hi')).toEqual({
    status: 1,
    stdout: '',
    stderr: 'ios-notifications: APNService with id 123 does not exist\n',
  })
})

test('a payload of exactly the limit is sent, of one byte more is refused', async () => {
  await using scene = new CliScene()
  const simulator = await scene.prepare({ devices: 1 })
  const frame = JSON.stringify({ aps: { alert: 'Hi' }, x: '' }).length
  const push = (bytes: number) =>
    scene.cli('push', '--service', '1', '--message', 'Hi', '--extra', `{"x":"${'x'.repeat(bytes - frame)}"}`)
  const over = await push(4097)
  expect(over).toMatchObject({ status: 2, stdout: '' })
  expect(over.stderr).toMatch(/^ios-notifications: payload.*4097.*4096.*\n$/)
  expect(simulator.received()).toEqual([])
  expect(await push(4096)).toMatchObject({ status: 0 })
  expect(simulator.received()).toHaveLength(1)
})
