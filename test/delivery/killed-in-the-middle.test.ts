import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openScene, type Scene, tokenOf } from './scene.js'

const total = 20_000

/** Pushes from a process of its own, which is killed when the simulator has received so many pushes. */
async function killAfter(scene: Scene, received: number): Promise<void> {
  const loader = join(import.meta.dirname, 'typescript-loader.mjs')
  const program = join(import.meta.dirname, 'push-in-a-child.ts')
  const args = ['--import', loader, program, scene.databaseFile, String(scene.service.id)]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'inherit', 'inherit'] })
  const exited = once(child, 'exit')
  while (scene.simulator.stats().received < received && child.exitCode === null) await pause()
  child.kill('SIGKILL')
  expect(await exited).toEqual([null, 'SIGKILL'])
  // What the child had written before it died may still be on its way. More of it only makes the bounds tighter.
  let seen: number
  do {
    seen = scene.simulator.stats().received
    await pause()
  } while (scene.simulator.stats().received > seen)
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 5))
}

interface ChunkSums {
  accepted: number
  rejected: number
  other: number
  settled: number
  notified: number
  notifiedBehind: number
}

/** Each chunk with what it has counted, how many devices lie before its position, and how many of its devices are marked. */
const chunkSums = `select accepted, rejected, unknown + unsent as other,
  (select count(*) from devices where id between first_device_id and position) as settled,
  (select count(*) from devices where id between first_device_id and position
    and last_notified_at is not null) as notified,
  (select count(*) from devices where id > position and id <= last_device_id
    and last_notified_at is not null) as notifiedBehind
  from chunks`

test.each([30, 4000])(
  'killed after %i pushes, the record is true and lacks at most 2,000',
  async (moment) => {
    await using scene = await openScene()
    await scene.register(total)
    const dead = Array.from({ length: total / 50 }, (_, index) => tokenOf(index * 50 + 7))
    scene.simulator.unregister(dead)
    await killAfter(scene, moment)

    const answers = new Map(scene.simulator.received().map(({ token, status }) => [token, status]))
    expect(answers.size).toBe(scene.simulator.stats().received)
    const [push] = await scene.store.pushes.list()
    expect(push).toMatchObject({ state: 'sending', audienceSize: total, unknown: 0, unsent: 0 })

    // Positions and counters say the same, and nothing behind a position is recorded.
    const chunks = scene.rows<ChunkSums>(chunkSums)
    expect(chunks).toHaveLength(7)
    for (const { accepted, rejected, other, settled, notified, notifiedBehind } of chunks)
      expect({ sum: accepted + rejected, notified, other, notifiedBehind }).toEqual({
        sum: settled,
        notified: accepted,
        other: 0,
        notifiedBehind: 0,
      })
    expect(chunks.reduce((sum, { accepted }) => sum + accepted, 0)).toBe(push?.accepted)
    expect(chunks.reduce((sum, { rejected }) => sum + rejected, 0)).toBe(push?.rejected)

    // Everything that is recorded was really answered so.
    const notified = scene.rows<{ token: string }>(
      'select token from devices where last_notified_at is not null',
    )
    expect(notified).toHaveLength(push!.accepted)
    expect(notified.filter(({ token }) => answers.get(token) !== 200)).toEqual([])
    const gone = scene.rows<{ token: string }>(
      `select token from deliveries join devices on devices.id = device_id
     where outcome = 'rejected' and reason = 'Unregistered' and is_active = 0`,
    )
    expect(gone).toHaveLength(push!.rejected)
    expect(gone.filter(({ token }) => answers.get(token) !== 410)).toEqual([])

    // What was sent without a record is bounded.
    const unrecorded = answers.size - push!.accepted - push!.rejected
    expect(unrecorded).toBeGreaterThanOrEqual(0)
    expect(unrecorded).toBeLessThanOrEqual(2000)
  },
  // The child compiles its source first.
  120_000,
)
