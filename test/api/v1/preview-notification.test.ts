import { expect, test } from 'vitest'
import { startApi } from '../start-api.js'
import { startAccess } from './access-scene.js'

const path = '/notifications/preview'

test('a preview is what a push would be; nothing is written', async () => {
  const { v1, register, serviceId, store } = await startApi()
  await register()
  const notification = { service: serviceId, title: 'Grüße', message: 'Hi', badge: 0, collapseId: 'news' }
  const { status, json } = await v1('POST', path, notification)
  expect({ status, json }).toEqual({
    status: 200,
    json: {
      payload: '{"aps":{"alert":{"title":"Grüße","body":"Hi"},"badge":0}}',
      payloadBytes: 59,
      payloadLimit: 4096,
      pushType: 'alert',
      headers: {
        'apns-topic': 'com.example.app',
        'apns-push-type': 'alert',
        'apns-collapse-id': 'news',
      },
      problems: [],
      warnings: [],
    },
  })
  expect((await v1('POST', '/pushes', { notification, dryRun: true })).json).toMatchObject(json)
  expect((await store.notifications.list()).notifications).toEqual([])
  expect((await v1('GET', '/audit-log?operation=previewNotification')).json.items).toEqual([])
})

test('the limit and the headers follow the push type', async () => {
  const { v1, serviceId } = await startApi()
  const preview = async (rest: object) => (await v1('POST', path, { service: serviceId, ...rest })).json
  expect(await preview({ pushType: 'voip', message: 'Ring' })).toMatchObject({
    payloadLimit: 5120,
    headers: { 'apns-topic': 'com.example.app.voip' },
  })
  expect(await preview({ silent: true })).toMatchObject({
    pushType: 'background',
    headers: { 'apns-priority': '5' },
  })
  const payload = { aps: { alert: { title: 'a', subtitle: 'b', body: 'c' }, 'mutable-content': 1 } }
  expect(JSON.parse((await preview({ payload })).payload)).toEqual(payload)
})

test('what is allowed and probably not meant is a warning, and is pushed all the same', async () => {
  const { v1, register, serviceId } = await startApi()
  await register()
  const notification = { service: serviceId, message: 'Hi', pushType: 'background' }
  const { problems, warnings } = (await v1('POST', path, notification)).json
  expect(problems).toEqual([])
  expect(warnings).toMatchObject([{ field: 'pushType' }, { field: 'pushType' }])
  const dry = await v1('POST', '/pushes', { notification, dryRun: true })
  expect(dry.json).toMatchObject({ problems: [], warnings })
  expect((await v1('POST', '/pushes', { notification })).status).toBe(201)
})

test('every rule that is broken is listed', async () => {
  const { v1, serviceId } = await startApi()
  const draft = {
    ...{ service: serviceId, message: 'x'.repeat(5000), sound: 'x'.repeat(31), badge: -1, priority: 7 },
    ...{ collapseId: 'ä'.repeat(33), expiration: 1e13, pushType: 'no type' },
  }
  const { status, json } = await v1('POST', path, draft)
  expect(status).toBe(200)
  expect(json.payloadBytes).toBeGreaterThan(5000)
  expect(json.problems.map(({ field }: { field: string }) => field)).toEqual([
    ...['message', 'badge', 'sound', 'pushType', 'priority', 'collapseId', 'expiration'],
    'payload',
  ])
})

test('a preview takes the scope push and a service that there is', async () => {
  const { ask, bearer, serviceId } = await startAccess()
  const body = { service: serviceId, message: 'Hi' }
  expect((await ask('POST', path, await bearer('services'), body)).status).toBe(403)
  expect((await ask('POST', path, await bearer('push'), body)).status).toBe(200)
  expect(await ask('POST', path, await bearer('push'), { service: 999 })).toMatchObject({
    status: 404,
    json: { code: 'PUSH_ERR_SERVICE_NOT_FOUND' },
  })
})
