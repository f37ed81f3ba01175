import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { Child } from '../sweep/child.js'
import { openScene, type Scene } from './scene.js'
import { hasEnded, pushWhere, standOf, timesSent } from './worker-scene.js'

const total = 20_000

/** A scene with a push that two worker processes are sending, both of them. */
async function sending(): Promise<Scene & { pushId: number; children: Child[] }> {
  const scene = await openScene({ simulator: { responseDelayMs: 50 } })
  await scene.register(total)
  const program = '../delivery/worker-in-a-child.ts'
  const complaints = join(scene.folder, 'complaints.txt')
  const children = [1, 2].map(() => new Child(program, [scene.databaseFile], complaints))
  await Promise.all(children.map(({ ready }) => ready))
  const notification = { serviceId: scene.service.id, message: 'Hi' }
  const { id: pushId } = await scene.delivery.submit(notification, { chunkSize: 1000 })
  await bothHold(scene)
  return Object.assign(scene, { pushId, children })
}

const owners = `select distinct lease_owner from chunks where state = 'sending' and handed > position`

async function bothHold(scene: Scene): Promise<void> {
  await vi.waitFor(() => expect(scene.rows(owners)).toHaveLength(2), { timeout: 60_000, interval: 5 })
}

test('pause, resume and cancel reach two processes in mid-flight: nobody is lost or sent to twice', async () => {
  await using scene = await sending()
  try {
    await scene.delivery.pause(scene.pushId)
    await vi.waitFor(() => expect(scene.rows(`select 1 from chunks where state = 'sending'`)).toEqual([]), {
      timeout: 30_000,
    })
    const paused = await pushWhere(scene, scene.pushId, () => true)
    expect(paused.state).toBe('paused')
    // All that left has its answer, and is recorded.
    const received = scene.simulator.stats().received
    expect(received).toBeLessThan(total)
    expect(received).toBeLessThanOrEqual(paused.accepted + paused.unknown)

    await scene.delivery.resume(scene.pushId)
    await bothHold(scene)
    await scene.delivery.cancel(scene.pushId)
    const push = await pushWhere(scene, scene.pushId, hasEnded)
    const { accepted, unsent, unknown, waiting } = standOf(push)
    expect({ state: push.state, waiting }).toEqual({ state: 'cancelled', waiting: 0 })
    // Unknown: what a slow machine has not answered within the four seconds that it gets.
    expect(accepted + unknown + unsent).toBe(total)
    const times = timesSent(scene)
    expect(times.size).toBeGreaterThan(received)
    expect(times.size).toBeLessThanOrEqual(accepted + unknown)
    expect(accepted).toBeLessThanOrEqual(times.size)
    expect(Math.max(...times.values())).toBe(1)
  } finally {
    for (const child of scene.children) await child.kill()
  }
}, 180_000)
