import { expect, test } from 'vitest'
import { openScene, sums, tokenOf } from './scene.js'

test.each([1, 7, 100, 250, 251, 100_000])('chunks of %i devices give the same sums', async (chunkSize) => {
  await using scene = await openScene()
  await scene.register(250)
  scene.simulator.unregister([tokenOf(3), tokenOf(250)], Date.now() + 1000)
  const result = await scene.delivery.push({ serviceId: scene.service.id, message: 'Hi' }, { chunkSize })
  expect(sums(result)).toEqual({ accepted: 248, rejected: 2, unknown: 0, unsent: 0 })
  expect(result.state).toBe('done')
  const chunks = scene.rows<{ state: string; size: number; sum: number }>(
    'select state, size, accepted + rejected + unknown + unsent as sum from chunks',
  )
  expect(chunks).toHaveLength(Math.ceil(250 / chunkSize))
  for (const chunk of chunks) expect(chunk).toMatchObject({ state: 'done', sum: chunk.size })
})
