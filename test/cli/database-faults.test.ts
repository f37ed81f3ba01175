import { join } from 'node:path'
import { expect, test } from 'vitest'
import { CliScene } from './cli-scene.js'

test('a database that can’t be used is one clear line, with status 1 or 2', async () => {
  await using scene = new CliScene()
  const noDatabase = scene.file(
    'notes.txt',
    'This is no database, but a text that is long enough to look at.'.repeat(20),
  )
  const [text, folder, kind, postgres] = await Promise.all([
    scene.cli('--database', `sqlite:${noDatabase}`, 'migrate'),
    scene.cli('--database', `sqlite:${scene.folder}`, 'migrate'),
    scene.cli('--database', 'mysql://localhost/x', 'migrate'),
    scene.cli('--database', `sqlite:${join(noDatabase, 'x.sqlite')}`, 'migrate'),
  ])
  for (const { stdout, stderr } of [text, folder, kind, postgres]) {
    expect(stdout).toBe('')
    expect(stderr).toMatch(/^ios-notifications: [^\n]+\n$/)
  }
  expect(text.status).toBe(1)
  expect(text.stderr).toMatch(/notes\.txt.*not an SQLite database/)
  expect(folder.status).toBe(1)
  expect(kind.status).toBe(2)
  expect(kind.stderr).toMatch(/--database\)? must be sqlite:PATH/)
})

test('migrate brings a new database up to date, once', async () => {
  await using scene = new CliScene()
  expect(await scene.cli('migrate')).toMatchObject({
    status: 0,
    stdout: expect.stringMatching(/^\d+ migrations? applied\.\n$/),
  })
  expect(await scene.cli('migrate')).toMatchObject({ status: 0, stdout: 'The database is up to date.\n' })
  expect(await scene.cli('migrate', '--json')).toMatchObject({ stdout: '{"migrationsApplied":0}\n' })
})
