import { expect, test } from 'vitest'
import { tokenOf } from './device-tokens.js'
import { startRawPeer } from './raw-peer.js'
import { startScene } from './simulator-scene.js'

const alert = { topic: 'com.example.app', payload: { aps: { alert: 'Hi' } } }
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

test('accepted: with Apple’s two ids', async () => {
  const { client, simulator } = await startScene({ environment: 'development' })
  const outcome = await client.send({ ...alert, token: tokenOf(1) })
  expect(outcome).toEqual({
    kind: 'accepted',
    token: tokenOf(1),
    index: 0,
    apnsId: expect.stringMatching(uuid),
    apnsUniqueId: expect.stringMatching(uuid),
    status: 200,
  })
  expect(simulator.received()).toMatchObject([{ token: tokenOf(1), apnsId: outcome.apnsId, status: 200 }])
})

test('everything of the request arrives as it was meant', async () => {
  const { client, simulator } = await startScene()
  const apnsId = '123e4567-e89b-12d3-a456-4266554400a0'
  const outcome = await client.send({
    token: 'ABCDEF01'.repeat(8),
    apnsId,
    topic: 'com.example.app.voip',
    pushType: 'voip',
    priority: 10,
    expiration: 1_900_000_000,
    collapseId: 'Grüße 😀',
    payload: { aps: {}, call: 'é' },
  })
  expect(outcome).toMatchObject({ kind: 'accepted', apnsId })
  const [push] = simulator.received()
  expect(push).toMatchObject({
    method: 'POST',
    path: `/3/device/${'abcdef01'.repeat(8)}`,
    body: '{"aps":{},"call":"é"}',
  })
  expect(push!.headers).toEqual({
    authorization: expect.stringMatching(/^bearer [\w-]+\.[\w-]+\.[\w-]+$/),
    'apns-id': apnsId,
    'apns-topic': 'com.example.app.voip',
    'apns-push-type': 'voip',
    'apns-priority': '10',
    'apns-expiration': '1900000000',
    'apns-collapse-id': 'Grüße 😀',
  })
})

test('rejected: with Apple’s reason', async () => {
  const { client, simulator } = await startScene()
  simulator.markBad(tokenOf(2))
  await expect(client.send({ ...alert, token: tokenOf(2) })).resolves.toEqual({
    kind: 'rejected',
    token: tokenOf(2),
    index: 0,
    apnsId: expect.stringMatching(uuid),
    status: 400,
    reason: 'BadDeviceToken',
  })
})

test('410 with its timestamp, in milliseconds', async () => {
  const { client, simulator } = await startScene()
  simulator.unregister(tokenOf(3), 1_700_000_000_123)
  await expect(client.send({ ...alert, token: tokenOf(3) })).resolves.toMatchObject({
    kind: 'rejected',
    status: 410,
    reason: 'Unregistered',
    timestamp: 1_700_000_000_123,
  })
})

test('429 with Retry-After', async () => {
  const { client, simulator } = await startScene()
  simulator.answer({ reason: 'TooManyRequests', headers: { 'retry-after': '30' } })
  await expect(client.send({ ...alert, token: tokenOf(4) })).resolves.toMatchObject({
    kind: 'rejected',
    status: 429,
    reason: 'TooManyRequests',
    retryAfterMs: 30_000,
  })
})

test('a payload at the limit and a token of 512 digits are sent', async () => {
  const { client, simulator } = await startScene()
  const frame = JSON.stringify({ aps: { alert: '' } }).length
  const payload = { aps: { alert: 'x'.repeat(4096 - frame) } }
  await expect(client.send({ ...alert, payload, token: 'ab'.repeat(256) })).resolves.toMatchObject({
    kind: 'accepted',
  })
  expect(simulator.received()[0]).toMatchObject({ token: 'ab'.repeat(256), payload })
})

test.each([
  ['an odd number of digits', 'abc'],
  ['514 digits', 'ab'.repeat(257)],
  ['nothing', ''],
  ['signs that are no digits', '<abcdef 01>'],
  ['a digit that only looks like one', '１a'],
  ['a number', 12 as unknown as string],
  ['nothing at all', undefined as unknown as string],
])('a token of %s is misuse, and nothing leaves', async (_name, token) => {
  const { client, simulator } = await startScene()
  await expect(client.send({ ...alert, token })).rejects.toMatchObject({
    code: 'PUSH_ERR_DEVICE_TOKEN_INVALID',
    field: 'token',
  })
  expect(simulator.stats().connections.total).toBe(0)
})

test('a message that breaks a rule of Apple’s is misuse, and nothing leaves', async () => {
  const { client, simulator } = await startScene()
  const token = tokenOf(1)
  await expect(client.send({ ...alert, token, payload: { x: 'x'.repeat(4096) } })).rejects.toMatchObject({
    code: 'PUSH_ERR_PAYLOAD_TOO_LARGE',
  })
  await expect(client.send({ ...alert, token, apnsId: 'ABC' })).rejects.toMatchObject({
    code: 'PUSH_ERR_HEADER_INVALID',
    field: 'apnsId',
  })
  expect(() => client.sendMany({ ...alert, collapseId: 'c'.repeat(65) }, [token])).toThrow(/collapseId/)
  expect(() => client.sendMany(alert, [token], { apnsIdPrefix: 'ABC' })).toThrow(/apnsId/)
  expect(simulator.stats().connections.total).toBe(0)
})

test('many sends at once share one connection', async () => {
  const { client, simulator } = await startScene()
  const outcomes = await Promise.all(
    Array.from({ length: 300 }, (_, n) => client.send({ ...alert, token: tokenOf(n) })),
  )
  expect(outcomes.map(({ kind, token }) => [kind, token])).toEqual(
    Array.from({ length: 300 }, (_, n) => ['accepted', tokenOf(n)]),
  )
  expect(simulator.stats().connections.total).toBe(1)
})

test('connect says what the connection is like', async () => {
  const { client } = await startScene({ maxConcurrentStreams: 77, initialConcurrentStreams: 77 })
  await expect(client.connect()).resolves.toEqual({
    tlsVersion: 'TLSv1.3',
    remoteAddress: expect.stringMatching(/127\.0\.0\.1|::1/),
    serverCertificateValidTo: expect.stringMatching(/ GMT$/),
    maxConcurrentStreams: 77,
    resumed: false,
  })
})

test('the push type follows from the JSON that leaves, whatever was sent before', async () => {
  const background = { aps: { 'content-available': 1 } }
  const asJson = { toJSON: () => background } as never
  for (const payloads of [
    [asJson, background],
    [background, asJson],
  ]) {
    const { client, simulator } = await startScene()
    for (const payload of payloads) {
      expect(await client.send({ topic: alert.topic, payload, token: tokenOf(1) })).toMatchObject({
        kind: 'accepted',
      })
    }
    const sent = simulator
      .received()
      .map(({ headers }) => [headers['apns-push-type'], headers['apns-priority']])
    expect(sent).toEqual(new Array(2).fill(['background', '5']))
  }
})

test('what is no field of a request does not leave with it', async () => {
  const peer = await startRawPeer((connection) => connection.settings())
  const request = { ...alert, token: tokenOf(1), apnsIdPrefix: 'no prefix' }
  expect(await peer.client().send(request)).toMatchObject({ kind: 'accepted' })
  expect(peer.requests[0]?.headers).not.toHaveProperty('apns-id')
})
