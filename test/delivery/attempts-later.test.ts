import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { nextAttempt } from '../../src/delivery/retry-policy.js'
import { startSimulator } from '../../src/simulator/index.js'
import { openScene, tokenOf } from './scene.js'
import { addWorker, hasEnded, pushWhere, standOf, timesSent } from './worker-scene.js'

describe('when a refused device is tried again', () => {
  const later = { status: 503, reason: 'ServiceUnavailable' }
  const push = { expiration: null, maxAttempts: 5 }
  const minute = 60_000
  const none = () => 0

  test('after 15 minutes, then twice as long each time, six hours at most', () => {
    const waits = [1, 2, 3, 4, 10].map((attempts) =>
      nextAttempt(later, attempts, { ...push, maxAttempts: 100 }, 0, none),
    )
    expect(waits).toEqual([15, 30, 60, 120, 360].map((minutes) => minutes * minute))
  })

  test('sooner after 429, and when Apple says so; later by a random part', () => {
    expect(nextAttempt({ status: 429, reason: 'TooManyRequests' }, 1, push, 0, none)).toBe(minute)
    expect(nextAttempt({ ...later, retryAfterMs: 7000 }, 1, push, 1000, none)).toBe(8000)
    expect(nextAttempt({ ...later, retryAfterMs: 1000 }, 1, push, 0, () => 0.999)).toBe(1200)
  })

  test('not after the last attempt, not after the life of the push, not for what is final', () => {
    expect(nextAttempt(later, 4, push, 0)).toBeDefined()
    expect(nextAttempt(later, 5, push, 0)).toBeUndefined()
    expect(nextAttempt(later, 1, { ...push, expiration: 14 * 60 }, 0, none)).toBeUndefined()
    expect(nextAttempt(later, 1, { ...push, expiration: 16 * 60 }, 0, none)).toBe(15 * minute)
    expect(nextAttempt(later, 1, { ...push, expiration: 0 }, 0, none)).toBeUndefined()
    expect(nextAttempt({ status: 410, reason: 'Unregistered' }, 1, push, 0)).toBeUndefined()
    expect(nextAttempt({ status: 599, reason: 'BrandNew' }, 1, push, 0)).toBeDefined()
  })
})

test('what Apple refuses for now is sent when its time has come, by whatever worker, and the push is done then', async () => {
  await using scene = await openScene()
  await scene.register(300)
  for (let number = 1; number <= 20; number++)
    scene.simulator.answer({ token: tokenOf(number), reason: 'ServiceUnavailable', count: 1 })
  const { id } = await scene.delivery.submit({ serviceId: scene.service.id, message: 'Hi' })
  {
    await using _worker = await addWorker(scene)
    const waiting = await pushWhere(scene, id, ({ accepted }) => accepted === 280)
    expect(waiting).toMatchObject({ state: 'sending', deferred: 20, rejected: 0 })
    // No chunk stays open for them.
    expect(scene.rows(`select 1 from chunks where state != 'done'`)).toEqual([])
  }
  scene.sql('update retries set due_at = 0')
  await using _another = await addWorker(scene)
  const push = await pushWhere(scene, id, hasEnded)
  expect(push).toMatchObject({ state: 'done', deferred: 0 })
  expect(standOf(push)).toEqual({ accepted: 300, rejected: 0, unknown: 0, unsent: 0, waiting: 0 })
  expect(Math.max(...timesSent(scene).values())).toBe(2)
  expect(scene.rows('select * from retries')).toEqual([])
})

test('a device that Apple wants left alone for long holds up nobody else, and comes later', async () => {
  await using scene = await openScene()
  await scene.register(300)
  scene.simulator.answer({
    ...{ token: tokenOf(1), reason: 'TooManyRequests', headers: { 'retry-after': '600' }, count: 1 },
  })
  const notification = { serviceId: scene.service.id, message: 'Hi' }
  await using worker = await addWorker(scene)
  const first = await worker.delivery.submit(notification)
  await pushWhere(scene, first.id, ({ accepted }) => accepted === 299)
  const { id } = await worker.delivery.submit(notification)
  const push = await pushWhere(scene, id, ({ accepted }) => accepted === 299)
  expect(push).toMatchObject({ state: 'sending', stateReason: null, deferred: 1, rejected: 0, unsent: 0 })
  // Nothing was sent to it, and that was no attempt.
  expect(timesSent(scene).get(tokenOf(1))).toBe(1)
  expect(scene.rows(`select attempts from retries where push_id = ${id}`)).toEqual([{ attempts: 0 }])
  // Where one attempt is all that is wanted, it is none.
  const once = await worker.delivery.submit(notification, { maxAttempts: 1 })
  expect(await pushWhere(scene, once.id, hasEnded)).toMatchObject({ state: 'done', accepted: 299, unsent: 1 })
})

test('after the last attempt it is rejected with Apple’s word; who has left the app meanwhile is too', async () => {
  await using scene = await openScene()
  await scene.register(3)
  scene.simulator.answer({ token: tokenOf(1), reason: 'ServiceUnavailable' })
  scene.simulator.answer({ token: tokenOf(2), reason: 'ServiceUnavailable', count: 1 })
  const { id } = await scene.delivery.submit(
    { serviceId: scene.service.id, message: 'Hi' },
    { maxAttempts: 2 },
  )
  await using _worker = await addWorker(scene)
  await pushWhere(scene, id, ({ deferred }) => deferred === 2)
  await scene.store.devices.update(2, { isActive: false }, Date.now())
  scene.sql('update retries set due_at = 0')
  const push = await pushWhere(scene, id, hasEnded)
  expect(standOf(push)).toEqual({ accepted: 1, rejected: 2, unknown: 0, unsent: 0, waiting: 0 })
  expect(await scene.store.pushes.reasons(id)).toEqual([
    { outcome: 'rejected', reason: 'ServiceUnavailable', count: 2 },
  ])
})

test('a server that can not be reached: a push that nobody waits for rests, and goes on when it can', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'ios-notifications-simulator-'))
  onTestFinished(() => rmSync(dir, { recursive: true }))
  await using scene = await openScene({ simulator: { dir } })
  await scene.register(3000)
  const { port } = scene.simulator
  await scene.simulator.close()
  const { id } = await scene.delivery.submit({ serviceId: scene.service.id, message: 'Hi' })
  await using _worker = await addWorker(scene)
  const resting = await pushWhere(scene, id, ({ state }) => state === 'paused')
  expect(resting.dueAt).toBeGreaterThan(Date.now())
  expect(resting.stateReason).toContain(String(port))
  expect(standOf(resting)).toEqual({ accepted: 0, rejected: 0, unknown: 0, unsent: 0, waiting: 3000 })
  await using again = await startSimulator({ port, dir, receivedLimit: Number.POSITIVE_INFINITY })
  const push = await pushWhere(scene, id, (now) => {
    // The client itself waits some seconds before it tries again, so that it may rest once more.
    if (now.state === 'paused') scene.sql('update pushes set due_at = 0')
    return hasEnded(now)
  })
  expect(push.state).toBe('done')
  expect(standOf(push)).toEqual({ accepted: 3000, rejected: 0, unknown: 0, unsent: 0, waiting: 0 })
  expect(again.stats().received).toBe(3000)
})
