import { expect, test, vi } from 'vitest'
import { openScene, tokenOf } from './scene.js'
import { SetClock } from './set-clock.js'
import { addWorker, hasEnded, pushWhere, standOf, timesSent } from './worker-scene.js'

test('a paused push is sent to nobody, by no worker, until it is resumed', async () => {
  await using scene = await openScene({ simulator: { responseDelayMs: 20 } })
  await scene.register(20_000)
  const { id } = await scene.delivery.submit(
    { serviceId: scene.service.id, message: 'Hi' },
    { chunkSize: 2000 },
  )
  await using _first = await addWorker(scene)
  await using second = await addWorker(scene)
  await pushWhere(scene, id, ({ accepted }) => accepted >= 1000)
  const paused = await scene.delivery.pause(id, { reason: 'wrong text', by: 'Aladdin' })
  expect(paused).toMatchObject({ state: 'paused', stateReason: 'wrong text', stateBy: 'Aladdin' })
  // Everything that had been handed over gets its answer, and the chunks are given back.
  await vi.waitFor(() => expect(scene.rows(`select 1 from chunks where state = 'sending'`)).toEqual([]), {
    timeout: 30_000,
  })
  const before = scene.simulator.stats().received
  expect(before).toBeLessThan(20_000)
  expect(await scene.store.pushes.get(id)).toMatchObject({ state: 'paused' })
  await second.delivery.resume(id)
  const push = await pushWhere(scene, id, hasEnded)
  expect(push.state).toBe('done')
  expect(standOf(push)).toEqual({ accepted: 20_000, rejected: 0, unknown: 0, unsent: 0, waiting: 0 })
  expect(timesSent(scene).size).toBe(20_000)
  expect(Math.max(...timesSent(scene).values())).toBe(1)
})

test('a cancelled push ends with sums that agree, and what left is not called unsent', async () => {
  await using scene = await openScene({ simulator: { responseDelayMs: 20 } })
  await scene.register(20_000)
  const { id } = await scene.delivery.submit({ serviceId: scene.service.id, message: 'Hi' })
  await using _worker = await addWorker(scene)
  await pushWhere(scene, id, ({ accepted }) => accepted >= 1000)
  await scene.delivery.cancel(id, { reason: 'enough' })
  // While its workers stop, and after.
  await expect(scene.delivery.resume(id)).rejects.toMatchObject({ code: 'PUSH_ERR_PUSH_STATE' })
  const push = await pushWhere(scene, id, hasEnded)
  expect(push).toMatchObject({ state: 'cancelled', stateReason: 'enough', endingAs: null })
  const { accepted, unknown, waiting, unsent } = standOf(push)
  expect(waiting).toBe(0)
  expect(unsent).toBeGreaterThan(0)
  expect(accepted + unknown).toBe(timesSent(scene).size)
})

test('a push that rests can be held, and does not go on by itself then', async () => {
  const clock = new SetClock('2026-11-30T00:00:00Z')
  await using scene = await openScene({ clock, simulator: { clock } })
  await scene.register(3)
  const notification = { serviceId: scene.service.id, message: 'Hi' }
  const { id } = await scene.delivery.submit(notification)
  const rest = { state: 'paused', stateReason: 'no connection', stateBy: null, endingAs: null } as const
  await scene.store.pushes.setState(id, ['queued'], { ...rest, dueAt: clock.now() + 60_000 })
  const held = { state: 'paused', stateReason: 'wrong text', stateBy: 'Aladdin', dueAt: null }
  expect(await scene.delivery.pause(id, { reason: 'wrong text', by: 'Aladdin' })).toMatchObject(held)
  clock.set('2026-11-30T00:02:00Z')
  await using _worker = await addWorker(scene, { clock })
  // The look of a worker that sees this one would have seen the other before.
  const { id: next } = await scene.delivery.submit(notification)
  await pushWhere(scene, next, hasEnded)
  expect(await scene.store.pushes.get(id)).toMatchObject(held)
  await scene.delivery.resume(id)
  expect(await pushWhere(scene, id, hasEnded)).toMatchObject({ state: 'done', accepted: 3 })
})

test('a worker that is about to let a resting push go on does not undo a hold', async () => {
  await using scene = await openScene()
  await scene.register(3)
  const { pushes } = scene.store
  const active = pushes.active.bind(pushes)
  // The hold comes between the look of the worker and what follows from it.
  pushes.active = async (...times) => {
    const seen = await active(...times)
    for (const { push } of seen) if (push.state === 'paused') await scene.delivery.pause(push.id)
    return seen
  }
  const notification = { serviceId: scene.service.id, message: 'Hi' }
  const { id } = await scene.delivery.submit(notification)
  const rest = { state: 'paused', stateReason: 'no connection', stateBy: null, endingAs: null } as const
  await scene.store.pushes.setState(id, ['queued'], { ...rest, dueAt: Date.now() })
  scene.delivery.work()
  await pushWhere(scene, id, ({ dueAt, state }) => dueAt === null || state !== 'paused')
  const { id: next } = await scene.delivery.submit(notification)
  await pushWhere(scene, next, hasEnded)
  expect(await pushes.get(id)).toMatchObject({ state: 'paused', stateReason: 'paused', dueAt: null })
})

