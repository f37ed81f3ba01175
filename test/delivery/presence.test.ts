import { hostname } from 'node:os'
import { expect, test, vi } from 'vitest'
import { silentLogger, systemClock } from '../../src/base/index.js'
import { Delivery } from '../../src/delivery/index.js'
import { Workers } from '../../src/resources/workers.js'
import { openScene } from './scene.js'

test('a worker is told as long as it works; one that was killed is forgotten', async () => {
  await using scene = await openScene()
  const workers = new Workers(scene.store.workers, systemClock)
  // It only attends to pushes of its own.
  expect(await workers.list()).toEqual([])
  const dead = { id: 'dead', host: 'gone', pid: 1, startedAt: 1, seenAt: Date.now() - 46_000 }
  await scene.store.workers.beat(dead, 0)
  {
    await using worker = new Delivery({ store: scene.store, clock: systemClock, logger: silentLogger })
    worker.work()
    await vi.waitFor(async () =>
      expect(await workers.list()).toMatchObject([{ host: hostname(), pid: process.pid }]),
    )
    await vi.waitFor(() => expect(scene.rows("select id from workers where id = 'dead'")).toEqual([]))
  }
  expect(await workers.list()).toEqual([])
})
