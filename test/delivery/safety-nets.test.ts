import { describe, expect, test } from 'vitest'
import { openScene, tokenOf } from './scene.js'
import { addWorker, hasEnded, pushWhere, standOf, timesSent } from './worker-scene.js'

const message = 'Hi'
const registered = 1_700_000_000_000

describe('a burst of BadDeviceToken or DeviceTokenNotForTopic (wrong environment or bundle id) pauses the push and deactivates nobody', () => {
  for (const reason of ['BadDeviceToken', 'DeviceTokenNotForTopic'])
    for (const workers of [1, 4])
      test(`${reason}, ${workers} workers: after at most 200 rejections`, async () => {
        await using scene = await openScene()
        await scene.register(5000)
        scene.simulator.answer({ reason })
        const { id } = await scene.delivery.submit(
          { serviceId: scene.service.id, message },
          { chunkSize: 100 },
        )
        await using _one = await addWorker(scene)
        await using _two = workers > 1 ? await addWorker(scene) : undefined
        await using _three = workers > 1 ? await addWorker(scene) : undefined
        await using _four = workers > 1 ? await addWorker(scene) : undefined
        const paused = await pushWhere(scene, id, ({ state }) => state === 'paused')
        expect(paused.stateReason).toContain(reason)
        expect(paused.stateReason).toContain('another environment than')
        // Nothing comes after it: the worker that did not see the burst stops as well.
        await using _late = await addWorker(scene)
        const push = await pushWhere(
          scene,
          id,
          () => scene.rows('select 1 from retries where lease is not null').length === 0,
        )
        const { accepted, rejected, unknown } = standOf(push)
        expect({ accepted, unknown }).toEqual({ accepted: 0, unknown: 0 })
        expect(rejected).toBeGreaterThanOrEqual(50)
        expect(scene.simulator.stats().received).toBeLessThanOrEqual(200)
        expect(await scene.activeDevices()).toBe(5000)
        await scene.delivery.cancel(id)
        const ended = await pushWhere(scene, id, hasEnded)
        expect(ended.rejected + ended.unsent).toBe(5000)
        expect(scene.simulator.stats().received).toBe(ended.rejected)
        expect(await scene.activeDevices()).toBe(5000)
      })
})

test('the same burst in a push at a local time, with 3 workers', async () => {
  await using scene = await openScene()
  await scene.register(2000)
  scene.simulator.answer({ reason: 'BadDeviceToken' })
  const now = new Date(Date.now() - 60_000).toISOString().slice(0, 19)
  const { id } = await scene.delivery.submit(
    { serviceId: scene.service.id, message },
    { localTime: now, timeZone: 'UTC' },
  )
  await using _one = await addWorker(scene)
  await using _two = await addWorker(scene)
  await using _three = await addWorker(scene)
  const paused = await pushWhere(scene, id, ({ state }) => state === 'paused')
  expect(paused.stateReason).toContain('BadDeviceToken')
  await pushWhere(scene, id, () => scene.rows('select 1 from retries where lease is not null').length === 0)
  expect(scene.simulator.stats().received).toBeLessThanOrEqual(200)
  expect(await scene.activeDevices()).toBe(2000)
})

describe('TopicDisallowed, InvalidProviderToken, an expired certificate fail it at the first answer with what to repair', () => {
  test.each([
    ['TopicDisallowed', 400, /^TopicDisallowed: .*check the bundle id of the service/],
    ['BadTopic', 400, /^BadTopic: .*correct the bundle id/],
    ['InvalidProviderToken', 403, /^InvalidProviderToken: .*check that key file, key id and team id/],
    ['BadCertificateEnvironment', 403, /^BadCertificateEnvironment: .*use the other hostname/],
  ])('%s', async (reason, status, repair) => {
    await using scene = await openScene()
    await scene.register(3000)
    scene.simulator.answer({ reason, status })
    const { id } = await scene.delivery.submit({ serviceId: scene.service.id, message })
    await using _ = await addWorker(scene)
    const push = await pushWhere(scene, id, hasEnded)
    expect(push.state).toBe('failed')
    expect(push.stateReason).toMatch(repair)
    expect(standOf(push)).toMatchObject({ accepted: 0, unknown: 0, waiting: 0, rejected: 1 })
    expect(scene.simulator.stats().received).toBe(1)
    expect(await scene.activeDevices()).toBe(3000)
  })
})

describe('an expired certificate', () => {
  test('sends nothing and says what to repair; a push that nobody waits for goes on with a new one', async () => {
    await using scene = await openScene()
    await scene.register(20)
    const { simulator, store, service } = scene
    const { name, hostname, port, topic, ca } = service
    const certified = (expired: boolean) => {
      const certificate = simulator.issueCertificate({ topic, expired })
      const credential = { kind: 'certificate', certificate } as const
      return store.services.update(service.id, { name, hostname, port, topic, ca, credential }, Date.now())
    }
    await certified(true)
    const notification = { serviceId: service.id, message }
    const code = 'PUSH_ERR_APNS_CERTIFICATE_EXPIRED'
    await expect(scene.delivery.push(notification)).rejects.toMatchObject({ code })
    expect(await store.pushes.list()).toEqual([])
    const { id } = await scene.delivery.submit(notification)
    await using _ = await addWorker(scene)
    const paused = await pushWhere(scene, id, ({ state }) => state === 'paused')
    expect(paused.stateReason).toMatch(/^certificate: it expired on .*; make a new one/)
    expect(paused.dueAt).not.toBeNull()
    expect(simulator.stats().received).toBe(0)
    await certified(false)
    await scene.delivery.resume(id)
    expect(await pushWhere(scene, id, hasEnded)).toMatchObject({ state: 'done', accepted: 20 })
  })
})

describe('a device that registered again after Apple’s 410 timestamp stays active', () => {
  test('by whatever worker', async () => {
    await using scene = await openScene()
    await scene.register(4)
    for (const number of [1, 2]) {
      const device = { token: tokenOf(number), serviceId: scene.service.id, at: registered }
      await scene.store.devices.register(device)
      scene.simulator.unregister(tokenOf(number), registered + (number === 1 ? -1 : 1))
    }
    const { id } = await scene.delivery.submit({ serviceId: scene.service.id, message })
    await using _ = await addWorker(scene)
    await pushWhere(scene, id, hasEnded)
    expect([await scene.isActive(1), await scene.isActive(2)]).toEqual([true, false])
  })
})

describe('a deactivation can be undone', () => {
  test('the devices are sent to again, and only news of Apple’s that is new deactivates them again', async () => {
    await using scene = await openScene()
    await scene.register(6)
    scene.simulator.unregister([tokenOf(1), tokenOf(2)])
    scene.simulator.markBad(tokenOf(3))
    const push = () => scene.delivery.push({ serviceId: scene.service.id, message })
    const first = await push()
    expect(first).toMatchObject({ accepted: 3, deactivated: 3 })
    const gone = await scene.store.devices.deactivatedBy(first.pushId)
    expect(gone.map(({ token }) => token)).toEqual([1, 2, 3].map(tokenOf))
    const ids = gone.map(({ id }) => id)
    expect(await scene.store.devices.reactivate(ids, Date.now())).toBe(3)
    expect(await scene.store.feedbackServices.applyFeedback(scene.service.id, Date.now())).toBe(0)
    expect(await scene.activeDevices()).toBe(6)
    expect(await push()).toMatchObject({ audienceSize: 6, accepted: 3, deactivated: 3 })
    expect(timesSent(scene).get(tokenOf(1))).toBe(2)
  })
})
