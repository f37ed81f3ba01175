import { expect, test } from 'vitest'
import { CliScene } from './cli-scene.js'

test('users are created with a password from standard input, listed, and get a new one', async () => {
  await using scene = new CliScene()
  const created = await scene.cliWithInput(
    'open sesame\n',
    ...['user', 'create', 'Aladdin', '--staff', '--password-stdin'],
  )
  expect(created).toEqual({ status: 0, stdout: 'User Aladdin created with id 1\n', stderr: '' })
  const list = await scene.cli('user', 'list', '--json')
  expect(JSON.parse(list.stdout)).toMatchObject([
    { id: 1, username: 'Aladdin', isStaff: true, isSuperuser: false, isActive: true },
  ])
  expect(list.stdout).not.toMatch(/sesame|argon2/)
  expect((await scene.cli('user', 'list')).stdout).toMatch(/^1 +Aladdin +- +yes +yes +no /m)
  expect(
    await scene.cliWithInput('new words\n', 'user', 'password', 'Aladdin', '--password-stdin'),
  ).toMatchObject({
    status: 0,
    stdout: 'Password of Aladdin changed\n',
  })
})

test('names that are taken, unknown or not allowed, and passwords that can’t be asked for', async () => {
  await using scene = new CliScene()
  const create = (name: string, password = '8 digits\n') =>
    scene.cliWithInput(password, 'user', 'create', name, '--password-stdin')
  await create('ann')
  const [taken, colon, empty, short, noTerminal, unknown] = await Promise.all([
    create('ann'),
    create('a:b'),
    create('bob', ''),
    create('bob', '7 signs\n'),
    scene.cli('user', 'create', 'carl'),
    scene.cliWithInput('no secret', 'user', 'password', 'dora', '--password-stdin'),
  ])
  expect(taken.status).toBe(1)
  expect(colon).toMatchObject({ status: 2, stderr: expect.stringContaining('without colon') })
  expect(empty).toMatchObject({ status: 2, stderr: expect.stringContaining('password: ') })
  expect(short).toMatchObject({
    status: 2,
    stderr: 'ios-notifications: password: it has 7 characters; at least 8 are needed\n',
  })
  expect(noTerminal).toMatchObject({
    status: 2,
    stderr: 'ios-notifications: there is no terminal to ask at: use --password-stdin\n',
  })
  expect(unknown).toMatchObject({ status: 1, stderr: 'ios-notifications: User dora does not exist\n' })
  const list = await scene.cli('user', 'list', '--json')
  expect((JSON.parse(list.stdout) as object[]).length).toBe(1)
})
