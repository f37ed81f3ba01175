import { expect, test } from 'vitest'
import { pair, senderForTest } from './http2-sender.js'

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

test('an accepted push gets 200, its own apns-id, and nothing in the body', async () => {
  const { sender } = await pair()
  const id = 'f81d4fae-7dec-41d0-a765-00a0c91e6bf6'
  const reply = await sender.push({ headers: { 'apns-id': id } })
  expect(reply).toMatchObject({ status: 200, body: '' })
  expect(reply.headers['apns-id']).toBe(id)
  expect(reply.headers['apns-unique-id']).toBeUndefined()
})

test('in the development environment it has an id for Apple’s delivery log, too', async () => {
  const { sender } = await pair({ environment: 'development' })
  const [first, second] = [await sender.push(), await sender.push()]
  expect(first.headers['apns-unique-id']).toMatch(uuid)
  expect(second.headers['apns-unique-id']).not.toBe(first.headers['apns-unique-id'])
  const refused = await sender.push({ headers: { 'apns-priority': '7' } })
  expect(refused.headers['apns-unique-id']).toBeUndefined()
})

test('a push without apns-id gets one', async () => {
  const { sender } = await pair()
  const [first, second] = [await sender.push(), await sender.push()]
  expect(first.headers['apns-id']).toMatch(uuid)
  expect(second.headers['apns-id']).not.toBe(first.headers['apns-id'])
})

test('a refused push has an apns-id too', async () => {
  const { sender } = await pair()
  const reply = await sender.push({ headers: { 'apns-priority': '7' } })
  expect(reply).toMatchObject({ status: 400, body: '{"reason":"BadPriority"}' })
  expect(reply.headers['apns-id']).toMatch(uuid)
})

test('without apns-push-type a push is taken as an alert', async () => {
  const { sender } = await pair()
  expect(await sender.push({ headers: { 'apns-push-type': undefined } })).toMatchObject({ status: 200 })
})

test('a connection without ALPN is served by prior knowledge, as at Apple', async () => {
  const { simulator } = await pair()
  const sender = await senderForTest(simulator, { tls: { ALPNProtocols: [] } })
  expect((await sender.push()).status).toBe(200)
})
