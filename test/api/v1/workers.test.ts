import { expect, test } from 'vitest'
import { startApi, startTime } from '../start-api.js'

test('workers that have given a sign of life within 45 seconds are told, the first ones to start first', async () => {
  const { v1, store, clock } = await startApi()
  expect((await v1('GET', '/workers')).json).toEqual({ items: [] })
  const worker = { id: 'b', host: 'two', pid: 7, startedAt: startTime, seenAt: startTime }
  await store.workers.beat(worker, 0)
  await store.workers.beat({ ...worker, id: 'a', startedAt: startTime - 5 }, 0)
  await store.workers.beat({ ...worker, seenAt: startTime + 10_000 }, 0)
  const told = async () => (await v1('GET', '/workers')).json.items
  expect(await told()).toEqual([
    expect.objectContaining({ id: 'a', startedAt: new Date(startTime - 5).toISOString() }),
    {
      ...{ id: 'b', host: 'two', pid: 7, startedAt: new Date(startTime).toISOString() },
      seenAt: new Date(startTime + 10_000).toISOString(),
    },
  ])
  clock.time = startTime + 45_001
  expect(await told()).toMatchObject([{ id: 'b' }])
  await store.workers.leave('b')
  expect(await told()).toEqual([])
})
