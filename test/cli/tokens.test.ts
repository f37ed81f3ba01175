import { expect, test } from 'vitest'
import { CliScene } from './cli-scene.js'

test('a token is made, listed and revoked; its secret is shown once', async () => {
  await using scene = new CliScene()
  const create = [
    'token',
    'create',
    'backend',
    '--scope',
    'push',
    'devices',
    '--expires',
    '2126-01-01T00:00:00Z',
  ]
  const created = await scene.inProcess(...create)
  expect(created).toMatchObject({
    status: 0,
    stdout: expect.stringMatching(/^ion_[0-9a-f]{72}\n$/),
    stderr: 'Token backend made with id 1; the line above is not shown again\n',
  })
  const asJson = await scene.inProcess('token', 'create', 'other', '--scope', 'admin', '--json')
  expect(JSON.parse(asJson.stdout)).toMatchObject({
    id: 2,
    secret: expect.stringMatching(/^ion_/),
    expiresAt: null,
  })
  const list = await scene.inProcess('token', 'list', '--json')
  expect(JSON.parse(list.stdout)).toMatchObject([
    {
      id: 1,
      name: 'backend',
      scopes: ['devices', 'push'],
      expiresAt: '2126-01-01T00:00:00.000Z',
      userId: null,
    },
    { id: 2 },
  ])
  expect(list.stdout).not.toContain(created.stdout.trim())
  expect((await scene.inProcess('token', 'list')).stdout).toMatch(/^1 +backend +devices push /m)
  expect(await scene.inProcess('token', 'revoke', '1')).toMatchObject({
    status: 0,
    stdout: 'Token backend revoked\n',
  })
  expect(await scene.inProcess('token', 'revoke', '7')).toMatchObject({
    status: 1,
    stderr: 'ios-notifications: API token with id 7 does not exist\n',
  })
})

test.each([
  [['token', 'create', 'x'], /--scope/],
  [['token', 'create', 'x', '--scope', 'root'], /devices:register, devices, push, services, admin/],
  [['token', 'create', '', '--scope', 'push'], /name: it is empty/],
  [['token', 'create', 'x', '--scope', 'push', '--expires', '0'], /--expires: .*a time to come/],
  [['token', 'revoke', 'x'], /whole number/],
])('%j is refused', async (args, message) => {
  await using scene = new CliScene()
  expect(await scene.inProcess(...args)).toMatchObject({ status: 2, stderr: expect.stringMatching(message) })
})

test('what commands change stands in the audit log, what they read does not', async () => {
  await using scene = new CliScene()
  await scene.inProcess('token', 'create', 'backend', '--scope', 'push')
  await scene.inProcess('token', 'list')
  expect(await scene.inProcess('stats')).toMatchObject({ status: 0 })
  await scene.inProcess('token', 'revoke', '7')
  await using app = await scene.app()
  const common = { via: 'command-line', status: null, address: '', userId: null }
  expect(await app.audit.list()).toMatchObject([
    { ...common, operation: 'token revoke', resource: '7', fields: [], outcome: 'failed' },
    { ...common, operation: 'token create', resource: 'backend', fields: ['scope'], outcome: 'done' },
  ])
})
