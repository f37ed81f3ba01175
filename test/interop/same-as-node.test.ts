import { createPublicKey, verify } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { tokenOf, tokensOf } from '../apns/client/device-tokens.js'
import { collect } from '../apns/client/sums.js'
import { clientFor } from './interop-server.js'
import { rawRequest, sendWithNode } from './node-sender.js'
import { type Field, type PushRequest, pushRequest } from './push-requests.js'
import { type RecordedRequest, startRequestRecorder } from './request-recorder.js'

// The same requests by node:http2 and by us arrive byte-identical: every field with its name, value and place, and every body.

/** The provider token differs from one client to the next: node:http2 gets the one that we sent. */
function authorizationOf({ fields }: RecordedRequest): Field[] {
  return fields.filter(([name]) => name === 'authorization')
}

describe.each([0, 64, 300, 1000, 4096, 65_536])('a server with a header table of %i bytes', (bytes) => {
  test('send: pushes of all kinds, one after the other on a connection', async () => {
    const server = await startRequestRecorder({ headerTableSize: bytes })
    const certificate = server.folder.issueClientCertificate()
    const batch = fc.array(pushRequest, { minLength: 1, maxLength: 30 })
    await fc.assert(
      fc.asyncProperty(batch, fc.boolean(), async (pushes, byCertificate) => {
        await using client = clientFor(server, { maxConnections: 1, ...(byCertificate && { certificate }) })
        for (const outcome of await Promise.all(pushes.map(({ request }) => client.send(request)))) {
          expect(outcome.kind).toBe('accepted')
        }
        const ours = server.take()
        const authorization = authorizationOf(ours[0]!)
        expect(authorization).toHaveLength(byCertificate ? 0 : 1)
        await sendWithNode(
          server,
          pushes.map((push) => rawRequest(server, push, authorization)),
        )
        expect(ours).toEqual(server.take())
      }),
      { numRuns: 10 },
    )
  })

  test('sendMany: one message to many devices, with ids by prefix', async () => {
    const server = await startRequestRecorder({ headerTableSize: bytes })
    const prefix = 'f81d4fae-7dec-41d0-a765'
    const device = fc.record({
      token: pushRequest.map(({ request }) => request.token),
      number: fc.oneof(fc.constantFrom(0, 2 ** 24, 2 ** 48 - 1), fc.integer({ min: 0, max: 2 ** 48 - 1 })),
    })
    await fc.assert(
      fc.asyncProperty(
        fc.array(pushRequest, { minLength: 1, maxLength: 3 }),
        fc.array(device, { minLength: 1, maxLength: 30 }),
        async (messages, devices) => {
          await using client = clientFor(server, { maxConnections: 1 })
          const page = {
            tokens: devices.map(({ token }) => token),
            numbers: devices.map(({ number }) => number),
          }
          const expected: PushRequest[] = []
          for (const { request, fields } of messages) {
            const { token: _token, apnsId: _apnsId, ...message } = request
            const sum = await collect(client.sendMany(message, [page], { apnsIdPrefix: prefix }))
            expect(sum.accepted).toBe(devices.length)
            for (const { token, number } of devices) {
              const apnsId = `${prefix}-${number.toString(16).padStart(12, '0')}`
              const others = fields.filter(([name]) => name !== 'apns-id')
              expected.push({ request: { ...request, token }, fields: [...others, ['apns-id', apnsId]] })
            }
          }
          const ours = server.take()
          await sendWithNode(
            server,
            expected.map((push) => rawRequest(server, push, authorizationOf(ours[0]!))),
          )
          expect(ours).toEqual(server.take())
        },
      ),
      { numRuns: 10 },
    )
  })
})

test('each entry of the table at its limit: topics one byte shorter, as long, and one byte longer than it', async () => {
  const server = await startRequestRecorder({ headerTableSize: 200 })
  // An entry has 32 bytes more than its name and value (RFC 7541 section 4.1).
  const room = 200 - 32 - 'apns-topic'.length
  await using client = clientFor(server, {
    maxConnections: 1,
    certificate: server.folder.issueClientCertificate(),
  })
  const pushes = [-1, 0, 1, 0, -1, 1, 0, 0].map((more, number): PushRequest => {
    const topic = 't'.repeat(room + more)
    return {
      request: { token: tokenOf(number), topic, pushType: 'alert', payload: '{"aps":{}}' },
      fields: [
        ['apns-topic', topic],
        ['apns-push-type', 'alert'],
      ],
    }
  })
  for (const { request } of pushes) await client.send(request)
  const ours = server.take()
  await sendWithNode(
    server,
    pushes.map((push) => rawRequest(server, push, [])),
  )
  expect(ours).toEqual(server.take())
})

test('the provider token is a JWT that its key has signed, the same for all pushes', async () => {
  const server = await startRequestRecorder({})
  const { p8, keyId, teamId } = server.folder.key
  const client = clientFor(server)
  await collect(client.sendMany({ topic: 'com.example.app', payload: '{"aps":{}}' }, tokensOf(100)))
  const values = new Set(
    server
      .take()
      .flatMap(authorizationOf)
      .map(([, value]) => value),
  )
  expect(values.size).toBe(1)
  const [, head, claims, signature] = /^bearer ([\w-]+)\.([\w-]+)\.([\w-]+)$/.exec([...values][0]!)!
  const decoded = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString())
  expect(decoded(head!)).toEqual({ alg: 'ES256', kid: keyId })
  expect(decoded(claims!)).toEqual({ iss: teamId, iat: expect.any(Number) })
  const key = { key: createPublicKey(p8), dsaEncoding: 'ieee-p1363' } as const
  const good = verify('sha256', Buffer.from(`${head}.${claims}`), key, Buffer.from(signature!, 'base64url'))
  expect(good).toBe(true)
})
