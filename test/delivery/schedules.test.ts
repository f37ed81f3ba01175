import { expect, test, vi } from 'vitest'
import { silentLogger } from '../../src/base/index.js'
import { Delivery } from '../../src/delivery/index.js'
import { ScheduleRunner } from '../../src/delivery/schedule-runner.js'
import { Schedules } from '../../src/resources/schedules.js'
import { openScene, type Scene, tokenOf } from './scene.js'
import { SetClock } from './set-clock.js'
import { addWorker, hasEnded, pushWhere, timesSent } from './worker-scene.js'

async function openSchedules(now = '2026-11-24T08:00:00Z', devices = 3) {
  const clock = new SetClock(now)
  const scene = await openScene({ clock, simulator: { clock } })
  await scene.register(devices)
  const schedules = new Schedules(scene.store, scene.delivery, clock)
  const { store, delivery } = scene
  const runner = new ScheduleRunner({
    ...{ store, clock, logger: silentLogger },
    submit: (notification, options) => delivery.submit(notification, options),
  })
  return {
    clock,
    scene,
    schedules,
    runner,
    notification: { service: scene.service.id, message: 'Good morning' },
  }
}

const pushesOf = (scene: Scene) => scene.store.pushes.list()

test('each time is a push of its own, to whoever is there by then', async () => {
  const { clock, scene, schedules, notification } = await openSchedules()
  await using _scene = scene
  const schedule = await schedules.create({
    notification,
    cron: '0 9 * * *',
    timeZone: 'europe/berlin',
    by: 'Aladdin',
  })
  expect(schedule).toMatchObject({
    timeZone: 'Europe/Berlin',
    nextAt: Date.parse('2026-11-25T08:00:00Z'),
    isPaused: false,
    lastAt: null,
    createdBy: 'Aladdin',
  })
  await using _worker = await addWorker(scene, { clock })
  clock.set('2026-11-25T08:00:00Z')
  await vi.waitFor(async () => expect((await schedules.get(1))?.lastPushId).toBe(1), { timeout: 30_000 })
  expect(await schedules.get(1)).toMatchObject({
    nextAt: Date.parse('2026-11-26T08:00:00Z'),
    lastAt: Date.parse('2026-11-25T08:00:00Z'),
    lastResult: 'push 1, devices: 3',
  })
  expect(await pushWhere(scene, 1, hasEnded)).toMatchObject({ state: 'done', accepted: 3, stateBy: null })
  await scene.store.devices.register({ token: tokenOf(4), serviceId: scene.service.id, at: clock.now() })
  clock.set('2026-11-26T08:00:05Z')
  await vi.waitFor(async () => expect((await schedules.get(1))?.lastPushId).toBe(2), { timeout: 30_000 })
  expect(await pushWhere(scene, 2, hasEnded)).toMatchObject({ state: 'done', accepted: 4 })
  expect([...timesSent(scene).values()]).toEqual([2, 2, 2, 1])
  expect((await scene.store.notifications.list()).notifications).toHaveLength(1)
})

test('a run is one push, though two workers see it due, and though one dies before it notes the run', async () => {
  const { clock, scene, schedules, runner, notification } = await openSchedules()
  await using _scene = scene
  await schedules.create({ notification, cron: '* * * * *' })
  clock.set('2026-11-24T08:01:00Z')
  const due = (await scene.store.schedules.due(clock.now()))[0]!
  const run = (at: number) => ({ nextAt: at, lastAt: clock.now(), lastPushId: 1, lastResult: '' })
  // The first dies when it has made the push.
  await expect(
    new ScheduleRunner({
      ...{ store: scene.store, clock, logger: silentLogger },
      submit: async (notification, options) => {
        await scene.delivery.submit(notification, options)
        throw Object.assign(new Error('disk I/O error'), { code: 'SQLITE_IOERR' })
      },
    }).runDue(),
  ).rejects.toThrow('disk I/O error')
  expect(await scene.store.schedules.due(clock.now())).toEqual([due])
  // Another one, a little later, in the same moment as a third.
  clock.set('2026-11-24T08:01:40Z')
  await Promise.all([runner.runDue(), runner.runDue()])
  expect(await pushesOf(scene)).toHaveLength(1)
  expect(await schedules.get(1)).toMatchObject({ lastPushId: 1, nextAt: Date.parse('2026-11-24T08:02:00Z') })
  // Whoever comes too late changes nothing.
  expect(await scene.store.schedules.advance(1, due.nextAt!, run(7))).toBe(false)
  expect(await scene.store.schedules.advance(1, Date.parse('2026-11-24T08:02:00Z'), run(7))).toBe(true)
})

test('what was missed is made up for once', async () => {
  const { clock, scene, schedules, runner, notification } = await openSchedules()
  await using _scene = scene
  await schedules.create({ notification, cron: '0 * * * *' })
  clock.set('2026-11-27T10:30:00Z')
  await runner.runDue()
  await runner.runDue()
  expect(await pushesOf(scene)).toHaveLength(1)
  expect(await schedules.get(1)).toMatchObject({ nextAt: Date.parse('2026-11-27T11:00:00Z') })
})

