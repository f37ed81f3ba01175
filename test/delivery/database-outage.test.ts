import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { expect, onTestFinished, test, vi } from 'vitest'
import { type Logger, silentLogger } from '../../src/base/index.js'
import { openScene, type Scene } from './scene.js'
import { addWorker, hasEnded, pushWhere, standOf, timesSent } from './worker-scene.js'

const total = 12_000

/**
 * A push in the middle of which something happens to the database, and is mended when the worker has said that it waits. Everybody
 * gets it once.
 */
async function pushThrough(scene: Scene, fail: () => void, mend: () => void, error: RegExp): Promise<void> {
  await scene.register(total)
  const { id } = await scene.delivery.submit({ serviceId: scene.service.id, message: 'Hi' })
  const said: string[] = []
  const say = (fields: object, message: string) => void said.push(`${message}: ${JSON.stringify(fields)}`)
  const logger: Logger = { ...silentLogger, warn: say, error: say }
  await using _worker = await addWorker(scene, { logger })
  await pushWhere(scene, id, ({ accepted }) => accepted >= 500)
  fail()
  await vi.waitFor(() => expect(said.join('\n')).toMatch(error), { timeout: 60_000 })
  expect((await scene.store.pushes.get(id))!.accepted).toBeLessThan(total)
  mend()
  const push = await pushWhere(scene, id, hasEnded)
  expect(push.state).toBe('done')
  expect(standOf(push)).toEqual({ accepted: total, rejected: 0, unknown: 0, unsent: 0, waiting: 0 })
  const times = timesSent(scene)
  expect(times.size).toBe(total)
  expect(Math.max(...times.values())).toBe(1)
  expect(said.join('\n')).toMatch('The database can be used again')
}

test('another process keeps the database locked: the worker says so, waits, and sends to nobody twice', async () => {
  await using scene = await openScene({ simulator: { responseDelayMs: 20 } })
  const other = new Database(scene.databaseFile)
  onTestFinished(() => void other.close())
  const lock = () => void other.exec('begin immediate')
  const unlock = () => void other.exec('commit')
  await pushThrough(scene, lock, unlock, /The database can not be used; the push waits.*database is locked/)
})

/** A small disk of its own; undefined where this user may not make one. */
function smallDisk(): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'ios-notifications-disk-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', folder])
  if (status !== 0) return undefined
  onTestFinished(() => void spawnSync('umount', ['--lazy', folder]))
  return folder
}

test('the disk is full: the worker says so, waits, and sends to nobody twice', async (context) => {
  const folder = smallDisk()
  if (folder === undefined) return context.skip('only root may mount a small disk')
  await using scene = await openScene({ simulator: { responseDelayMs: 20 }, folder: join(folder, 'data') })
  const filler = join(folder, 'filler')
  const fill = () => {
    const { bavail, bsize } = statfsSync(folder)
    writeFileSync(filler, Buffer.alloc(bavail * bsize))
  }
  await pushThrough(
    scene,
    fill,
    () => rmSync(filler),
    /The database can not be used; the push waits.*disk is full/,
  )
})
