import { expect, test } from 'vitest'
import { openScene } from './scene.js'

test('a worker that lost its chunk to another records nothing of it any more', async () => {
  await using scene = await openScene()
  await scene.register(3000)
  // Another worker takes the first chunk over as soon as this one has recorded its first page.
  scene.sql(`create trigger taken after update of position on chunks when old.id = 1
    begin update chunks set fence = fence + 1, lease_owner = 'another' where id = 1; end`)
  const result = await scene.delivery.push(
    { serviceId: scene.service.id, message: 'Hi' },
    { chunkSize: 1500 },
  )
  const [first, second] = scene.rows<Record<string, unknown>>(
    'select state, accepted, lease_owner as owner from chunks order by id',
  )
  expect(second).toMatchObject({ state: 'done', accepted: 1500 })
  // The page in whose transaction the chunk changed hands is the last one.
  expect(first).toMatchObject({ state: 'sending', owner: 'another', accepted: 100 })
  // It is for the other worker to end the push.
  expect(result).toMatchObject({ state: 'sending', accepted: 1600 })
})
