import { expect, test } from 'vitest'
import { openScene, tokenOf } from './scene.js'

test('a preflight shows what would be sent to how many, and writes nothing', async () => {
  await using scene = await openScene()
  await scene.register(25)
  const device = await scene.store.devices.find(tokenOf(1), scene.service.id)
  await scene.store.devices.update(device!.id, { isActive: false }, Date.now())
  const notification = { serviceId: scene.service.id, message: 'Grüße', collapseId: 'news', expiration: 0 }
  expect(await scene.delivery.preflight(notification, { chunkSize: 10 })).toEqual({
    audienceSize: 24,
    skippedInactive: 1,
    skippedUnregistered: 0,
    chunks: 3,
    payload: '{"aps":{"alert":"Grüße"}}',
    payloadBytes: 27,
    headers: {
      'apns-topic': 'com.example.app',
      'apns-push-type': 'alert',
      'apns-expiration': '0',
      'apns-collapse-id': 'news',
    },
  })
  expect(await scene.store.pushes.list()).toEqual([])
  expect(await scene.store.notifications.list()).toEqual([])
  expect(scene.simulator.stats().connections.total).toBe(0)
})

test('the headers that a preflight shows are those that are sent', async () => {
  await using scene = await openScene()
  await scene.register(1)
  for (const change of [
    { silent: true },
    { pushType: 'voip', message: 'Ring', priority: 10 },
    { pushType: 'liveactivity', message: 'Goal', collapseId: 'match' },
  ] as const) {
    const notification = { serviceId: scene.service.id, ...change }
    const { headers } = await scene.delivery.preflight(notification)
    await scene.delivery.push(notification)
    const sent = scene.simulator.received().at(-1)!
    expect(sent.status).toBe(200)
    const own = Object.entries(sent.headers).filter(
      ([name]) => name.startsWith('apns-') && name !== 'apns-id',
    )
    expect(Object.fromEntries(own)).toEqual(headers)
  }
  expect(scene.simulator.received().map(({ headers }) => headers['apns-topic'])).toEqual([
    'com.example.app',
    'com.example.app.voip',
    'com.example.app.push-type.liveactivity',
  ])
})
