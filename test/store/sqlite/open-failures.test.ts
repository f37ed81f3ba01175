import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openStore } from '../../../src/store/index.js'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'store-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const failure = (path: string, pattern: RegExp) => ({
  code: 'PUSH_ERR_DATABASE_OPEN',
  message: expect.stringMatching(new RegExp(`^the database ${path} can not be opened: .*${pattern.source}`)),
})

describe('opening a file', () => {
  test('makes it and its folder; a plain path will do', async () => {
    for (const database of [`sqlite:${folder}/a/b/store.sqlite`, join(folder, 'c/store.sqlite')]) {
      const store = await openStore({ database })
      expect(await store.migrate()).toBeGreaterThan(0)
      await store.ping()
      await store.close()
    }
  })

  test('that is no database says so, and leaves it alone', async () => {
    const path = join(folder, 'notes.txt')
    const text =
      'These are my notes, and they are longer than the header of a database, which has 100 bytes. '.repeat(9)
    writeFileSync(path, text)
    await expect(openStore({ database: path })).rejects.toMatchObject(
      failure(path, /the file is not an SQLite database/),
    )
    expect(readFileSync(path, 'utf8')).toBe(text)
  })

  test('that is read-only; and what was in it is there when it no longer is', async (context) => {
    const disk = join(folder, 'disk')
    const path = join(disk, 'store.sqlite')
    mkdirSync(disk)
    // Root may write to any file, but not to a disk that is mounted so.
    const isRoot = process.getuid?.() === 0
    const mount = (...options: string[]) => spawnSync('mount', [...options, disk]).status === 0
    if (isRoot && !mount('-t', 'tmpfs', 'tmpfs')) return context.skip('root may not mount a disk here')
    try {
      const store = await openStore({ database: path })
      await store.migrate()
      await store.close()
      if (isRoot) mount('-o', 'remount,ro')
      else chmodSync(path, 0o444)
      await expect(openStore({ database: path })).rejects.toMatchObject(
        failure(path, /it is read-only for this user/),
      )
      if (isRoot) mount('-o', 'remount,rw')
      else chmodSync(path, 0o600)
      const again = await openStore({ database: path })
      expect(await again.migrate()).toBe(0)
      await again.close()
    } finally {
      if (isRoot) spawnSync('umount', ['--lazy', disk])
    }
  })

  test('that is a folder', async () => {
    const path = join(folder, 'folder')
    mkdirSync(path)
    await expect(openStore({ database: path })).rejects.toMatchObject(failure(path, /is it a folder/))
  })

  test('whose folder can not be made', async () => {
    writeFileSync(join(folder, 'file'), '')
    const path = join(folder, 'file/store.sqlite')
    await expect(openStore({ database: path })).rejects.toMatchObject(
      failure(path, /its folder can not be made/),
    )
  })

  // Linux answers ENOENT although /proc is there: a loop that makes missing parents never ends.
  test.runIf(existsSync('/proc/self'))('whose folder the system refuses to make', async () => {
    await expect(openStore({ database: '/proc/nope/store.sqlite' })).rejects.toMatchObject(
      failure('/proc/nope/store.sqlite', /its folder can not be made/),
    )
  })

  test.each([
    ['postgres://user:hunter2@host/db', 'database: "postgres://" is not allowed; use sqlite:PATH'],
    ['', 'database: "" is not allowed; use sqlite:PATH'],
    ['sqlite:', 'database: "sqlite:" is not allowed; use sqlite:PATH'],
  ])('%j is none', async (database, message) => {
    await expect(openStore({ database })).rejects.toMatchObject({ code: 'PUSH_ERR_CONFIG_INVALID', message })
  })

  test('of a newer version is refused, and not touched', async () => {
    const path = join(folder, 'store.sqlite')
    await using store = await openStore({ database: path })
    expect(await store.migrate()).toBeGreaterThan(0)
    expect(await store.migrate()).toBe(0)
    const raw = new Database(path)
    raw.exec("insert into kysely_migration values ('9999_future', '2030-01-01T00:00:00.000Z')")
    raw.close()
    await expect(store.migrate()).rejects.toMatchObject({
      code: 'PUSH_ERR_DATABASE_SCHEMA',
      message: expect.stringMatching(/was written by a newer version \(it has the migration 9999_future\)/),
    })
  })

  test('a closed store says so', async () => {
    const store = await openStore({ database: join(folder, 'store.sqlite') })
    await store.migrate()
    await store.close()
    await store.close()
    await expect(store.ping()).rejects.toMatchObject({ code: 'PUSH_ERR_CLOSED' })
    await expect(store.devices.register({ token: 'aa', serviceId: 1, at: 1 })).rejects.toMatchObject({
      code: 'PUSH_ERR_CLOSED',
    })
  })
})
