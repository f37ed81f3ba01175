import { expect, test } from 'vitest'
import { openScene } from './scene.js'

test('a database that fails ends push() with its error; what is recorded is true', async () => {
  await using scene = await openScene()
  await scene.register(5000)
  scene.sql(`create trigger full before update of position on chunks when new.position > 1000
    begin select raise(abort, 'database or disk is full'); end`)
  const tried = scene.delivery.push({ serviceId: scene.service.id, message: 'Hi' })
  await expect(tried).rejects.toThrow('database or disk is full')
  const [push] = await scene.store.pushes.list()
  expect(push?.state).toBe('sending')
  expect(push?.accepted).toBeGreaterThan(0)
  expect(push?.accepted).toBeLessThanOrEqual(1000)
  const notified = scene.rows<{ id: number }>('select id from devices where last_notified_at is not null')
  expect(notified).toHaveLength(push!.accepted)
  expect(scene.simulator.stats().received).toBeLessThanOrEqual(push!.accepted + 2000)
  // The next push is not in the way of the one that failed.
  scene.sql('drop trigger full')
  expect((await scene.delivery.push({ serviceId: scene.service.id, message: 'Hi' })).accepted).toBe(5000)
})

test('a database that fails as devices are read: what was sent is recorded first', async () => {
  await using scene = await openScene()
  await scene.register(5000)
  scene.sql(`create trigger locked before update of fence on chunks when old.id > 2
    begin select raise(abort, 'database is locked'); end`)
  const tried = scene.delivery.push({ serviceId: scene.service.id, message: 'Hi' }, { chunkSize: 300 })
  await expect(tried).rejects.toThrow('database is locked')
  const [push] = await scene.store.pushes.list()
  expect(push).toMatchObject({ state: 'sending', accepted: 600 })
  expect(scene.simulator.stats().received).toBe(600)
})
