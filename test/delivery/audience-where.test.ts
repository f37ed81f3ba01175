import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { DeviceCondition } from '../../src/model/index.js'
import { openScene, type Scene, type SceneOptions, tokenOf } from './scene.js'
import { SetClock } from './set-clock.js'
import { addWorker, hasEnded, pushWhere, standOf, timesSent } from './worker-scene.js'

/** Devices 1 to n: every tenth is an iPad, all others are iPhones. */
async function openDevices(count: number, options: SceneOptions = {}) {
  const scene = await openScene(options)
  const rows = Array.from({ length: count }, (_, index) => ({
    token: tokenOf(index + 1),
    platform: index % 10 === 9 ? 'iPad' : 'iPhone',
    timeZone: 'Asia/Tokyo',
  }))
  await scene.store.devices.importMany(scene.service.id, rows, 1000)
  return { scene, notification: { serviceId: scene.service.id, message: 'Hi' } }
}

const iPads = { kind: 'where', where: { platform: ['iPad'] } } as const

const sentTo = (scene: Scene) =>
  [...timesSent(scene).keys()].map((token) => Number.parseInt(token, 16)).sort((a, b) => a - b)

test('a push goes to those who fit, and to nobody else', async () => {
  const { scene, notification } = await openDevices(5100)
  await using _scene = scene
  await scene.store.devices.update(20, { isActive: false }, 1000)
  const progress: number[] = []
  const result = await scene.delivery.push(notification, {
    audience: iPads,
    onProgress: ({ audienceSize }) => progress.push(audienceSize),
  })
  expect(result).toMatchObject({ state: 'done', accepted: 509, audienceSize: 509, skippedInactive: 1 })
  expect(sentTo(scene)).toHaveLength(509)
  expect(sentTo(scene).every((number) => number % 10 === 0 && number !== 20)).toBe(true)
  expect(new Set(progress)).toEqual(new Set([509]))
})

test('a dry run counts, and an audience of nobody is refused', async () => {
  const { scene, notification } = await openDevices(5100)
  await using _scene = scene
  const dry = await scene.delivery.preflight(notification, { audience: iPads, chunkSize: 100 })
  expect(dry).toMatchObject({ audienceSize: 510, chunks: 6, problems: [] })
  const nobody = { kind: 'where', where: { platform: ['Watch'] } } as const
  const refusal = {
    code: 'PUSH_ERR_AUDIENCE_EMPTY',
    message: `There is nobody to push to: no active device of service 1 (test) fits the condition (0 inactive)`,
  }
  await expect(scene.delivery.submit(notification, { audience: nobody })).rejects.toMatchObject(refusal)
  const wrong = { kind: 'where', where: { color: ['red'] } as unknown as DeviceCondition } as const
  const { problems } = await scene.delivery.preflight(notification, { audience: wrong })
  expect(problems[0]).toMatchObject({ code: 'PUSH_ERR_INPUT_INVALID', field: 'where' })
  await expect(scene.delivery.submit(notification, { audience: wrong })).rejects.toMatchObject({
    code: 'PUSH_ERR_INPUT_INVALID',
  })
  expect(await scene.store.pushes.list()).toEqual([])
})

test('the same request under the same key is the same push, however it is written', async () => {
  const { scene, notification } = await openDevices(100)
  await using _scene = scene
  const of = (since: string) => ({
    audience: { kind: 'where', where: { addedAt: { since } } } as const,
    idempotencyKey: 'one',
  })
  const first = await scene.delivery.submit(notification, of('1970-01-01T00:00:01Z'))
  const again = await scene.delivery.submit(notification, of('1970-01-01T01:00:01+01:00'))
  expect(again.id).toBe(first.id)
  await expect(scene.delivery.submit(notification, of('1970-01-01T00:00:00Z'))).rejects.toMatchObject({
    code: 'PUSH_ERR_IDEMPOTENCY_KEY_REUSED',
  })
})

