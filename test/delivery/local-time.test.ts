import { expect, test, vi } from 'vitest'
import type { Push } from '../../src/model/index.js'
import { openScene, type Scene, tokenOf } from './scene.js'
import { SetClock } from './set-clock.js'
import { addWorker, hasEnded, pushWhere, standOf, timesSent } from './worker-scene.js'

/** Devices 1 to n in these zones, one after the other; '' is a device whose zone is not known. */
async function openZones(
  zones: readonly string[],
  { now = '2026-11-30T00:00:00Z', devices = zones.length } = {},
) {
  const clock = new SetClock(now)
  const scene = await openScene({ clock, simulator: { clock } })
  const rows = Array.from({ length: devices }, (_, index) => ({
    token: tokenOf(index + 1),
    timeZone: zones[index % zones.length]!,
  }))
  await scene.store.devices.importMany(scene.service.id, rows, clock.now())
  return { clock, scene, notification: { serviceId: scene.service.id, message: 'Good morning' } }
}

/** Numbers of the devices that were sent to so far. */
const sentTo = (scene: Scene) =>
  [...timesSent(scene).keys()].map((token) => Number.parseInt(token, 16)).sort((a, b) => a - b)

/** Nothing is counted twice, and nobody is forgotten. */
function expectSums(push: Push): void {
  const { accepted, rejected, unknown, unsent, deferred, audienceSize } = push
  expect(accepted + rejected + unknown + unsent + deferred).toBeLessThanOrEqual(audienceSize)
  if (push.finishedAt !== null) expect(accepted + rejected + unknown + unsent).toBe(audienceSize)
}

const zones = ['Pacific/Kiritimati', 'Asia/Tokyo', '', 'Europe/Berlin', 'America/New_York']

test('each device gets it at the local time of its own zone, and once, though it travels', async () => {
  const { clock, scene, notification } = await openZones(zones)
  await using _scene = scene
  const submitted = await scene.delivery.submit(notification, {
    localTime: '2026-12-01T09:00',
    timeZone: 'america/sao_paulo',
  })
  expect(submitted).toMatchObject({
    state: 'scheduled',
    dueAt: Date.parse('2026-11-30T19:00:00Z'),
    localTime: '2026-12-01T09:00:00',
    audienceSize: 5,
  })
  const { id } = submitted
  await using _worker = await addWorker(scene, { clock })
  const reached = async (now: string, accepted: number) => {
    clock.set(now)
    const push = await pushWhere(scene, id, (it) => it.accepted === accepted)
    expectSums(push)
    return push
  }
  clock.set('2026-11-30T18:59:59Z')
  expect(sentTo(scene)).toEqual([])
  // Who registers before it begins belongs to it.
  await scene.store.devices.register({ token: tokenOf(6), serviceId: scene.service.id, at: clock.now() })
  expect(await reached('2026-11-30T19:00:00Z', 1)).toMatchObject({
    state: 'sending',
    audienceSize: 6,
    deferred: 5,
  })
  expect(sentTo(scene)).toEqual([1])
  await reached('2026-12-01T00:00:00Z', 2)
  expect(sentTo(scene)).toEqual([1, 2])
  // From Tokyo, where it has got it, and from New York, where it has not yet.
  scene.sql(`update devices set time_zone = 'America/Los_Angeles' where id in (2, 5)`)
  await reached('2026-12-01T08:00:00Z', 3)
  expect(sentTo(scene)).toEqual([1, 2, 4])
  await reached('2026-12-01T12:00:00Z', 5)
  expect(sentTo(scene)).toEqual([1, 2, 3, 4, 6])
  await reached('2026-12-01T14:00:00Z', 6)
  expect(await pushWhere(scene, id, hasEnded)).toMatchObject({ state: 'done', accepted: 6, deferred: 0 })
  expect([...timesSent(scene).values()]).toEqual([1, 1, 1, 1, 1, 1])
})

test('whose time has passed by more than an hour gets nothing', async () => {
  const { clock, scene, notification } = await openZones(zones, { now: '2026-12-01T09:00:00Z' })
  await using _scene = scene
  await using _worker = await addWorker(scene, { clock })
  // 09:00 was 14, 9, 0, 1 hours ago, and is in 5 hours.
  const { id } = await scene.delivery.submit(notification, { localTime: '2026-12-01T09:00' })
  const push = await pushWhere(scene, id, ({ accepted }) => accepted === 2)
  expect(push).toMatchObject({ unsent: 2, deferred: 1, audienceSize: 5 })
  expect(sentTo(scene)).toEqual([3, 4])
  clock.set('2026-12-01T14:00:00Z')
  expect(await pushWhere(scene, id, hasEnded)).toMatchObject({ state: 'done', accepted: 3, unsent: 2 })
  expect(await scene.store.pushes.reasons(id)).toEqual([
    { outcome: 'unsent', reason: 'LocalTimePassed', count: 2 },
  ])
})

