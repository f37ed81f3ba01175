import { once } from 'node:events'
import { request as httpRequest, type IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { setImmediate as turn } from 'node:timers/promises'
import { gunzipSync, gzipSync } from 'node:zlib'
import { expect, test, vi } from 'vitest'
import { basic, startApi } from '../start-api.js'

const csv = { 'content-type': 'text/csv' }
const ndjson = { 'content-type': 'application/x-ndjson' }
const tokenOf = (n: number) => n.toString(16).padStart(8, '0')

/** The API over a socket, and a request to it with whatever body. */
async function listening() {
  const api = await startApi()
  await api.v1('GET', '/devices/count')
  const { host, port } = await api.server.listen({ host: '127.0.0.1', port: 0 })
  const send = (method: string, path: string, headers: Record<string, string>) =>
    httpRequest({
      ...{ host, port, method, path: `/api/v1${path}` },
      headers: { ...basic('root', 'open sesame'), ...headers },
    })
  const upload = async (body: Readable | string | Buffer, headers: Record<string, string>, service = 1) => {
    const request = send('POST', `/devices/import?service=${service}`, headers)
    const answered = once(request, 'response') as Promise<[IncomingMessage]>
    if (body instanceof Readable) body.pipe(request)
    else request.end(body)
    const [response] = await answered
    return { status: response.statusCode, json: JSON.parse(await text(response)) }
  }
  return { ...api, send, upload }
}

test('a file is imported as it comes in, and exported so that it can be imported again', async () => {
  const { upload, v1, send, store } = await listening()
  const lines = function* () {
    yield 'token,osVersion,tags\n'
    for (let n = 0; n < 12_000; n++) yield `${tokenOf(n)},17.${n % 5},a b\n`
    yield 'xyz,1,\n,2,\n'
    yield tokenOf(12_000)
    // The last line has no end.
    yield ',18,c'
  }
  const answer = await upload(Readable.from(lines()), csv)
  expect(answer).toEqual({
    status: 200,
    json: {
      ...{ created: 12_001, updated: 0, faultCount: 2 },
      faults: [
        { line: 12_002, message: expect.stringMatching(/^token: "xyz" is not hexadecimal/) },
        { line: 12_003, message: 'it has no token' },
      ],
    },
  })
  expect((await v1('GET', '/devices?tag=c')).json.items).toMatchObject([{ osVersion: '18', tags: ['c'] }])

  for (const [format, headers] of [
    ['csv', csv],
    ['ndjson', ndjson],
  ] as const) {
    const request = send('GET', `/devices/export?format=${format}&tag=a&service=1`, {}).end()
    const [response] = (await once(request, 'response')) as [IncomingMessage]
    expect(response.headers['content-type']).toBe(`${headers['content-type']}; charset=utf-8`)
    const file = await text(response)
    expect(file.trimEnd().split('\n')).toHaveLength(format === 'csv' ? 12_001 : 12_000)
    const { id } = await store.services.create(
      {
        ...{ name: format, hostname: 'h', topic: 't' },
        credential: { kind: 'key', key: { p8: '', keyId: '', teamId: '' } },
      },
      1,
    )
    expect((await upload(file, headers, id)).json).toMatchObject({ created: 12_000, faultCount: 0 })
    expect((await v1('GET', `/devices?service=${id}&limit=1`)).json.items).toMatchObject([
      { token: tokenOf(0), osVersion: '17.0', tags: ['a', 'b'] },
    ])
  }
})

test('what is no file of devices is refused in the midst of its upload, and the answer arrives', async () => {
  const { upload, v1 } = await listening()
  const long = 'x'.repeat(3_000_000)
  expect(await upload(`token,colour\n${tokenOf(1)},red\n${long}`, csv)).toMatchObject({
    status: 400,
    json: {
      code: 'PUSH_ERR_INPUT_INVALID',
      detail: expect.stringMatching(/^the body: unknown column "colour"/),
    },
  })
  expect(await upload(`[{"token": "ab"}]${long}`, ndjson)).toMatchObject({ status: 400 })
  expect(await upload(`token\n${tokenOf(1)}\n${long}`, csv, 9)).toMatchObject({
    status: 404,
    json: { code: 'PUSH_ERR_SERVICE_NOT_FOUND' },
  })
  expect(await upload('{}', { 'content-type': 'application/json' })).toMatchObject({
    status: 415,
    json: { code: 'PUSH_ERR_MEDIA_TYPE' },
  })
  expect(await upload('token', { 'content-type': 'text/plain' })).toMatchObject({ status: 415 })
  // A line without an end fills no memory; it is one fault.
  expect((await upload(`token\n${long}\n${tokenOf(1)}\n`, csv)).json).toMatchObject({
    created: 1,
    faults: [{ line: 2, message: 'longer than 65536 bytes' }],
  })
  expect((await upload('', csv)).json).toMatchObject({ created: 0, faultCount: 0 })
  expect((await v1('GET', '/devices/count')).json).toEqual({ count: 1 })
})

test('the faults that are told are bounded, and all are counted', async () => {
  const { upload } = await listening()
  const { json } = await upload(`token\n${'word\n'.repeat(5000)}`, csv)
  expect(json).toMatchObject({ created: 0, faultCount: 5000 })
  expect(json.faults).toHaveLength(1000)
})

test('a compressed upload is taken as well, and other routes take no files', async () => {
  const { upload, v1 } = await listening()
  const body = gzipSync(`token\n${tokenOf(1)}\n`)
  expect((await upload(body, { ...csv, 'content-encoding': 'gzip' })).json).toMatchObject({ created: 1 })
  const answer = await v1('POST', '/devices', undefined, { ...basic('root', 'open sesame'), ...csv })
  expect(answer.status).toBeGreaterThanOrEqual(400)
  expect(answer.status).toBeLessThan(500)
})

test('where an upload breaks off, what was imported stays, and nothing of a line that is cut', async () => {
  const { send, store, upload } = await listening()
  const request = send('POST', '/devices/import?service=1', csv)
  request.on('error', () => {})
  request.write('token\n')
  for (let n = 0; n < 4000; n++) request.write(`${tokenOf(n)}\n`)
  request.write('abcd')
  while ((await store.devices.count({})) < 4000) await turn()
  request.destroy()
  // The server goes on.
  expect((await upload(`token\n${tokenOf(9000)}\n`, csv)).json).toMatchObject({ created: 1 })
  expect(await store.devices.count({})).toBe(4001)
})

test('an export ends with its client, and does not run ahead of one that is slow', async () => {
  const { send, store, upload } = await listening()
  const many = Array.from({ length: 30_000 }, (_, n) => ({ token: tokenOf(n), platform: 'x'.repeat(30) }))
  await store.devices.importMany(1, many, 1)
  let reads = 0
  const list = store.devices.list.bind(store.devices)
  store.devices.list = (...args) => {
    reads++
    return list(...args)
  }
  const request = send('GET', '/devices/export', {}).end()
  const [response] = (await once(request, 'response')) as [IncomingMessage]
  response.once('error', () => {})
  // Whoever does not read gets no more than fits into the buffers on the way.
  let seen = -1
  while (seen !== reads) {
    seen = reads
    for (let turns = 0; turns < 200; turns++) await turn()
  }
  response.destroy()
  await upload('', csv)
  const after = reads
  for (let turns = 0; turns < 200; turns++) await turn()
  expect(reads).toBe(after)
  store.devices.list = list
})

test('an export is compressed for who wants that', async () => {
  const { send, upload } = await listening()
  await upload(`token\n${Array.from({ length: 100 }, (_, n) => tokenOf(n)).join('\n')}`, csv)
  const request = send('GET', '/devices/export', { 'accept-encoding': 'gzip' }).end()
  const [response] = (await once(request, 'response')) as [IncomingMessage]
  expect(response.headers['content-encoding']).toBe('gzip')
  const chunks: Buffer[] = []
  for await (const chunk of response) chunks.push(chunk)
  expect(gunzipSync(Buffer.concat(chunks)).toString().split('\n')).toHaveLength(102)
})

test('tags count towards a transaction', async () => {
  const { upload, store } = await listening()
  const importMany = vi.spyOn(store.devices, 'importMany')
  const tags = Array.from({ length: 99 }, (_, n) => `tag${n}`)
  const lines = Array.from({ length: 45 }, (_, n) => `${JSON.stringify({ token: tokenOf(n), tags })}\n`)
  expect((await upload(lines.join(''), ndjson)).json).toMatchObject({ created: 45, faultCount: 0 })
  expect(importMany.mock.calls.map(([, devices]) => devices.length)).toEqual([20, 20, 5])
})

test('HEAD does not export for nobody', async () => {
  const { v1 } = await startApi()
  expect(await v1('HEAD', '/devices/export')).toMatchObject({ status: 405, headers: { allow: 'GET' } })
})
