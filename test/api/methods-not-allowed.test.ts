import { METHODS } from 'node:http'
import { expect, test } from 'vitest'
import { formType, startApi, token } from './start-api.js'

// CONNECT is no request that a server answers as one.
const methods = METHODS.filter((method) => method !== 'CONNECT')

test('on the list every method but POST is 405 with Allow', async () => {
  const { call } = await startApi()
  for (const method of methods.filter((name) => name !== 'POST')) {
    const answer = await call(method, 'device/')
    expect([method, answer.status, answer.headers['allow']]).toEqual([method, 405, 'POST'])
    if (method !== 'HEAD') expect(answer.json).toEqual({ error: expect.stringContaining('POST') })
  }
})

test('on a device every method but GET, HEAD and PUT is 405 with Allow', async () => {
  const { call, register, serviceId } = await startApi()
  await register()
  for (const method of methods.filter((name) => !['GET', 'HEAD', 'PUT'].includes(name))) {
    const answer = await call(method, `device/${token}/${serviceId}/`)
    expect([method, answer.status, answer.headers['allow']]).toEqual([method, 405, 'GET, HEAD, PUT'])
  }
  expect((await call('GET', `device/${token}/${serviceId}/`)).status).toBe(200)
})

test('the body is not looked at', async () => {
  const { call } = await startApi()
  const headers = { 'content-type': 'application/json' }
  expect((await call('DELETE', 'device/', { payload: '{bad', headers })).status).toBe(405)
  expect(
    (await call('PATCH', 'device/abcd/1/', { payload: '%ff', headers: { 'content-type': formType } })).status,
  ).toBe(405)
})