test('what can not be is said: a push that has ended is neither paused nor resumed', async () => {
  await using scene = await openScene()
  await scene.register(3)
  const { pushId } = await scene.delivery.push({ serviceId: scene.service.id, message: 'Hi' })
  await expect(scene.delivery.pause(pushId)).rejects.toMatchObject({
    code: 'PUSH_ERR_PUSH_STATE',
    message: expect.stringContaining(`push ${pushId} is done`),
  })
  await expect(scene.delivery.resume(pushId)).rejects.toMatchObject({ code: 'PUSH_ERR_PUSH_STATE' })
  await scene.delivery.cancel(pushId)
  expect(await scene.store.pushes.get(pushId)).toMatchObject({ state: 'done' })
  await expect(scene.delivery.cancel(99)).rejects.toMatchObject({ code: 'PUSH_ERR_PUSH_NOT_FOUND' })
})

test('a scheduled push begins at its time, and reaches who has registered by then', async () => {
  await using scene = await openScene()
  await scene.register(3)
  await using _worker = await addWorker(scene)
  const dueAt = Date.now() + 1000
  const push = await scene.delivery.submit({ serviceId: scene.service.id, message: 'Hi' }, { dueAt })
  expect(push).toMatchObject({ state: 'scheduled', audienceSize: 3, dueAt })
  await scene.store.devices.register({ token: tokenOf(4), serviceId: scene.service.id, at: Date.now() })
  const ended = await pushWhere(scene, push.id, hasEnded)
  expect(ended.startedAt).toBeGreaterThanOrEqual(dueAt)
  expect(standOf(ended)).toEqual({ accepted: 4, rejected: 0, unknown: 0, unsent: 0, waiting: 0 })
})

test('a scheduled push can be cancelled before its time', async () => {
  await using scene = await openScene()
  await scene.register(3)
  const later = { dueAt: Date.now() + 3_600_000 }
  const { id } = await scene.delivery.submit({ serviceId: scene.service.id, message: 'Hi' }, later)
  await scene.delivery.cancel(id)
  const cancelled = { state: 'cancelled', unsent: 3, audienceSize: 3 }
  expect(await scene.store.pushes.get(id)).toMatchObject(cancelled)
})

test('a scheduled push that is paused and resumed keeps its time, or begins at once where that has passed', async () => {
  const clock = new SetClock('2026-11-30T00:00:00Z')
  await using scene = await openScene({ clock, simulator: { clock } })
  await scene.register(3)
  const notification = { serviceId: scene.service.id, message: 'Hi' }
  const dueAt = clock.now() + 7 * 86_400_000
  const { id } = await scene.delivery.submit(notification, { dueAt })
  const { id: late } = await scene.delivery.submit(notification, { dueAt })
  expect(await scene.delivery.pause(id)).toMatchObject({ state: 'paused', dueAt: null, beginsAt: dueAt })
  await scene.delivery.pause(late)
  expect(await scene.delivery.resume(id)).toMatchObject({ state: 'scheduled', dueAt })
  await using _worker = await addWorker(scene, { clock })
  const { id: now } = await scene.delivery.submit(notification)
  await pushWhere(scene, now, hasEnded)
  expect(await scene.store.pushes.get(id)).toMatchObject({ state: 'scheduled', dueAt })
  clock.set('2026-12-07T00:00:00Z')
  await pushWhere(scene, id, hasEnded)
  expect(await scene.store.pushes.get(late)).toMatchObject({ state: 'paused' })
  await scene.delivery.resume(late)
  expect(await pushWhere(scene, late, hasEnded)).toMatchObject({ state: 'done', accepted: 3 })
})

test('a push that has expired is not sent any more', async () => {
  await using scene = await openScene()
  await scene.register(3)
  const expiration = Math.floor(Date.now() / 1000) - 10
  const notification = { serviceId: scene.service.id, message: 'Hi', expiration }
  const { id } = await scene.delivery.submit(notification)
  await using _worker = await addWorker(scene)
  expect(await pushWhere(scene, id, hasEnded)).toMatchObject({
    state: 'failed',
    unsent: 3,
    stateReason: expect.stringContaining('it expired at'),
  })
  expect(scene.simulator.stats().received).toBe(0)
})
