import { expect, test } from 'vitest'
import { pair, token } from './http2-sender.js'

test.each(['GET', 'PUT', 'DELETE'])('%s is not allowed', async (method) => {
  const { sender } = await pair()
  const reply = await sender.push({ headers: { ':method': method } })
  expect(reply).toMatchObject({ status: 405, reason: 'MethodNotAllowed' })
})

test('HEAD gets the status without a body, and the connection lives on', async () => {
  const { sender } = await pair()
  expect(await sender.push({ headers: { ':method': 'HEAD' } })).toMatchObject({ status: 405, body: '' })
  expect(await sender.push()).toMatchObject({ status: 200 })
})

test.each([
  '/',
  '/3',
  '/3/devices/aa',
  `/2/device/${token}`,
  `/3/device/${token}/x`,
  `/3/device/${token}?x=1`,
  '/4/broadcasts/apps/com.example.app',
])('path %s is bad', async (path) => {
  const { sender } = await pair()
  expect(await sender.push({ headers: { ':path': path } })).toMatchObject({ status: 404, reason: 'BadPath' })
})

test.each(['/3/device/', '/3/device'])('path %s lacks the device token', async (path) => {
  const { sender } = await pair()
  const reply = await sender.push({ headers: { ':path': path } })
  expect(reply).toMatchObject({ status: 400, reason: 'MissingDeviceToken' })
})
