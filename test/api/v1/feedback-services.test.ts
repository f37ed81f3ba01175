import { expect, test } from 'vitest'
import { newP8 } from '../../model/credentials.js'
import { startApi, startTime, token } from '../start-api.js'

const example = { name: 'feedback', hostname: 'feedback.push.apple.com' }

test('a feedback service is made, read, changed and removed', async () => {
  const { v1, serviceId } = await startApi()
  const made = await v1('POST', '/feedback-services', { ...example, service: serviceId })
  expect(made).toMatchObject({ status: 201, json: { ...example, service: serviceId } })
  const path = `/feedback-services/${made.json.id}`
  expect((await v1('PATCH', path, { name: 'other' })).json).toEqual({ ...made.json, name: 'other' })
  expect((await v1('GET', '/feedback-services')).json).toMatchObject({
    items: [{ name: 'other' }],
    next: null,
  })
  expect(await v1('POST', '/feedback-services', { ...example, service: 99 })).toMatchObject({
    status: 404,
    json: { code: 'PUSH_ERR_SERVICE_NOT_FOUND' },
  })
  expect(await v1('PATCH', path, { service: 99 })).toMatchObject({ status: 404 })
  await v1('POST', '/feedback-services', { ...example, service: serviceId })
  expect(await v1('PATCH', path, { name: 'feedback' })).toMatchObject({
    status: 409,
    json: { code: 'PUSH_ERR_FEEDBACK_SERVICE_EXISTS' },
  })
  expect(await v1('DELETE', path, undefined, { 'if-match': '"old"' })).toMatchObject({ status: 412 })
  expect(await v1('DELETE', path)).toMatchObject({ status: 204 })
  expect(await v1('GET', path)).toMatchObject({
    status: 404,
    json: { code: 'PUSH_ERR_FEEDBACK_SERVICE_NOT_FOUND' },
  })
})

test('the schedules that call it go where it goes, and no others', async () => {
  const { v1, serviceId } = await startApi()
  const made = async (name: string) =>
    (await v1('POST', '/feedback-services', { ...example, name, service: serviceId })).json
  const kept = await made('kept')
  const removed = await made('removed')
  const cron = '0 4 * * *'
  for (const { id } of [removed, kept, removed]) await v1('POST', '/schedules', { cron, feedbackService: id })
  const notification = { service: serviceId, message: 'hello' }
  expect(await v1('POST', '/schedules', { cron, notification })).toMatchObject({ status: 201 })
  const other = await v1('POST', '/services', {
    ...{ name: 'other', hostname: 'api.push.apple.com', topic: 'com.example.other' },
    key: { p8: newP8(), keyId: 'ABC123DEFG', teamId: 'DEF123GHIJ' },
  })
  await v1('PATCH', `/feedback-services/${removed.id}`, { service: other.json.id })
  expect((await v1('GET', '/schedules')).json.items.map((it: { service: number }) => it.service)).toEqual([
    ...[other.json.id, serviceId, other.json.id, serviceId],
  ])
  expect(await v1('DELETE', `/feedback-services/${removed.id}`)).toMatchObject({ status: 204 })
  const { items } = (await v1('GET', '/schedules')).json
  expect(items).toHaveLength(2)
  expect(items[0].action).toEqual({ kind: 'feedback', feedbackService: kept.id })
})

test('calling it deactivates the devices that Apple has found dead', async () => {
  const { v1, serviceId, register, store, clock } = await startApi()
  await register()
  const { id: deviceId } = (await store.devices.find(token, serviceId))!
  await store.services.change(serviceId, () => ({ feedback: 'deferred' }), startTime)
  const push = await store.pushes.plan({
    ...{
      uuid: crypto.randomUUID(),
      serviceId,
      notificationId: null,
      audience: { kind: 'all' },
      chunkSize: 1,
    },
    ...{ payload: '{}', pushType: 'alert', topic: 'com.example.app', priority: null, expiration: null },
    collapseId: null,
    at: startTime,
  })
  const chunk = (await store.pushes.lease(push.id, 'test', startTime, startTime + 1000))!
  await store.pushes.record({
    chunkId: chunk.id,
    fence: chunk.fence,
    position: deviceId,
    counts: { accepted: 0, rejected: 1, unknown: 0, unsent: 0 },
    acceptedIds: [],
    deliveries: [
      { deviceId, outcome: 'rejected', reason: 'Unregistered', status: 410, apnsId: null, at: startTime },
    ],
    feedback: [{ deviceId, token, reason: 'Unregistered', timestamp: startTime + 1 }],
    deactivate: false,
    at: startTime + 2,
  })
  clock.time = startTime + 3
  const { id } = (await v1('POST', '/feedback-services', { ...example, service: serviceId })).json
  expect((await v1('POST', `/feedback-services/${id}/call`)).json).toEqual({ deactivated: 1 })
  expect((await v1('POST', `/feedback-services/${id}/call`)).json).toEqual({ deactivated: 0 })
  expect(await v1('POST', '/feedback-services/99/call')).toMatchObject({ status: 404 })
})
