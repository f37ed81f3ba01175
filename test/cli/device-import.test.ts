import { expect, test } from 'vitest'
import { CliScene, tokenOf } from './cli-scene.js'

test('CSV with a header: columns by name, quoted fields, flags as databases write them', async () => {
  await using scene = new CliScene()
  await scene.prepare()
  const file = scene.file(
    'devices.csv',
    `\uFEFFos_version,Token,is_active,platform,display\r\n"iOS 5.1.1, beta",${tokenOf(1)},t,iPhone,480x320\r\n` +
      `,${tokenOf(2)},0,"a ""pad""",\r\n\r\n,<${tokenOf(3).toUpperCase()}>,,,\r\n`,
  )
  expect(await scene.cli('device', 'import', file, '--service', '1')).toEqual({
    status: 0,
    stdout: 'created=3 updated=0 faulty=0\n',
    stderr: '',
  })
  await using app = await scene.app()
  expect(await app.devices.list()).toMatchObject([
    {
      token: tokenOf(1),
      isActive: true,
      platform: 'iPhone',
      display: '480x320',
      osVersion: 'iOS 5.1.1, beta',
    },
    { token: tokenOf(2), isActive: false, platform: 'a "pad"', display: '', osVersion: '' },
    { token: tokenOf(3), isActive: true, platform: '' },
  ])
})

test('NDJSON, and one token a line from standard input; what is there already is updated', async () => {
  await using scene = new CliScene()
  await scene.prepare()
  const ndjson = `{"token":"${tokenOf(1)}","platform":"iPad"}\n\n{"token":"${tokenOf(2)}","is_active":false}\n`
  expect(await scene.cliWithInput(ndjson, 'device', 'import', '-', '--service', '1')).toMatchObject({
    status: 0,
    stdout: 'created=2 updated=0 faulty=0\n',
  })
  const tokens = `\n${tokenOf(2)}\n${tokenOf(3)}`
  const second = await scene.cliWithInput(tokens, 'device', 'import', '-', '--service', '1', '--json')
  expect(second).toEqual({ status: 0, stdout: '{"created":1,"updated":1,"faulty":0}\n', stderr: '' })
  await using app = await scene.app()
  expect(await app.devices.count({ active: true })).toBe(3)
})

test('lines at fault are reported by number, the others are imported, and the status is 1', async () => {
  await using scene = new CliScene()
  await scene.prepare()
  const good = (position: number) => tokenOf(position)
  const tokens = [good(1), 'xyz', good(2), 'abc', 'ab'.repeat(300), good(3)].join('\n')
  const text = await scene.cliWithInput(tokens, 'device', 'import', '-', '--service', '1')
  expect(text).toMatchObject({ status: 1, stdout: 'created=3 updated=0 faulty=3\n' })
  expect(text.stderr.trimEnd().split('\n')).toEqual([
    expect.stringMatching(/^standard input, line 2: token: "xyz" is not hexadecimal/),
    expect.stringMatching(/^standard input, line 4: token: "abc" has an odd number of digits: 3/),
    expect.stringMatching(/^standard input, line 5: token: .* is too long: 600 digits, at most 512/),
  ])

  const csv = `token,platform\n${good(4)},iPhone\n${good(5)},${'x'.repeat(31)}\n${good(6)},a,b\n"${good(7)}"x,\n${good(8)},\n,iPad\n`
  const faulty = await scene.cli('device', 'import', scene.file('faulty.csv', csv), '--service', '1')
  expect(faulty).toMatchObject({ status: 1, stdout: 'created=2 updated=0 faulty=4\n' })
  const numbers = faulty.stderr
    .trimEnd()
    .split('\n')
    .map((line) => /faulty\.csv, line (\d+): ./.exec(line)?.[1])
  expect(numbers).toEqual(['3', '4', '5', '7'])

  const ndjson = `{"token":"${good(9)}"}\n{"token":"${good(10)}","colour":"red"}\n{bad\n{"token":7}\n[]\n`
  const json = await scene.cliWithInput(ndjson, 'device', 'import', '-', '--service', '1')
  expect(json).toMatchObject({ status: 1, stdout: 'created=1 updated=0 faulty=4\n' })
  expect(json.stderr).toMatch(/^standard input, line 2: unknown key "colour"; known are token, /m)
})

test('a file that is no list of devices at all is refused, whatever its size', async () => {
  await using scene = new CliScene()
  await scene.prepare()
  const noise = scene.file('noise.bin', Buffer.alloc(3_000_000, 'a'))
  const header = scene.file('header.csv', `token,colour\n${tokenOf(1)},red\n`)
  const open = scene.file(
    'open.csv',
    `token,platform\n${tokenOf(1)},iPhone\n${tokenOf(2)},"never closed\n${tokenOf(3)},\n`,
  )
  const noService = scene.file('one.txt', tokenOf(1))
  const [long, columns, quote, missing, folder, service] = await Promise.all([
    scene.cli('device', 'import', noise, '--service', '1'),
    scene.cli('device', 'import', header, '--service', '1'),
    scene.cli('device', 'import', open, '--service', '1'),
    scene.cli('device', 'import', `${noise}.no`, '--service', '1'),
    scene.cli('device', 'import', scene.folder, '--service', '1'),
    scene.cli('device', 'import', noService, '--service', '9'),
  ])
  expect(long).toMatchObject({ status: 1, stderr: `${noise}, line 1: longer than 65536 bytes\n` })
  expect(columns).toMatchObject({
    status: 2,
    stderr: expect.stringContaining('header.csv: unknown column "colour"'),
  })
  expect(quote).toMatchObject({ status: 1, stdout: 'created=2 updated=0 faulty=1\n' })
  expect(quote.stderr).toMatch(/open\.csv, line 3: no CSV: Quote Not Closed/)
  expect(missing).toMatchObject({ status: 2, stderr: expect.stringContaining("can't be read: ENOENT") })
  expect(folder).toMatchObject({
    status: 2,
    stderr: expect.stringContaining("can't be read: it is a folder"),
  })
  expect(service).toMatchObject({
    status: 1,
    stderr: 'ios-notifications: APNService with id 9 does not exist\n',
  })
})

test('a file of another kind is said in one line, or in the first twenty and how many more', async () => {
  await using scene = new CliScene()
  await scene.prepare()
  const importOf = (name: string, content: string) =>
    scene.inProcess('device', 'import', scene.file(name, content), '--service', '1')
  const words = await importOf('words.txt', `${'word\n'.repeat(6000)}${tokenOf(1)}\n`)
  expect(words).toMatchObject({ status: 1, stdout: 'created=1 updated=0 faulty=6000\n' })
  const lines = words.stderr.trimEnd().split('\n')
  expect(lines).toHaveLength(21)
  expect(lines[19]).toMatch(/words\.txt, line 20: /)
  expect(lines[20]).toMatch(/words\.txt: and 5,980 more lines at fault$/)
  expect(await importOf('other.csv', `device;os\n${'x;y\n'.repeat(50)}`)).toMatchObject({
    status: 2,
    stderr: expect.stringMatching(
      /^ios-notifications: .*other\.csv has no column "token" in its first line; .*\n$/,
    ),
  })
  expect(await importOf('list.json', `[\n{"token":"${tokenOf(1)}"}\n]`)).toMatchObject({
    status: 2,
    stderr: expect.stringMatching(/^ios-notifications: .*list\.json begins as a JSON array; .*\n$/),
  })
})
