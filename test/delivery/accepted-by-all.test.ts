import { expect, test } from 'vitest'
import type { PushProgress } from '../../src/delivery/index.js'
import { openScene, sums, tokenOf } from './scene.js'

test('a push to everybody reaches every active device once, and says so', async () => {
  await using scene = await openScene()
  await scene.register(3210)
  const before = Date.now()
  const seen: PushProgress[] = []
  const notification = await scene.store.notifications.create(
    { serviceId: scene.service.id, message: 'Some message', badge: 0 },
    before,
  )

  const result = await scene.delivery.push(notification, { onProgress: (progress) => seen.push(progress) })

  expect(sums(result)).toEqual({ accepted: 3210, rejected: 0, unknown: 0, unsent: 0 })
  expect(result).toMatchObject({
    state: 'done',
    stateReason: null,
    audienceSize: 3210,
    deactivated: 0,
    reasons: [],
  })
  const received = scene.simulator.received()
  expect(new Set(received.map(({ token }) => token)).size).toBe(3210)
  expect(received).toHaveLength(3210)
  expect(received[0]?.payload).toEqual({ aps: { alert: 'Some message', badge: 0 } })

  const push = await scene.store.pushes.get(result.pushId)
  expect(push).toMatchObject({ state: 'done', accepted: 3210, notificationId: notification.id })
  // The apns-id is the push's, with the device's id at the end.
  const device = await scene.store.devices.find(tokenOf(77), scene.service.id)
  const id = `${push?.uuid.slice(0, 23)}-${device?.id.toString(16).padStart(12, '0')}`
  expect(scene.simulator.received(tokenOf(77))[0]?.apnsId).toBe(id)
  expect(device?.lastNotifiedAt).toBeGreaterThanOrEqual(before)
  const stored = await scene.store.notifications.get(notification.id)
  expect(stored?.lastSentAt).toBeGreaterThanOrEqual(before)

  const last = seen.at(-1)!
  expect(last).toEqual({ pushId: result.pushId, audienceSize: 3210, ...sums(result) })
  for (const { accepted, audienceSize } of seen) expect(accepted).toBeLessThanOrEqual(audienceSize)
})

test('inactive devices are left out and counted', async () => {
  await using scene = await openScene()
  await scene.register(12)
  const gone = await scene.store.devices.find(tokenOf(5), scene.service.id)
  await scene.store.devices.update(gone!.id, { isActive: false }, Date.now())
  const result = await scene.delivery.push({ serviceId: scene.service.id, message: 'Hi' })
  expect(result).toMatchObject({ accepted: 11, audienceSize: 11, skippedInactive: 1 })
  expect(scene.simulator.received(tokenOf(5))).toEqual([])
})

test('a push to some tokens reaches those, however they are written', async () => {
  await using scene = await openScene()
  await scene.register(20)
  const given = [`<${tokenOf(0xa).toUpperCase()}>`, tokenOf(0xb), tokenOf(0xb), tokenOf(999)]
  const result = await scene.delivery.push(
    { serviceId: scene.service.id, message: 'Hi' },
    { audience: { kind: 'tokens', tokens: given } },
  )
  expect(result).toMatchObject({ accepted: 2, audienceSize: 2, skippedUnregistered: 1 })
  expect(
    scene.simulator
      .received()
      .map(({ token }) => token)
      .sort(),
  ).toEqual([tokenOf(0xa), tokenOf(0xb)])
})