test('a dry run counts those whose time has passed as the push does, and looks at nobody before it has come anywhere', async () => {
  const { clock, scene, notification } = await openZones(zones, { devices: 6000 })
  await using _scene = scene
  const { devices, pushes } = scene.store
  await devices.update(2, { isActive: false }, clock.now())
  const flags = { isActive: true, isStaff: false, isSuperuser: false }
  await scene.store.users.create({ username: 'anna', email: '', ...flags, passwordHash: '' }, clock.now())
  scene.sql('insert into device_users (device_id, user_id) select id, 1 from devices where id <= 15')
  const look = vi.spyOn(pushes, 'timeZones')
  const tokens = Array.from({ length: 12 }, (_, index) => tokenOf(index + 1))
  const audiences = [
    { kind: 'all' },
    { kind: 'tokens', tokens: [...tokens, ...tokens, tokenOf(7000)] },
    { kind: 'users', ids: [1] },
    { kind: 'where', where: { not: { timeZone: ['Europe/Berlin'] } } },
  ] as const
  const late = async (localTime?: string) => {
    const counts: number[] = []
    for (const audience of audiences) {
      const options = localTime === undefined ? { audience } : { audience, localTime, timeZone: 'Asia/Tokyo' }
      counts.push((await scene.delivery.preflight(notification, options)).localTimePassed)
    }
    return counts
  }
  expect(await late()).toEqual([0, 0, 0, 0])
  // Ten hours from now on it begins, in the first zone of the world.
  expect(await late('2026-12-01T00:00')).toEqual([0, 0, 0, 0])
  clock.set('2026-12-01T02:30:00Z')
  expect(await late('2026-12-01T17:00')).toEqual([0, 0, 0, 0])
  expect(look).not.toHaveBeenCalled()
  // Over in Kiritimati, in Tokyo and for those without a zone, who are counted with Tokyo.
  const passed = await late('2026-12-01T09:00')
  expect(passed).toEqual([3599, 7, 8, 3599])
  for (const [index, audience] of audiences.entries()) {
    const options = { audience, localTime: '2026-12-01T09:00', timeZone: 'Asia/Tokyo' }
    const { id } = await scene.delivery.submit(notification, options)
    while ((await pushes.begin(id, clock.now()))?.state === 'scheduled');
    expect((await pushes.get(id))!.unsent).toBe(passed[index])
  }
})

test('when the next devices are due is known', async () => {
  const { clock, scene, notification } = await openZones(zones)
  await using _scene = scene
  const { pushes } = scene.store
  const { id } = await scene.delivery.submit(notification, { localTime: '2026-12-01T09:00' })
  expect(await pushes.nextDueAt(id)).toBeNull()
  clock.set('2026-12-01T02:30:00Z')
  await pushes.begin(id, clock.now())
  expect(await pushes.nextDueAt(id)).toBe(Date.parse('2026-12-01T08:00Z'))
})

test('where nobody is left in time, the push ends', async () => {
  const { scene, notification } = await openZones(['Asia/Tokyo'], { now: '2026-12-01T09:00:00Z' })
  await using _scene = scene
  await using _worker = await addWorker(scene, { clock: { now: () => Date.parse('2026-12-01T09:00:00Z') } })
  const { id } = await scene.delivery.submit(notification, { localTime: '2026-12-01T09:00' })
  expect(await pushWhere(scene, id, hasEnded)).toMatchObject({ state: 'done', unsent: 1, audienceSize: 1 })
})

