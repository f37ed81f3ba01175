import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Duplicates } from '../../src/model/index.js'
import { openScene, type Scene } from './scene.js'
import { addWorker, hasEnded, pushWhere, standOf, timesSent } from './worker-scene.js'

const total = 6_000

/** A worker of its own process that is killed when the simulator has received so many pushes. */
async function workAndDie(scene: Scene, received: number): Promise<void> {
  const loader = join(import.meta.dirname, 'typescript-loader.mjs')
  const program = join(import.meta.dirname, 'worker-in-a-child.ts')
  const child = spawn(process.execPath, ['--import', loader, program, scene.databaseFile], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const exited = once(child, 'exit')
  while (scene.simulator.stats().received < received && child.exitCode === null)
    await new Promise((resolve) => setTimeout(resolve, 5))
  child.kill('SIGKILL')
  expect(await exited).toEqual([null, 'SIGKILL'])
  // As if its leases had run out.
  scene.sql(
    'update chunks set lease_until = 0 where lease_until is not null; update retries set lease_until = 0',
  )
}

async function killed(duplicates: Duplicates): Promise<Scene & { pushId: number }> {
  const scene = await openScene()
  await scene.register(total)
  const notification = { serviceId: scene.service.id, message: 'Hi' }
  const { id } = await scene.delivery.submit(notification, { chunkSize: 1500, duplicates })
  await workAndDie(scene, 2500)
  return Object.assign(scene, { pushId: id })
}

test('a worker is killed: another goes on, nobody is lost, and duplicates are within the bound', async () => {
  await using scene = await killed('bounded')
  await using _worker = await addWorker(scene)
  const push = await pushWhere(scene, scene.pushId, hasEnded)
  expect(push.state).toBe('done')
  expect(standOf(push)).toEqual({ accepted: total, rejected: 0, unknown: 0, unsent: 0, waiting: 0 })
  const times = timesSent(scene)
  expect(times.size).toBe(total)
  const twice = [...times.values()].filter((count) => count > 1)
  expect(twice.length).toBeLessThanOrEqual(2000)
  expect(Math.max(...times.values())).toBeLessThanOrEqual(2)
  // The same apns-id in every attempt.
  const ids = new Set(scene.simulator.received().map(({ token, apnsId }) => `${token} ${apnsId}`))
  expect(ids.size).toBe(total)
})

test('with duplicates: never, nobody is sent to twice; who may have been sent to is unknown', async () => {
  await using scene = await killed('never')
  await using _worker = await addWorker(scene)
  const push = await pushWhere(scene, scene.pushId, hasEnded)
  const { accepted, unknown, waiting } = standOf(push)
  expect(push.state).toBe('done')
  expect(accepted + unknown).toBe(total)
  expect(waiting).toBe(0)
  expect(unknown).toBeGreaterThan(0)
  expect(unknown).toBeLessThanOrEqual(2000)
  const times = timesSent(scene)
  expect(Math.max(...times.values())).toBe(1)
  // Whoever was not sent to is among the unknown.
  expect(total - times.size).toBeLessThanOrEqual(unknown)
  expect(await scene.store.pushes.reasons(scene.pushId)).toEqual([
    { outcome: 'unknown', reason: 'WorkerLost', count: unknown },
  ])
})

test('a push that is cancelled after its worker was killed: what may have left is unknown, the rest unsent', async () => {
  await using scene = await killed('bounded')
  const before = (await scene.store.pushes.get(scene.pushId))!
  await scene.delivery.cancel(scene.pushId, { reason: 'enough', by: 'Aladdin' })
  const push = (await scene.store.pushes.get(scene.pushId))!
  expect(push).toMatchObject({ state: 'cancelled', stateReason: 'enough', stateBy: 'Aladdin' })
  const { accepted, unknown, unsent, waiting } = standOf(push)
  expect(accepted).toBe(before.accepted)
  expect(waiting).toBe(0)
  // Everybody who was sent to is accepted or unknown.
  expect(timesSent(scene).size).toBeLessThanOrEqual(accepted + unknown)
  expect(unknown).toBeLessThanOrEqual(2000)
  expect(unsent).toBe(total - accepted - unknown)
})
