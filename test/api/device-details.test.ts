import { expect, test } from 'vitest'
import { startApi, token } from './start-api.js'

test('200 and the device', async () => {
  const { call, register, serviceId } = await startApi()
  const device = await register()
  const answer = await call('GET', `device/${token}/${serviceId}/`)
  expect(answer.status).toBe(200)
  expect(answer.headers['content-type']).toMatch(/^application\/json/)
  expect(answer.json).toEqual(device)
})

test('404 where there is none', async () => {
  const { call, register, serviceId } = await startApi()
  await register()
  for (const path of [
    `device/abcd/${serviceId}/`,
    `device/${token}/99/`,
    `device/${token}/99999999999999999999/`,
    'device/xyz/1/',
  ]) {
    const answer = await call('GET', path)
    expect(answer.status).toBe(404)
    expect(answer.json.error).toMatch(/^Device with token .* and service \d+ does not exist$/)
  }
})

test('the token in the path may be in upper case, or percent-encoded with what apps print around it', async () => {
  const { call, register, serviceId } = await startApi()
  const { pk } = await register()
  const printed = encodeURIComponent(`<${token.slice(0, 8)} ${token.slice(8).toUpperCase()}>`)
  for (const form of [token.toUpperCase(), printed, token.replace('0', '%30')])
    expect((await call('GET', `device/${form}/${serviceId}/`)).json.pk).toBe(pk)
})

test('a token of 512 digits is found by its path', async () => {
  const { call, register, serviceId } = await startApi()
  const { pk } = await register('ab'.repeat(256))
  expect((await call('GET', `device/${'ab'.repeat(256)}/${serviceId}/`)).json.pk).toBe(pk)
})

test('the slash at the end is part of the path', async () => {
  const { call, register, serviceId } = await startApi()
  await register()
  expect((await call('GET', `device/${token}/${serviceId}`)).status).toBe(404)
  const withoutSlash = await call('POST', 'device')
  expect(withoutSlash.status).toBe(404)
  expect(withoutSlash.json.error).toContain('slash at the end')
})

test('paths that are no device are 404, with any method', async () => {
  const { call } = await startApi()
  for (const path of [
    'device/abcd/',
    'device/abcd/x/',
    'device/abcd/-1/',
    'device/abcd/1/2/',
    'device//1/',
    'none/',
  ])
    for (const method of ['GET', 'PUT', 'DELETE', 'POST']) {
      const answer = await call(method, path)
      expect([path, method, answer.status]).toEqual([path, method, 404])
      expect(answer.json).toEqual({ error: expect.stringMatching(/^Not found/) })
    }
})

test.each(['%', '%zz', '%ff', '%c3%28', '%00'])('a path with %s is a 4xx', async (part) => {
  const { call, serviceId } = await startApi()
  for (const method of ['GET', 'PUT']) {
    const answer = await call(method, `device/${part}/${serviceId}/`)
    expect([400, 404]).toContain(answer.status)
    expect(answer.json).toEqual({ error: expect.any(String) })
  }
})

test('HEAD is GET without the body', async () => {
  const { call, register, serviceId } = await startApi()
  await register()
  const answer = await call('HEAD', `device/${token}/${serviceId}/`)
  expect(answer.status).toBe(200)
  expect(answer.text).toBe('')
  expect((await call('HEAD', `device/abcd/${serviceId}/`)).status).toBe(404)
})
