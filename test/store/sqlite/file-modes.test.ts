import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openStore } from '../../../src/store/index.js'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'store-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

/** The mode of each file in the folder. */
const modes = () =>
  Object.fromEntries(
    readdirSync(folder).map((name) => [name, (statSync(join(folder, name)).mode & 0o777).toString(8)]),
  )

test('nobody but its owner can read a new database, nor the files beside it', async () => {
  await using store = await openStore({ database: join(folder, 'store.sqlite') })
  await store.migrate()
  expect(modes()).toEqual({
    'secret.key': '600',
    'store.sqlite': '600',
    'store.sqlite-shm': '600',
    'store.sqlite-wal': '600',
  })
})

test('a file that exists keeps its mode', async () => {
  const path = join(folder, 'store.sqlite')
  writeFileSync(path, '', { mode: 0o640 })
  await using store = await openStore({ database: path })
  await store.migrate()
  expect(modes()).toMatchObject({ 'store.sqlite': '640', 'store.sqlite-wal': '640' })
})
