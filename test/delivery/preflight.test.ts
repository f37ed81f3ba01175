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
    localTimePassed: 0,
    chunks: 3,
    payload: '{"aps":{"alert":"Grüße"}}',
    payloadBytes: 27,
    payloadLimit: 4096,
    pushType: 'alert',
    headers: {
      'apns-topic': 'com.example.app',
      'apns-push-type': 'alert',
      'apns-expiration': '0',
      'apns-collapse-id': 'news',
    },
    problems: [],
    warnings: [],
  })
  expect(await scene.store.pushes.list()).toEqual([])
  expect((await scene.store.notifications.list()).notifications).toEqual([])
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

test('every rule that is broken is in a preflight, not only the first', async () => {
  await using scene = await openScene()
  await scene.register(3)
  const notification = {
    ...{ serviceId: scene.service.id, message: 'x'.repeat(5000), title: 'x'.repeat(2048), badge: -1 },
    ...{ sound: 'x'.repeat(31), customPayload: { aps: 1, more: 'x'.repeat(5000) }, locPayload: [] as never },
    ...{ pushType: 'background', priority: 10 as const, collapseId: ' news', expiration: 1_900_000_000_000 },
  }
  const audience = { kind: 'tokens', tokens: [tokenOf(1), 'xyz', tokenOf(2), 'abc'] } as const
  const options = { audience, chunkSize: 0, maxAttempts: 101, urgency: 'asap' as never }
  const { problems, audienceSize, chunks, payloadBytes } = await scene.delivery.preflight(
    notification,
    options,
  )
  expect({ audienceSize, chunks }).toEqual({ audienceSize: 2, chunks: 1 })
  expect(problems.map(({ code, field }) => `${code} ${field}`)).toEqual([
    'PUSH_ERR_INPUT_INVALID chunkSize',
    'PUSH_ERR_INPUT_INVALID urgency',
    'PUSH_ERR_INPUT_INVALID maxAttempts',
    'PUSH_ERR_DEVICE_TOKEN_INVALID tokens[1]',
    'PUSH_ERR_DEVICE_TOKEN_INVALID tokens[3]',
    'PUSH_ERR_INPUT_INVALID message',
    'PUSH_ERR_INPUT_INVALID badge',
    'PUSH_ERR_INPUT_INVALID sound',
    'PUSH_ERR_INPUT_INVALID customPayload',
    'PUSH_ERR_INPUT_INVALID locPayload',
    'PUSH_ERR_INPUT_INVALID expiration',
    'PUSH_ERR_HEADER_INVALID priority',
    'PUSH_ERR_HEADER_INVALID collapseId',
    'PUSH_ERR_PAYLOAD_TOO_LARGE payload',
  ])
  expect(payloadBytes).toBeGreaterThan(5000)
  expect(problems.at(-1)?.message).toContain(`${payloadBytes} bytes are too long`)
  // What `push` says is the first of them.
  await expect(scene.delivery.push(notification, options)).rejects.toThrow(problems[0]!.message)
  expect(scene.simulator.stats().connections.total).toBe(0)
  expect(await scene.store.pushes.list()).toEqual([])
})

test('what is wrong of a service shows as well; one that does not exist is no preflight', async () => {
  await using scene = await openScene({ service: { topic: 'com.example.app' } })
  await scene.register(1)
  scene.sql(`update services set topic = 'com example'`)
  const { problems } = await scene.delivery.preflight({ serviceId: scene.service.id, message: 'Hi' })
  expect(problems).toMatchObject([{ code: 'PUSH_ERR_HEADER_INVALID', field: 'topic' }])
  await expect(scene.delivery.preflight({ serviceId: 9, message: 'Hi' })).rejects.toMatchObject({
    code: 'PUSH_ERR_SERVICE_NOT_FOUND',
  })
})
