import { setImmediate as turn } from 'node:timers/promises'
import { expect, test, vi } from 'vitest'
import { openScene, sums } from './scene.js'

const total = 700

test.each(['before', 'after'] as const)(
  'the pages ahead are recorded while the last page of a chunk is being handed over (%s it is written): it is sent and counted',
  async (moment) => {
    await using scene = await openScene()
    await scene.register(total)
    const { pushes } = scene.store
    const hand = pushes.hand.bind(pushes)
    let ahead = 0
    const othersAreRecorded = async () => {
      await vi.waitFor(
        () => expect(scene.rows('select position from chunks')).toEqual([{ position: ahead }]),
        {
          timeout: 20_000,
          interval: 5,
        },
      )
      for (let turns = 0; turns < 20; turns++) await turn()
    }
    pushes.hand = async (chunkId, fence, upTo) => {
      if (upTo === total && moment === 'before') await othersAreRecorded()
      const isOurs = await hand(chunkId, fence, upTo)
      if (upTo === total && moment === 'after') await othersAreRecorded()
      ahead = upTo
      return isOurs
    }
    const result = await scene.delivery.push({ serviceId: scene.service.id, message: 'Hi' })
    expect(result.state).toBe('done')
    expect(sums(result)).toEqual({ accepted: total, rejected: 0, unknown: 0, unsent: 0 })
    expect(scene.simulator.stats().received).toBe(total)
    expect(scene.rows('select fence, state from chunks')).toEqual([{ fence: 1, state: 'done' }])
  },
)
