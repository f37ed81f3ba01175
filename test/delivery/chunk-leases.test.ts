import { afterEach, describe, expect, test } from 'vitest'
import { silentLogger } from '../../src/base/index.js'
import { ChunkLeases } from '../../src/delivery/chunk-leases.js'
import { openScene, type Scene, sums, tokenOf } from './scene.js'

/** A lease lasts for 60 seconds. */
const LEASE_MS = 60_000

test('the clock steps forward in the middle of a push: nobody is sent to twice', async () => {
  let step = 0
  await using scene = await openScene({ clock: { now: () => Date.now() + step } })
  await scene.register(6000)
  // Answered late, so that the first chunk is still held when the next one is asked for.
  scene.simulator.markSlow(tokenOf(400), 100)
  const result = await scene.delivery.push(
    { serviceId: scene.service.id, message: 'Hi' },
    {
      chunkSize: 1000,
      onProgress: () => {
        step = 90_000
      },
    },
  )
  expect(result.state).toBe('done')
  expect(sums(result)).toEqual({ accepted: 6000, rejected: 0, unknown: 0, unsent: 0 })
  expect(scene.simulator.stats().accepted).toBe(6000)
  expect(scene.rows('select distinct fence from chunks')).toEqual([{ fence: 1 }])
})

describe('who asks for a chunk when leases have run out', () => {
  let now = 1_000_000
  let workers: ChunkLeases[] = []
  afterEach(() => {
    for (const worker of workers) worker.close()
    workers = []
  })

  function worker(scene: Scene, owner: string): ChunkLeases {
    const leases = new ChunkLeases({
      pushes: scene.store.pushes,
      clock: { now: () => now },
      leaseClock: { now: () => now },
      logger: silentLogger,
      owner,
      leaseMs: LEASE_MS,
    })
    workers.push(leases)
    return leases
  }

  async function planThreeChunks(scene: Scene): Promise<number> {
    await scene.register(3)
    const push = await scene.store.pushes.plan({
      ...{ uuid: 'uuid', serviceId: scene.service.id, notificationId: null, audience: { kind: 'all' } },
      ...{ payload: '{}', pushType: 'alert', topic: 'com.example.app' },
      ...{ priority: null, expiration: null, collapseId: null, chunkSize: 1, at: now },
    })
    return push.id
  }

  test.each([LEASE_MS - 1, LEASE_MS])('keeps its own, %i ms after it took them', async (later) => {
    await using scene = await openScene()
    const pushId = await planThreeChunks(scene)
    const leases = worker(scene, 'a')
    const held = [await leases.take(pushId), await leases.take(pushId)]
    now += later
    expect((await leases.take(pushId))?.chunk).toMatchObject({ firstDeviceId: 3, fence: 1 })
    expect(held).toMatchObject([{ lost: false }, { lost: false }])
    // They are good for another minute, and nothing is left to take.
    now += 1
    expect(await leases.take(pushId)).toBeUndefined()
    expect(await worker(scene, 'b').take(pushId)).toBeUndefined()
  })

  test('learns which of them another has taken meanwhile', async () => {
    await using scene = await openScene()
    const pushId = await planThreeChunks(scene)
    scene.sql('update pushes set accepted = 1')
    const leases = worker(scene, 'a')
    const [first, second] = [await leases.take(pushId), await leases.take(pushId)]
    now += LEASE_MS
    const taken = await worker(scene, 'b').take(pushId)
    expect(taken?.chunk).toMatchObject({ id: first!.chunk.id, fence: 2 })
    expect((await leases.take(pushId))?.chunk).toMatchObject({ firstDeviceId: 3 })
    expect([first?.lost, second?.lost]).toEqual([true, false])
  })

  test('gets none when its own can not be renewed', async () => {
    await using scene = await openScene()
    const pushId = await planThreeChunks(scene)
    const leases = worker(scene, 'a')
    await leases.take(pushId)
    scene.sql(`create trigger broken before update of lease_until on chunks when old.fence = new.fence
      begin select raise(abort, 'the disk is gone'); end`)
    now += LEASE_MS
    await expect(leases.take(pushId)).rejects.toThrow('the disk is gone')
    expect(scene.rows('select fence from chunks order by id')).toEqual([
      { fence: 1 },
      { fence: 0 },
      { fence: 0 },
    ])
  })
})
