import { describe, expect, test } from 'vitest'
import { createUser, formType, startApi, type TestApi, token } from './start-api.js'

const post = (api: TestApi, payload: string | Buffer, contentType?: string) =>
  api.call('POST', 'device/', {
    payload,
    headers: contentType === undefined ? {} : { 'content-type': contentType },
  })

describe('a body is a query string whatever the header says, unless it says JSON', () => {
  test.each([
    [formType],
    [`${formType}; charset=utf-8`],
    ['application/x-www-form-urlencode'],
    ['text/plain'],
    ['text/html; charset=latin1'],
    ['application/octet-stream'],
    ['application/xml'],
    ['nonsense'],
    ['; charset=utf-8'],
    ['a/b/c'],
    ['undefined'],
    [undefined],
  ])('%s', async (contentType) => {
    const api = await startApi()
    const answer = await post(api, `token=${token}&service=${api.serviceId}`, contentType)
    expect(answer.status).toBe(201)
    const path = `device/${token}/${api.serviceId}/`
    const headers = contentType === undefined ? {} : { 'content-type': contentType }
    const changed = await api.call('PUT', path, { payload: 'platform=iPhone', headers })
    expect(changed.json.fields.platform).toBe('iPhone')
  })
})

describe('JSON', () => {
  const json = 'application/json'

  test.each([
    json,
    'application/json; charset=utf-8',
    'Application/JSON',
    'application/vnd.api+json',
    'text/json',
  ])('as %s', async (contentType) => {
    const api = await startApi()
    const answer = await post(api, JSON.stringify({ token, service: api.serviceId }), contentType)
    expect(answer.status).toBe(201)
  })

  test('numbers may come as texts, and lists as lists; null counts as absent', async () => {
    const api = await startApi()
    const { id } = await createUser(api.store)
    expect((await post(api, JSON.stringify({ token, service: `${api.serviceId}` }), json)).status).toBe(201)
    const change = async (body: object) =>
      (
        await api.call('PUT', `device/${token}/${api.serviceId}/`, {
          payload: JSON.stringify(body),
          headers: { 'content-type': json },
        })
      ).json.fields
    expect(await change({ users: [id], platform: 'iPad', display: null })).toMatchObject({
      users: [id],
      platform: 'iPad',
      display: '',
    })
    expect((await change({ users: null })).users).toEqual([id])
    expect((await change({ users: [] })).users).toEqual([])
    expect((await change({ users: `${id}` })).users).toEqual([id])
  })

  test('values of other types are faults of their fields', async () => {
    const api = await startApi()
    const { status, json: errors } = await post(
      api,
      '{"token": 5, "service": {"a": 1}, "platform": true}',
      json,
    )
    expect(status).toBe(400)
    expect(Object.keys(errors).sort()).toEqual(['platform', 'service', 'token'])
  })

  test('half a surrogate pair is refused: no database keeps it', async () => {
    const api = await startApi()
    const body = `{"token": "${token}", "service": ${api.serviceId}, "platform": "\\ud800"}`
    expect((await post(api, body, json)).json.platform).toEqual([expect.stringContaining('not allowed')])
  })

  test.each([
    ['{bad', 'not valid JSON'],
    ['[]', 'must be a JSON object'],
    ['null', 'must be a JSON object'],
    ['"x"', 'must be a JSON object'],
    ['['.repeat(60_000), 'not valid JSON'],
  ])('%s', async (body, reason) => {
    const api = await startApi()
    const answer = await post(api, body, json)
    expect(answer.status).toBe(400)
    expect(answer.json).toEqual({ error: expect.stringContaining(reason) })
  })

  test('names that every object has are fields like others', async () => {
    const api = await startApi()
    const body = `{"__proto__": {"token": "abcd"}, "constructor": 1, "service": ${api.serviceId}}`
    expect((await post(api, body, json)).json).toEqual({ token: ['This field is required.'] })
  })
})

test('multipart is refused with a sentence', async () => {
  const api = await startApi()
  const answer = await post(api, '--x\r\n\r\n--x--', 'multipart/form-data; boundary=x')
  expect(answer.status).toBe(400)
  expect(answer.json.error).toContain('multipart/form-data is not accepted')
})

test.each([
  ['percent-encoding that ends too early', 'token=%'],
  ['percent-encoding that is none', 'token=%zz'],
  ['percent-encoded bytes that are no UTF-8', 'token=%ff'],
  ['bytes that are no UTF-8', Buffer.from([0x74, 0x3d, 0xff])],
  ['a name that is badly encoded', '%ff=1'],
])('400 for %s', async (_name, body) => {
  const api = await startApi()
  const answer = await post(api, body, formType)
  expect(answer.status).toBe(400)
  expect(answer.json).toEqual({ error: expect.stringMatching(/query string|UTF-8/) })
})

test('empty pairs and names without a value do no harm', async () => {
  const api = await startApi()
  const answer = await post(api, `&&x&=&token=${token}&&service=${api.serviceId}&`, formType)
  expect(answer.status).toBe(201)
})

test('413 for a body over 64 KiB, and not for one of exactly that', async () => {
  const api = await startApi()
  const start = `token=${token}&service=${api.serviceId}&x=`
  const fitting = start + 'x'.repeat(65_536 - start.length)
  expect((await post(api, fitting, formType)).status).toBe(201)
  const answer = await post(api, `${fitting}x`, formType)
  expect(answer.status).toBe(413)
  expect(answer.json).toEqual({ error: expect.stringContaining('too large') })
})
