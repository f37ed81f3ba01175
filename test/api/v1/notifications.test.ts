import { expect, test } from 'vitest'
import { startApi } from '../start-api.js'

test('a notification is made, read, changed and removed', async () => {
  const { v1, serviceId } = await startApi()
  const input = { service: serviceId, message: 'Grüße', badge: 3, customPayload: { thread: { id: 5 } } }
  const made = await v1('POST', '/notifications', input)
  expect(made).toMatchObject({ status: 201, json: { ...input, title: '', silent: null, lastSentAt: null } })
  const path = `/notifications/${made.json.id}`
  expect(made.headers['location']).toBe(`/api/v1${path}`)
  const read = await v1('GET', path)
  expect(read.json).toEqual(made.json)
  const match = { 'if-match': String(read.headers['etag']) }
  const changed = await v1('PATCH', path, { badge: null, title: 'Hi' }, match)
  expect(changed.json).toEqual({ ...made.json, badge: null, title: 'Hi' })
  for (const [method, body] of [['PATCH', { badge: 1 }], ['DELETE']] as const)
    expect(await v1(method, path, body, match)).toMatchObject({ status: 412 })
  expect((await v1('GET', `/notifications?service=${serviceId}`)).json.items).toEqual([changed.json])
  expect((await v1('GET', '/notifications?service=99')).json).toEqual({ items: [], next: null })
  expect(await v1('DELETE', path)).toMatchObject({ status: 204 })
  for (const [method, body] of [['GET'], ['PATCH', { badge: 1 }], ['DELETE']] as const)
    expect(await v1(method, path, body)).toMatchObject({
      status: 404,
      json: { code: 'PUSH_ERR_NOTIFICATION_NOT_FOUND' },
    })
})

test('a push of a notification that is removed stays as it is', async () => {
  const { v1, register, serviceId } = await startApi()
  await register()
  const { json: notification } = await v1('POST', '/notifications', { service: serviceId, message: 'Hi' })
  const { json: made } = await v1('POST', '/pushes', { notification: notification.id })
  const { json: push } = await v1('GET', `/pushes/${made.id}`)
  expect(push).toMatchObject(made)
  await v1('PATCH', `/notifications/${notification.id}`, { message: 'Ho' })
  expect((await v1('GET', `/pushes/${push.id}`)).json).toEqual(push)
  await v1('DELETE', `/notifications/${notification.id}`)
  expect((await v1('GET', `/pushes/${push.id}`)).json).toEqual({ ...push, notification: null })
})

test.each([
  [{ message: 'Hi' }, 'service'],
  [{ service: 1, message: 'x'.repeat(2049) }, 'message'],
  [{ service: 1, badge: -1 }, 'badge'],
  [{ service: 1, customPayload: { aps: {} } }, 'customPayload'],
  [{ service: 1, customPayload: [1] }, 'customPayload'],
  [{ service: 1, pushType: 'no type' }, 'pushType'],
  [{ service: 1, priority: 7 }, 'priority'],
  [{ service: 1, expiration: 1e13 }, 'expiration'],
  [{ service: 1, collapseId: 'ä'.repeat(33) }, 'collapseId'],
  [{ service: 1, color: 'red' }, 'color'],
])('%j is refused at %s', async (body, field) => {
  const { v1 } = await startApi()
  expect(await v1('POST', '/notifications', body)).toMatchObject({ status: 400, json: { field } })
  expect((await v1('GET', '/notifications')).json.items).toEqual([])
})
