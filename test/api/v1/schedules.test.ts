import { expect, test } from 'vitest'
import { startApi } from '../start-api.js'
import { startAccess } from './access-scene.js'

test('a schedule of pushes is made, read, held, let go and removed', async () => {
  const { v1, serviceId } = await startApi()
  const where = { platform: ['iPhone'] }
  const notification = { service: serviceId, message: 'Good morning' }
  const made = await v1('POST', '/schedules', {
    ...{ cron: '0 9 * * MON-FRI', timeZone: 'europe/berlin', notification, where, urgency: 'urgent' },
  })
  expect(made).toMatchObject({
    status: 201,
    json: {
      ...{ service: serviceId, cron: '0 9 * * MON-FRI', timeZone: 'Europe/Berlin', isPaused: false },
      action: { kind: 'push', notification: 1, audience: { kind: 'where', names: null, where } },
      ...{ nextAt: '2026-11-24T08:00:00.000Z', createdBy: 'root', lastPush: null, lastResult: null },
    },
  })
  const path = `/schedules/${made.json.id}`
  expect(made.headers['location']).toBe(`/api/v1${path}`)
  expect((await v1('GET', path)).json).toEqual(made.json)
  expect((await v1('GET', `${path}/times?count=2`)).json.items).toEqual([
    '2026-11-24T08:00:00.000Z',
    '2026-11-25T08:00:00.000Z',
  ])
  expect((await v1('POST', `${path}/pause`)).json).toEqual({ ...made.json, isPaused: true, nextAt: null })
  expect((await v1('POST', `${path}/resume`)).json).toEqual(made.json)
  expect((await v1('GET', '/schedules')).json).toEqual({ items: [made.json], next: null })
  expect(await v1('DELETE', path)).toMatchObject({ status: 204 })
  for (const [method, at] of [
    ...[['GET', path] as const, ['DELETE', path] as const, ['GET', `${path}/times`] as const],
    ...[['POST', `${path}/pause`] as const, ['POST', `${path}/resume`] as const],
  ])
    expect(await v1(method, at)).toMatchObject({
      status: 404,
      json: { code: 'PUSH_ERR_SCHEDULE_NOT_FOUND' },
    })
})

test('a schedule that calls a feedback service; a stored notification, and named devices', async () => {
  const { v1, serviceId } = await startApi()
  const { json: feedbackService } = await v1('POST', '/feedback-services', {
    ...{ name: 'f', hostname: 'feedback.push.apple.com', service: serviceId },
  })
  expect((await v1('POST', '/schedules', { cron: '@hourly', feedbackService: 99 })).status).toBeGreaterThan(
    399,
  )
  const call = await v1('POST', '/schedules', { cron: '0 3 * * *', feedbackService: feedbackService.id })
  expect(call.json.action).toEqual({ kind: 'feedback', feedbackService: feedbackService.id })
  const { json: notification } = await v1('POST', '/notifications', { service: serviceId, message: 'Hi' })
  const push = await v1('POST', '/schedules', {
    ...{ cron: '0 3 * * *', notification: notification.id, devices: [1, 2, 3] },
  })
  expect(push.json.action).toMatchObject({ audience: { kind: 'devices', names: 3, where: null } })
})

test.each([
  [{}, 'cron'],
  [{ cron: '0 9 * * *' }, 'notification'],
  [{ cron: 'often', feedbackService: 1 }, 'cron'],
  [{ cron: '0 9 * * *', timeZone: 'Mars', feedbackService: 1 }, 'timeZone'],
  [{ cron: '0 9 * * *', notification: 1, feedbackService: 1 }, 'feedbackService'],
  [{ cron: '0 9 * * *', feedbackService: 1, urgency: 'urgent' }, 'notification'],
  [{ cron: '0 9 * * *', notification: { service: 1, message: 'Hi', expiration: 2e9 } }, 'expiration'],
])('%j is refused at %s', async (body, field) => {
  const { v1 } = await startApi()
  expect(await v1('POST', '/schedules', body)).toMatchObject({ status: 400, json: { field } })
  expect((await v1('GET', '/schedules')).json.items).toEqual([])
})

test('what calls a feedback service takes the scope services, too', async () => {
  const { ask, bearer, serviceId } = await startAccess()
  const feedbackService = { name: 'f', hostname: 'feedback.push.apple.com', service: serviceId }
  const root = await bearer('admin')
  const { json: called } = await ask('POST', '/feedback-services', root, feedbackService)
  const call = { cron: '0 3 * * *', feedbackService: called.id }
  const push = { cron: '0 3 * * *', notification: { service: serviceId, message: 'Hi' } }
  const pusher = await bearer('push')
  const both = await bearer('push', 'services')
  const forbidden = { status: 403, json: { code: 'PUSH_ERR_FORBIDDEN' } }

  expect(await ask('POST', '/schedules', pusher, call)).toMatchObject(forbidden)
  const { json: theirs } = await ask('POST', '/schedules', both, call)
  for (const [method, verb] of [
    ['POST', '/pause'],
    ['POST', '/resume'],
    ['DELETE', ''],
  ] as const)
    expect(await ask(method, `/schedules/${theirs.id}${verb}`, pusher)).toMatchObject(forbidden)
  expect((await ask('GET', `/schedules/${theirs.id}`, pusher)).json).toEqual(theirs)
  const { json: own } = await ask('POST', '/schedules', pusher, push)
  for (const [who, { id }] of [
    [pusher, own],
    [both, theirs],
  ] as const) {
    expect(await ask('POST', `/schedules/${id}/pause`, who)).toMatchObject({ status: 200 })
    expect(await ask('POST', `/schedules/${id}/resume`, who)).toMatchObject({ status: 200 })
    expect(await ask('DELETE', `/schedules/${id}`, who)).toMatchObject({ status: 204 })
  }
})

test('If-Match keeps a schedule that somebody else has changed', async () => {
  const { v1, serviceId } = await startApi()
  const notification = { service: serviceId, message: 'Hi' }
  const { json } = await v1('POST', '/schedules', { cron: '0 3 * * *', notification })
  const path = `/schedules/${json.id}`
  const seen = String((await v1('GET', path)).headers['etag'])
  await v1('POST', `${path}/pause`)
  expect(await v1('DELETE', path, undefined, { 'if-match': seen })).toMatchObject({
    status: 412,
    json: { code: 'PUSH_ERR_PRECONDITION_FAILED' },
  })
  const now = String((await v1('GET', path)).headers['etag'])
  expect(await v1('DELETE', path, undefined, { 'if-match': now })).toMatchObject({ status: 204 })
})
