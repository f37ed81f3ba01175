import { expect, test } from 'vitest'
import { openScene } from './scene.js'

test('a worker that lost its chunk to another records nothing of it any more', async () => {
  await using scene = await openScene()
  await scene.register(3000)
  // Another worker takes the first chunk over as soon as this one has recorded its first page, and is never heard of again.
  scene.sql(`create trigger taken after update of position on chunks when old.id = 1 and old.position = 0
    begin update chunks set fence = fence + 1, lease_owner = 'another', lease_until = 0 where id = 1; end`)
  const result = await scene.delivery.push(
    { serviceId: scene.service.id, message: 'Hi' },
    { chunkSize: 1500 },
  )
  // Once that lease has run out, what was not recorded is sent again: the sums agree, and duplicates are bounded.
  expect(result).toMatchObject({ state: 'done', accepted: 3000, waiting: 0 })
  const [first] = scene.rows<Record<string, unknown>>('select accepted, fence from chunks where id = 1')
  expect(first).toEqual({ accepted: 1500, fence: 3 })
  const received = scene.simulator.stats().received
  expect(received).toBeGreaterThanOrEqual(3000)
  expect(received).toBeLessThanOrEqual(5000)
})