test('a worker that dies while it gives devices their time loses none, and gives none twice', async () => {
  const { clock, scene, notification } = await openZones(zones, { devices: 6000 })
  await using _scene = scene
  const { id } = await scene.delivery.submit(notification, { localTime: '2026-12-01T09:00' })
  clock.set('2026-11-30T19:00:00Z')
  const first = (await scene.store.pushes.begin(id, clock.now()))!
  expect(first).toMatchObject({ state: 'scheduled', audienceSize: 6000, deferred: 2500 })
  expect(await scene.store.pushes.leaseRetries(id, 'me', clock.now(), clock.now() + 1000, 10)).toBeUndefined()
  // Another goes on from there; those who come meanwhile come with it, those who leave are left out.
  await scene.store.devices.register({ token: tokenOf(6001), serviceId: scene.service.id, at: clock.now() })
  await scene.store.devices.update(5000, { isActive: false }, clock.now())
  await using _worker = await addWorker(scene, { clock })
  const push = await pushWhere(scene, id, ({ accepted }) => accepted === 1200)
  expect(push).toMatchObject({ state: 'sending', audienceSize: 6000, deferred: 4800 })
  clock.set('2026-12-01T14:00:00Z')
  expect(standOf(await pushWhere(scene, id, hasEnded))).toEqual({
    ...{ accepted: 6000, rejected: 0, unknown: 0, unsent: 0, waiting: 0 },
  })
  expect(timesSent(scene).size).toBe(6000)
  expect(Math.max(...timesSent(scene).values())).toBe(1)
})

test('a list of tokens is read once, and is no part of a push that is looked at', async () => {
  const { clock, scene, notification } = await openZones(zones, { devices: 6000 })
  await using _scene = scene
  const { pushes } = scene.store
  const tokens = Array.from({ length: 6000 }, (_, index) => tokenOf(index + 1))
  const options = { localTime: '2026-12-01T09:00', audience: { kind: 'tokens', tokens } } as const
  const { id } = await scene.delivery.submit(notification, options)
  clock.set('2026-11-30T19:00:00Z')
  const plan = () => JSON.parse(scene.rows<{ plan: string }>('select plan from pushes')[0]!.plan) as unknown
  const looks = async () => [
    await pushes.get(id),
    ...(await pushes.list()),
    (await pushes.active(clock.now()))[0]!.push,
  ]
  expect(plan()).toMatchObject({ audience: { tokens } })
  expect(await pushes.begin(id, clock.now())).toMatchObject({ state: 'scheduled', deferred: 2500 })
  expect(plan()).toEqual({ chunkSize: 10_000, timeZone: 'UTC', after: 2500 })
  for (const push of await looks()) expect(push).not.toHaveProperty('plan')
  await pushes.begin(id, clock.now())
  expect(await pushes.begin(id, clock.now())).toMatchObject({
    state: 'queued',
    deferred: 6000,
    audienceSize: 6000,
  })
  expect(scene.rows('select plan from pushes')).toEqual([{ plan: null }])
})

test('who cancels it ends it, though many wait and no worker runs; where he does not come to the end, a worker does', async () => {
  const { clock, scene, notification } = await openZones(zones, { devices: 6000 })
  await using _scene = scene
  const options = { localTime: '2026-12-01T09:00' }
  const submit = async () => (await scene.delivery.submit(notification, options)).id
  const [whole, half, part] = [await submit(), await submit(), await submit()]
  clock.set('2026-11-30T18:59:00Z')
  const { pushes } = scene.store
  for (const id of [whole, part]) while ((await pushes.begin(id, clock.now()))?.state === 'scheduled');
  while ((await pushes.get(half))!.deferred < 5000) await pushes.begin(half, clock.now())
  const cancelled = {
    state: 'cancelled',
    audienceSize: 6000,
    unsent: 6000,
    deferred: 0,
    stateReason: 'enough',
  }
  for (const id of [whole, half]) {
    await scene.delivery.cancel(id, { reason: 'enough' })
    expect(await pushes.get(id)).toMatchObject(cancelled)
  }
  expect(await pushes.finish(part, 'cancelled', 'enough', clock.now())).toMatchObject({
    endingAs: 'cancelled',
  })
  await using _worker = await addWorker(scene, { clock })
  expect(await pushWhere(scene, part, hasEnded)).toMatchObject(cancelled)
  expect(scene.rows('select 1 from retries')).toEqual([])
  expect(sentTo(scene)).toEqual([])
})