test('nobody to push to, and a notification that is gone, are noted, and it goes on', async () => {
  const { clock, scene, schedules, runner, notification } = await openSchedules('2026-11-24T08:00:00Z', 0)
  await using _scene = scene
  await schedules.create({ notification, cron: '0 * * * *' })
  clock.set('2026-11-24T09:00:00Z')
  await runner.runDue()
  expect(await schedules.get(1)).toMatchObject({
    lastPushId: null,
    lastResult: expect.stringContaining('nobody to push to'),
    nextAt: Date.parse('2026-11-24T10:00:00Z'),
  })
  scene.sql('delete from notifications')
  clock.set('2026-11-24T10:00:00Z')
  await runner.runDue()
  expect(await schedules.get(1)).toMatchObject({
    lastResult: 'notification 1 does not exist any more',
    nextAt: Date.parse('2026-11-24T11:00:00Z'),
  })
})

test('it is paused, resumed without what was missed, and removed', async () => {
  const { clock, scene, schedules, runner, notification } = await openSchedules()
  await using _scene = scene
  const { id } = await schedules.create({ notification, cron: '0 * * * *' })
  expect(await schedules.pause(id)).toMatchObject({ isPaused: true, nextAt: null })
  clock.set('2026-11-24T12:30:00Z')
  await runner.runDue()
  expect(await schedules.resume(id)).toMatchObject({
    isPaused: false,
    nextAt: Date.parse('2026-11-24T13:00:00Z'),
  })
  await runner.runDue()
  expect(await pushesOf(scene)).toEqual([])
  // A schedule that is not paused, and whose time has come, does not lose it.
  clock.set('2026-11-24T13:00:01Z')
  await schedules.resume(id)
  await runner.runDue()
  expect(await pushesOf(scene)).toHaveLength(1)
  expect(await schedules.next(id, 2)).toEqual([
    new Date('2026-11-24T14:00:00Z'),
    new Date('2026-11-24T15:00:00Z'),
  ])
  await schedules.remove(id)
  expect(await schedules.list()).toEqual([])
  for (const act of ['pause', 'resume', 'remove', 'next'] as const)
    await expect(schedules[act](id)).rejects.toMatchObject({ code: 'PUSH_ERR_SCHEDULE_NOT_FOUND' })
})

test('a feedback service is called at its times', async () => {
  const { clock, scene, schedules, runner } = await openSchedules()
  await using _scene = scene
  const serviceId = scene.service.id
  const { id } = await scene.store.feedbackServices.create({
    name: 'test',
    hostname: 'feedback.push.apple.com',
    serviceId,
  })
  await schedules.create({ feedbackService: id, cron: '0 3 * * *' })
  scene.sql(`insert into feedback (service_id, device_id, token, reason, timestamp, received_at)
    values (1, 2, 'x', 'Unregistered', ${clock.now()}, ${clock.now()})`)
  clock.set('2026-11-25T03:00:00Z')
  await runner.runDue()
  expect(await scene.isActive(2)).toBe(false)
  expect(await schedules.get(1)).toMatchObject({ lastResult: 'devices deactivated: 1', lastPushId: null })
  await expect(schedules.create({ feedbackService: 9, cron: '0 3 * * *' })).rejects.toMatchObject({
    code: 'PUSH_ERR_FEEDBACK_SERVICE_NOT_FOUND',
  })
})

test('what is wrong is said before anything is stored', async () => {
  const { scene, schedules, notification } = await openSchedules()
  await using _scene = scene
  const cron = '0 9 * * *'
  for (const [wrong, field] of [
    [{ notification, cron: '0 9 * *' }, 'cron'],
    [{ notification, cron, timeZone: 'Mars/Olympus' }, 'timeZone'],
    [{ notification: { ...notification, expiration: 1_800_000_000 }, cron }, 'expiration'],
    [{ notification, cron, maxAttempts: 0 }, 'maxAttempts'],
    [{ notification, cron, chunkSize: 0 }, 'chunkSize'],
    [{ notification, cron, tokens: ['a'], users: [1] }, 'tokens'],
  ] as const)
    await expect(schedules.create(wrong)).rejects.toMatchObject({ code: 'PUSH_ERR_INPUT_INVALID', field })
  await expect(
    schedules.create({ notification: { ...notification, service: 9 }, cron }),
  ).rejects.toMatchObject({
    code: 'PUSH_ERR_SERVICE_NOT_FOUND',
  })
  expect(await schedules.list()).toEqual([])
  expect((await scene.store.notifications.list()).notifications).toEqual([])
})

test('a closed delivery makes no push, and loses no run', async () => {
  const { clock, scene, schedules, notification } = await openSchedules()
  await using _scene = scene
  await schedules.create({ notification, cron: '0 * * * *' })
  clock.set('2026-11-24T09:00:00Z')
  const { store } = scene
  const closed = new Delivery({ store, clock, logger: silentLogger })
  await closed.close()
  const submit: Delivery['submit'] = (notification, options) => closed.submit(notification, options)
  await new ScheduleRunner({ store, clock, logger: silentLogger, submit }).runDue()
  expect(await store.schedules.due(clock.now())).toHaveLength(1)
})
