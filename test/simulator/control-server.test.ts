import { request } from 'node:http'
import { connect } from 'node:net'
import { expect, test } from 'vitest'
import { afterTest, pair, simulatorForTest, token } from './http2-sender.js'

const other = 'c'.repeat(64)

async function scene() {
  const { simulator, sender } = await pair({ topics: ['com.example.app'] })
  const call = async (method: string, path: string, body?: string) => {
    const response = await fetch(simulator.controlUrl + path, {
      method,
      ...(body === undefined ? {} : { body }),
    })
    const text = await response.text()
    const isJson = response.headers.get('content-type') === 'application/json'
    return {
      status: response.status,
      headers: response.headers,
      body: isJson && text !== '' ? JSON.parse(text) : text,
    }
  }
  const post = (path: string, body: unknown) => call('POST', path, JSON.stringify(body))
  return { simulator, sender, call, post }
}

test('GET / describes the simulator and its routes, and holds no secret', async () => {
  const { simulator, call } = await scene()
  const { status, body } = await call('GET', '/')
  expect(status).toBe(200)
  expect(body).toMatchObject({ ...simulator.describe(), topics: ['com.example.app'] })
  expect(Object.keys(body.routes)).toEqual([
    'GET /',
    'GET /stats',
    'GET /received',
    'POST /unregister',
    'POST /bad',
    'POST /slow',
    'POST /restore',
    'POST /answer',
    'POST /fault',
    'POST /reset',
    'GET /ca.pem',
  ])
  expect(JSON.stringify(body)).not.toContain('PRIVATE')
})

test('GET /ca.pem is the authority', async () => {
  const { simulator, call } = await scene()
  const { headers, body } = await call('GET', '/ca.pem')
  expect(body).toBe(simulator.ca)
  expect(headers.get('content-type')).toBe('application/x-pem-file')
})

test('GET /stats and GET /received', async () => {
  const { simulator, sender, call } = await scene()
  await sender.push()
  await sender.push({ token: other })
  expect((await call('GET', '/stats')).body).toEqual(simulator.stats())
  const numbers = async (query: string) =>
    (await call('GET', `/received${query}`)).body.map(({ number }: { number: number }) => number)
  expect(await numbers('')).toEqual([1, 2])
  expect(await numbers(`?token=${other}`)).toEqual([2])
  expect(await numbers('?limit=1')).toEqual([2])
  expect((await call('GET', '/received')).body).toEqual(JSON.parse(JSON.stringify(simulator.received())))
})

test('POST /unregister, /bad, /slow, /restore, /answer, /fault and /reset do what the methods do', async () => {
  const { sender, post } = await scene()
  expect(await post('/unregister', { token, timestamp: 7 })).toMatchObject({
    status: 200,
    body: { marked: 1 },
  })
  expect(await sender.push()).toMatchObject({ status: 410, timestamp: 7 })
  expect((await post('/bad', { tokens: [token, other] })).body).toEqual({ marked: 2 })
  expect(await sender.push({ token: other })).toMatchObject({ reason: 'BadDeviceToken' })
  expect((await post('/slow', { token, ms: 1 })).body).toEqual({ marked: 1 })
  expect((await post('/restore', { tokens: [token, other] })).body).toEqual({ restored: 2 })
  expect(await sender.push()).toMatchObject({ status: 200 })
  expect((await post('/answer', { reason: 'Shutdown', count: 1 })).body).toEqual({ ordered: true })
  expect(await sender.push()).toMatchObject({ reason: 'Shutdown' })
  expect((await post('/fault', { kind: 'refuse', count: 1 })).body).toEqual({ ordered: true })
  await expect(sender.push()).rejects.toThrow('REFUSED')
  await post('/unregister', { token })
  expect((await post('/reset', {})).body).toEqual({ reset: true })
  expect(await sender.push()).toMatchObject({ status: 200 })
})

test.each([
  ['/unregister', '{}', 'token: give either "token" or "tokens"'],
  ['/unregister', `{"token":"aa","tokens":["bb"]}`, 'token: give either "token" or "tokens"'],
  ['/unregister', '{"tokens":"aa"}', 'tokens: "aa" is not a list of device tokens'],
  ['/unregister', '{"tokens":["zz"]}', 'token: "zz" is not a hexadecimal device token'],
  ['/unregister', '{"token":"aa","timestamp":"now"}', 'timestamp: "now" is not a number'],
  ['/unregister', '{"token":"aa","timestamp":-1}', 'timestamp: -1 is not a whole number'],
  ['/unregister', '{"token":"aa","ms":1}', 'ms: is no field here; allowed: token, tokens, timestamp'],
  ['/slow', '{"token":"aa"}', 'ms: undefined is not a whole number of milliseconds'],
  ['/bad', '[]', 'body: [] is not a JSON object'],
  ['/bad', '{', 'body: is no JSON: '],
  ['/answer', '{"status":1}', 'status: 1 is not a whole number from 200 to 599'],
  ['/fault', '{"kind":"flood"}', 'kind: "flood" is not one of goaway, refuse'],
  ['/fault', '{"knid":"refuse"}', 'knid: is no field here'],
  ['/answer', '{"statsu":500}', 'statsu: is no field here'],
])('POST %s with %s is refused', async (path, body, message) => {
  const { call } = await scene()
  const answer = await call('POST', path, body)
  expect(answer.status).toBe(400)
  expect(answer.body.error).toContain(message)
})

test('what is wrong in one token marks none', async () => {
  const { sender, post } = await scene()
  expect(await post('/bad', { tokens: [token, 'zz'] })).toMatchObject({ status: 400 })
  expect(await sender.push()).toMatchObject({ status: 200 })
})

test.each(['?limit=x', '?limit=-1', '?token=zz'])('GET /received%s is refused', async (query) => {
  const { call } = await scene()
  expect(await call('GET', `/received${query}`)).toMatchObject({ status: 400 })
})

test('other paths and methods', async () => {
  const { call } = await scene()
  const unknown = await call('GET', '/nothing')
  expect(unknown).toMatchObject({ status: 404, body: { error: expect.stringContaining('/nothing') } })
  const wrong = await call('GET', '/bad')
  expect(wrong).toMatchObject({ status: 405, body: { error: '/bad takes POST, not GET' } })
  expect(wrong.headers.get('allow')).toBe('POST')
  expect(await call('HEAD', '/stats')).toMatchObject({ status: 200 })
})

test('a body over the limit is refused, one of exactly the limit is not', async () => {
  const { simulator, call } = await scene()
  const padded = (bytes: number) => `{${' '.repeat(bytes - 2)}}`
  expect(await call('POST', '/reset', padded(8 * 1024 * 1024))).toMatchObject({ status: 200 })
  const status = await new Promise((resolve, reject) => {
    const post = request(`${simulator.controlUrl}/reset`, { method: 'POST' }, (response) => {
      response.resume()
      resolve(response.statusCode)
    })
    // The server hangs up when it has answered; what is still being written then breaks.
    post.on('error', reject)
    post.end(padded(8 * 1024 * 1024 + 1))
  })
  expect(status).toBe(413)
})

test('what is no HTTP does not disturb it', async () => {
  const simulator = await simulatorForTest()
  const socket = connect(simulator.controlPort, '127.0.0.1')
  afterTest(() => socket.destroy())
  socket.on('error', () => {})
  await new Promise((resolve) => {
    socket.on('close', resolve)
    socket.resume()
    socket.write('rubbish\r\n\r\n')
  })
  expect((await fetch(`${simulator.controlUrl}/stats`)).status).toBe(200)
})
