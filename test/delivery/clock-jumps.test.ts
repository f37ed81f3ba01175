import { expect, onTestFinished, test } from 'vitest'
import { openScene, tokenOf } from './scene.js'
import { addWorker, hasEnded, pushWhere, standOf, timesSent } from './worker-scene.js'

const HOUR_MS = 3_600_000
const total = 10_000

test.each([
  ['forward', HOUR_MS, 'bounded'],
  ['back', -HOUR_MS, 'bounded'],
  ['forward', HOUR_MS, 'never'],
  ['back', -HOUR_MS, 'never'],
] as const)(
  'the clock jumps an hour %s while two workers are sending (%i ms, duplicates: %s): nobody is lost or sent to twice',
  async (_way, step, duplicates) => {
    let jump = 0
    const clock = { now: () => Date.now() + jump }
    await using scene = await openScene({ clock, simulator: { responseDelayMs: 100 } })
    await scene.register(total)
    for (let number = 1; number <= 20; number++)
      scene.simulator.answer({
        ...{ token: tokenOf(number * 7), reason: 'TooManyRequests', count: 1 },
        headers: { 'retry-after': '1' },
      })
    await using _first = await addWorker(scene, { clock })
    await using _second = await addWorker(scene, { clock })
    const notification = { serviceId: scene.service.id, message: 'Hi' }
    const { id } = await scene.delivery.submit(notification, { chunkSize: 2500, duplicates })
    await pushWhere(scene, id, ({ accepted }) => accepted > 500)
    jump = step
    // Whoever is to be tried again waits for a time of the clock: by hand, where that is an hour further on.
    const hurry = setInterval(
      () => scene.sql('update retries set due_at = 0 where lease is null and due_at > 0'),
      200,
    )
    onTestFinished(() => clearInterval(hurry))
    const push = await pushWhere(scene, id, hasEnded)
    clearInterval(hurry)
    expect(push.state).toBe('done')
    expect(standOf(push)).toEqual({ accepted: total, rejected: 0, unknown: 0, unsent: 0, waiting: 0 })
    const times = timesSent(scene)
    expect(times.size).toBe(total)
    expect(scene.simulator.stats()).toMatchObject({ accepted: total, rejected: 20 })
    // No chunk has changed hands.
    expect(scene.rows('select distinct fence from chunks')).toEqual([{ fence: 1 }])
  },
  120_000,
)

test.each(['cancelled', 'failed'] as const)(
  'the clock jumps an hour forward and the push is to end then (%s): the answers of living workers count',
  async (state) => {
    let jump = 0
    const clock = { now: () => Date.now() + jump }
    await using scene = await openScene({ clock, simulator: { responseDelayMs: 500 } })
    await scene.register(total)
    await using _first = await addWorker(scene, { clock })
    await using _second = await addWorker(scene, { clock })
    const expiration = state === 'failed' ? { expiration: Math.floor((Date.now() + HOUR_MS / 2) / 1000) } : {}
    const notification = { serviceId: scene.service.id, message: 'Hi', ...expiration }
    const { id } = await scene.delivery.submit(notification, { chunkSize: 2500 })
    await pushWhere(scene, id, ({ accepted }) => accepted > 500)
    jump = HOUR_MS
    if (state === 'cancelled') await scene.delivery.cancel(id)
    const push = await pushWhere(scene, id, hasEnded)
    expect(push.state).toBe(state)
    const { accepted } = scene.simulator.stats()
    expect(standOf(push)).toEqual({ accepted, rejected: 0, unknown: 0, unsent: total - accepted, waiting: 0 })
  },
  120_000,
)
