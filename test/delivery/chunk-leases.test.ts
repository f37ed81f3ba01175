import { afterEach, describe, expect, test, vi } from 'vitest'
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

  function worker(scene: Scene, owner: string, leaseMs = LEASE_MS): ChunkLeases {
    const leases = new ChunkLeases({
      pushes: scene.store.pushes,
      clock: { now: () => now },
      leaseClock: { now: () => now },
      logger: silentLogger,
      owner,
      leaseMs,
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

  /** A push of three devices that wait for an attempt. */
  async function planThreeRetries(scene: Scene): Promise<number> {
    const pushId = await planThreeChunks(scene)
    scene.sql(`update chunks set state = 'done', deferred = 1;
      update pushes set accepted = 1, deferred = 3;
      insert into retries (push_id, device_id, attempts, due_at) select ${pushId}, id, 0, 0 from devices`)
    return pushId
  }

  test.each([LEASE_MS - 1, LEASE_MS])('keeps its own devices, %i ms after it took them', async (later) => {
    await using scene = await openScene()
    const pushId = await planThreeRetries(scene)
    const leases = worker(scene, 'a')
    const held = (await leases.takeRetries(pushId, 2))!
    expect(held.ids).toEqual([1, 2])
    now += later
    expect(await leases.takeRetries(pushId, 2)).toMatchObject({ ids: [3] })
    now += 1
    expect(await leases.takeRetries(pushId, 2)).toBeUndefined()
    expect(await worker(scene, 'b').takeRetries(pushId, 2)).toBeUndefined()
    // What was settled is held no longer, whatever is given back.
    leases.settleRetries(held)
    await leases.releaseAll()
    expect(await worker(scene, 'c').takeRetries(pushId, 2)).toMatchObject({ ids: [3] })
  })

  test('takes devices over when their lease has run out, as chunks; who had them learns it', async () => {
    await using scene = await openScene()
    const pushId = await planThreeRetries(scene)
    const leases = worker(scene, 'a')
    const { lease } = (await leases.takeRetries(pushId, 2))!
    now += LEASE_MS
    const other = worker(scene, 'b')
    expect(await other.takeRetries(pushId, 3)).toMatchObject({ ids: [1, 2] })
    expect(await scene.store.pushes.renewRetries(pushId, lease, now + LEASE_MS)).toBe(false)
    expect(await leases.takeRetries(pushId, 3)).toMatchObject({ ids: [3] })
  })

  test('a lease is lengthened all the while', async () => {
    await using scene = await openScene()
    const pushId = await planThreeRetries(scene)
    const leases = worker(scene, 'a', 60)
    await leases.takeRetries(pushId, 3)
    now += 10_000
    await vi.waitFor(() =>
      expect(scene.rows('select distinct lease_until as until from retries')).toEqual([{ until: now + 60 }]),
    )
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