test('it is paused, resumed and cancelled at any time, and the sums agree', async () => {
  const { clock, scene, notification } = await openZones(zones, { devices: 4000 })
  await using _scene = scene
  const options = { localTime: '2026-12-01T09:00' }
  const submit = async () => (await scene.delivery.submit(notification, options)).id
  const [before, between, after] = [await submit(), await submit(), await submit()]
  const first = Date.parse('2026-11-30T19:00:00Z')
  await scene.delivery.pause(before)
  expect(await scene.delivery.resume(before)).toMatchObject({ state: 'scheduled', dueAt: first, deferred: 0 })
  clock.set('2026-11-30T19:00:00Z')
  await scene.delivery.cancel(before)
  // In the middle of it.
  await scene.store.pushes.begin(between, clock.now())
  expect(await scene.delivery.pause(between)).toMatchObject({ state: 'paused', deferred: 2500 })
  expect(await scene.store.pushes.begin(between, clock.now())).toBeUndefined()
  expect(await scene.delivery.resume(between)).toMatchObject({ state: 'scheduled', deferred: 2500 })
  await scene.delivery.cancel(between)
  await scene.store.pushes.begin(after, clock.now())
  await scene.store.pushes.begin(after, clock.now())
  await scene.delivery.cancel(after)
  for (const id of [before, between, after]) {
    const push = (await scene.store.pushes.get(id))!
    expect(push).toMatchObject({ state: 'cancelled', audienceSize: 4000, unsent: 4000, deferred: 0 })
    expect(await scene.store.pushes.begin(id, clock.now())).toBeUndefined()
  }
  expect(scene.rows('select 1 from retries')).toEqual([])
})

test('the first attempt is the first', async () => {
  const { scene, notification } = await openZones([''], { now: '2026-12-01T09:00:00Z', devices: 2 })
  await using _scene = scene
  scene.simulator.answer({ token: tokenOf(1), reason: 'ServiceUnavailable' })
  const options = { localTime: '2026-12-01T09:00' }
  const once = await scene.delivery.submit(notification, { ...options, maxAttempts: 1 })
  const twice = await scene.delivery.submit(notification, { ...options, maxAttempts: 2 })
  await using _worker = await addWorker(scene, { clock: { now: () => Date.parse('2026-12-01T09:00:00Z') } })
  expect(await pushWhere(scene, once.id, hasEnded)).toMatchObject({ accepted: 1, rejected: 1 })
  await pushWhere(scene, twice.id, ({ accepted }) => accepted === 1)
  await vi.waitFor(() =>
    expect(scene.rows('select attempts, reason from retries')).toEqual([
      { attempts: 1, reason: 'ServiceUnavailable' },
    ]),
  )
})

test('named devices get it at their local time too', async () => {
  const { clock, scene, notification } = await openZones(zones)
  await using _scene = scene
  const tokens = [tokenOf(2), tokenOf(4), tokenOf(99)]
  const { id } = await scene.delivery.submit(notification, {
    localTime: '2026-12-01T09:00:30',
    audience: { kind: 'tokens', tokens },
  })
  await using _worker = await addWorker(scene, { clock })
  clock.set('2026-12-01T00:00:30Z')
  expect(await pushWhere(scene, id, ({ accepted }) => accepted === 1)).toMatchObject({
    ...{ audienceSize: 2, skippedUnregistered: 1, deferred: 1 },
  })
  expect(sentTo(scene)).toEqual([2])
  // Whoever is inactive by its time is not sent to.
  await scene.store.devices.update(4, { isActive: false }, clock.now())
  clock.set('2026-12-01T08:00:30Z')
  expect(await pushWhere(scene, id, hasEnded)).toMatchObject({ state: 'done', accepted: 1, unsent: 1 })
})

test('a local time that can not be is refused, and nothing is written', async () => {
  const { scene, notification } = await openZones(zones, { now: '2026-12-01T21:00:01Z' })
  await using _scene = scene
  for (const [wrong, field] of [
    [{ localTime: '2026-02-30T09:00' }, 'localTime'],
    [{ localTime: '2026-12-01T09:00' }, 'localTime'],
    [{ localTime: '2026-12-02T09:00', dueAt: Date.parse('2026-12-02T09:00Z') }, 'localTime'],
    [{ localTime: '2026-12-02T09:00', timeZone: 'Mars' }, 'timeZone'],
    [{ timeZone: 'Europe/Berlin' }, 'timeZone'],
  ] as const)
    await expect(scene.delivery.submit(notification, wrong)).rejects.toMatchObject({
      ...{ code: 'PUSH_ERR_INPUT_INVALID', field },
    })
  expect((await scene.store.notifications.list()).notifications).toEqual([])
  const key = { idempotencyKey: 'a', localTime: '2026-12-02T09:00' }
  const { id } = await scene.delivery.submit(notification, key)
  expect((await scene.delivery.submit(notification, key)).id).toBe(id)
  await expect(
    scene.delivery.submit(notification, { ...key, localTime: '2026-12-02T10:00' }),
  ).rejects.toMatchObject({
    code: 'PUSH_ERR_IDEMPOTENCY_KEY_REUSED',
  })
})
