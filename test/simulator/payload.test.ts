import { once } from 'node:events'
import { expect, test } from 'vitest'
import { pair, providerToken, token, topic } from './http2-sender.js'

test.each([
  ['nothing', ''],
  ['a cut object', '{"aps":'],
  ['a list', '[1]'],
  ['null', 'null'],
  ['a text', '"aps"'],
  ['no UTF-8', Buffer.from('{"a":"\xff"}', 'latin1')],
])('%s is no payload', async (_name, body) => {
  const { sender } = await pair()
  expect(await sender.push({ body })).toMatchObject({ status: 400, reason: 'PayloadEmpty' })
})

test('a JSON object is enough: Apple does not ask for aps', async () => {
  const { sender } = await pair()
  expect(await sender.push({ body: '{}' })).toMatchObject({ status: 200 })
})

test('a request that ends with its headers has no payload', async () => {
  const { sender } = await pair()
  const headers = { ':method': 'POST' }
  expect(await sender.push({ headers, body: '' })).toMatchObject({ reason: 'PayloadEmpty' })
})

test('bytes count, not characters', async () => {
  const { sender } = await pair()
  const body = (bytes: number) => `{"a":"${'é'.repeat((bytes - 8) / 2)}"}`
  expect(Buffer.byteLength(body(4096))).toBe(4096)
  expect(await sender.push({ body: body(4096) })).toMatchObject({ status: 200 })
  expect(await sender.push({ body: body(4098) })).toMatchObject({ status: 413 })
})

test('a body that goes on is refused before it ends', async () => {
  const { simulator, sender } = await pair()
  const stream = sender.session.request({
    ':method': 'POST',
    ':path': `/3/device/${token}`,
    'apns-topic': topic,
    authorization: `bearer ${providerToken(simulator.key)}`,
  })
  stream.on('error', () => {})
  stream.write('x'.repeat(4097))
  const [headers] = await once(stream, 'response')
  expect(headers[':status']).toBe(413)
  stream.resume()
  await once(stream, 'close')
  expect(simulator.received()).toMatchObject([{ reason: 'PayloadTooLarge', body: 'x'.repeat(4097) }])
  expect(await sender.push()).toMatchObject({ status: 200 })
})
