import { gunzipSync, gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { basic, startApi } from '../start-api.js'

test('what is wrong with a request is a problem with a code', async () => {
  const { v1, server, serviceId } = await startApi()
  const problem = (status: number, code: string) => ({
    status,
    json: { type: 'about:blank', status, code, title: expect.any(String), detail: expect.any(String) },
  })
  const cases = [
    [await v1('GET', '/nowhere'), problem(404, 'PUSH_ERR_ROUTE_NOT_FOUND')],
    [await v1('PUT', '/services'), problem(405, 'PUSH_ERR_METHOD_NOT_ALLOWED')],
    [await v1('GET', '/services/x'), problem(400, 'PUSH_ERR_INPUT_INVALID')],
    [await v1('GET', '/services/0'), problem(400, 'PUSH_ERR_INPUT_INVALID')],
    [await v1('GET', '/services/1.5'), problem(400, 'PUSH_ERR_INPUT_INVALID')],
    [await v1('GET', '/services/99999999999999999999'), problem(400, 'PUSH_ERR_INPUT_INVALID')],
    [await v1('GET', '/services?limit=1001'), problem(400, 'PUSH_ERR_INPUT_INVALID')],
    [await v1('GET', '/services?limit=1&limit=2'), problem(400, 'PUSH_ERR_INPUT_INVALID')],
    [await v1('GET', '/services?limit='), problem(400, 'PUSH_ERR_INPUT_INVALID')],
    [await v1('GET', '/services?Limit=1'), problem(400, 'PUSH_ERR_INPUT_INVALID')],
    [await v1('PATCH', '/services/1', [1]), problem(400, 'PUSH_ERR_INPUT_INVALID')],
  ] as const
  for (const [answer, expected] of cases) {
    expect(answer).toMatchObject(expected)
    expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8')
  }
  expect((await v1('PUT', '/services')).headers['allow']).toBe('GET, HEAD, POST')
  const raw = async (payload: string | Buffer, type: string, encoding?: string) => {
    const headers = { ...basic('root', 'open sesame'), 'content-type': type }
    const response = await server.app.inject({
      method: 'PATCH',
      url: `/api/v1/services/${serviceId}`,
      payload,
      headers: encoding === undefined ? headers : { ...headers, 'content-encoding': encoding },
    })
    return { status: response.statusCode, json: response.json() }
  }
  const json = 'application/json'
  expect(await raw('{', json)).toMatchObject(problem(400, 'PUSH_ERR_REQUEST_INVALID'))
  expect(await raw('', json)).toMatchObject(problem(400, 'PUSH_ERR_REQUEST_INVALID'))
  expect(await raw('{"__proto__": {"isAdmin": true}}', json)).toMatchObject(
    problem(400, 'PUSH_ERR_REQUEST_INVALID'),
  )
  expect(await raw('{}', 'text/plain')).toMatchObject(problem(415, 'PUSH_ERR_MEDIA_TYPE'))
  expect(await raw(gzipSync('{}'), json, 'gzip')).toMatchObject(problem(415, 'PUSH_ERR_MEDIA_TYPE'))
  expect(await raw('{}', json, 'zstd')).toMatchObject(problem(415, 'PUSH_ERR_MEDIA_TYPE'))
  expect(await raw(`"${'x'.repeat(17_000_000)}"`, json)).toMatchObject(
    problem(413, 'PUSH_ERR_REQUEST_TOO_LARGE'),
  )
})

test('a body that is long, packed or deeply nested is refused before it is parsed', async () => {
  const { server, v1 } = await startApi()
  await v1('GET', '/services')
  const send = async (url: string, payload: string | Buffer, headers = {}) => {
    const all = { ...basic('root', 'open sesame'), 'content-type': 'application/json', ...headers }
    return (await server.app.inject({ method: 'POST', url: `/api/v1${url}`, payload, headers: all }))
      .statusCode
  }
  const nested = (depth: number) => `{"a": ${'['.repeat(depth - 1)}${']'.repeat(depth - 1)}}`
  const brackets = `["${'['.repeat(1000)}\\"${'['.repeat(1000)}"]`
  expect(await send('/session', nested(4000))).toBe(400)
  expect(await send('/session', nested(5000))).toBe(413)
  expect(await send('/session', gzipSync(nested(1_000_000)), { 'content-encoding': 'gzip' })).toBe(415)
  // Refused by its schema, and by its depth.
  expect((await v1('POST', '/users', JSON.parse(brackets))).json.detail).toContain('an object')
  for (const [depth, detail] of [
    [64, 'there is no such field'],
    [65, 'nested deeper than 64 levels'],
  ] as const) {
    const headers = { ...basic('root', 'open sesame'), 'content-type': 'application/json' }
    const answer = await server.app.inject({
      method: 'POST',
      url: '/api/v1/users',
      payload: nested(depth),
      headers,
    })
    expect(answer.body).toContain(detail)
  }
  expect(await send('/users', ' '.repeat(256 * 1024 - 2).concat('{}'))).toBe(400)
  expect(await send('/users', ' '.repeat(256 * 1024 - 1).concat('{}'))).toBe(413)
  expect(await send('/pushes', ' '.repeat(1_000_000).concat('{}'))).toBe(400)
})

test('an answer that the client has already is not sent again', async () => {
  const { v1, serviceId } = await startApi()
  const { headers } = await v1('GET', '/services')
  const again = { 'if-none-match': `"other", W/${headers['etag']}` }
  expect(await v1('GET', '/services', undefined, again)).toMatchObject({ status: 304, text: '' })
  await v1('PATCH', `/services/${serviceId}`, { feedback: 'deferred' })
  expect(await v1('GET', '/services', undefined, again)).toMatchObject({ status: 200 })
})

test('a list is compressed where the client takes that', async () => {
  const { v1, server } = await startApi()
  for (let n = 1; n <= 20; n++) await v1('POST', '/users', { username: `user ${n}` })
  const plain = await v1('GET', '/users')
  const response = await server.app.inject({
    url: '/api/v1/users',
    headers: { ...basic('root', 'open sesame'), 'accept-encoding': 'gzip' },
  })
  expect(response.headers).toMatchObject({ 'content-encoding': 'gzip', vary: 'accept-encoding' })
  expect(gunzipSync(response.rawPayload).toString()).toBe(plain.text)
})

test('what went wrong here is logged and not said', async () => {
  const { v1, store } = await startApi()
  await v1('GET', '/services')
  await store.close()
  const answer = await v1('GET', '/services')
  expect(answer.status).toBeGreaterThanOrEqual(500)
  expect(answer.text).not.toMatch(/sqlite|select|\.ts|\.js/i)
})