test('at a later time: who fits then', async () => {
  const clock = new SetClock('2026-11-30T00:00:00Z')
  const { scene, notification } = await openDevices(20, { clock, simulator: { clock } })
  await using _scene = scene
  const dueAt = Date.parse('2026-12-01T00:00:00Z')
  const { id } = await scene.delivery.submit(notification, { audience: iPads, dueAt })
  await scene.store.devices.update(1, { platform: 'iPad' }, clock.now())
  await scene.store.devices.update(10, { platform: 'iPhone' }, clock.now())
  clock.set('2026-12-01T00:00:00Z')
  await using _worker = await addWorker(scene, { clock })
  expect(await pushWhere(scene, id, hasEnded)).toMatchObject({ state: 'done', accepted: 2 })
  expect(sentTo(scene)).toEqual([1, 20])
})

test('at a local time', async () => {
  const clock = new SetClock('2026-11-30T00:00:00Z')
  const { scene, notification } = await openDevices(6000, { clock, simulator: { clock } })
  await using _scene = scene
  scene.sql(`update devices set time_zone = 'Europe/Berlin' where id > 3000`)
  const options = { audience: iPads, localTime: '2026-12-01T09:00' }
  const { id } = await scene.delivery.submit(notification, options)
  await using _worker = await addWorker(scene, { clock })
  clock.set('2026-12-01T00:00:00Z')
  await pushWhere(scene, id, ({ accepted }) => accepted === 300)
  clock.set('2026-12-01T08:00:00Z')
  expect(await pushWhere(scene, id, hasEnded)).toMatchObject({ accepted: 600, audienceSize: 600 })
})

test('a worker is killed while it looks for devices: another goes on, nobody is lost or doubled', async () => {
  const { scene, notification } = await openDevices(100_000)
  await using _scene = scene
  const { id } = await scene.delivery.submit(notification, { audience: iPads })
  const resolvedUpTo = () =>
    scene.rows<{ resolved: number }>(`select resolved_up_to as resolved from pushes where id = ${id}`)[0]!
      .resolved
  const loader = join(import.meta.dirname, 'typescript-loader.mjs')
  const program = join(import.meta.dirname, 'worker-in-a-child.ts')
  const child = spawn(process.execPath, ['--import', loader, program, scene.databaseFile], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const exited = once(child, 'exit')
  while (resolvedUpTo() === 0 && child.exitCode === null)
    await new Promise((resolve) => setTimeout(resolve, 1))
  child.kill('SIGKILL')
  expect(await exited).toEqual([null, 'SIGKILL'])

  // Where it stands, who was found and how many those are say the same.
  const found = scene.rows<{ size: number; last: number }>(
    'select count(*) as size, max(device_id) as last from push_targets',
  )[0]!
  const push = (await scene.store.pushes.get(id))!
  expect(push.audienceSize).toBe(found.size)
  expect(found.size).toBe(found.last / 10)
  expect(found.last).toBeLessThanOrEqual(Math.max(resolvedUpTo(), push.state === 'scheduled' ? 0 : 100_000))

  scene.sql('update chunks set lease_until = 0 where lease_until is not null')
  await using _worker = await addWorker(scene)
  const ended = await pushWhere(scene, id, hasEnded)
  expect(standOf(ended)).toEqual({ accepted: 10_000, rejected: 0, unknown: 0, unsent: 0, waiting: 0 })
  expect(sentTo(scene)).toEqual(Array.from({ length: 10_000 }, (_, n) => (n + 1) * 10))
}, 120_000)

test('it can be cancelled in the middle', async () => {
  const { scene, notification } = await openDevices(60_000)
  await using _scene = scene
  const where = { kind: 'where', where: { not: { platform: ['Watch'] } } } as const
  const { id } = await scene.delivery.submit(notification, { audience: where })
  await scene.store.pushes.begin(id, Date.now())
  const cancelled = await scene.delivery.cancel(id)
  expect(cancelled).toBeUndefined()
  const push = (await scene.store.pushes.get(id))!
  expect(push).toMatchObject({ state: 'cancelled', audienceSize: 2500, unsent: 2500 })
  const named = { kind: 'devices', ids: [1, 2] } as const
  expect(await scene.delivery.push(notification, { audience: named })).toMatchObject({ accepted: 2 })
})
