import { once } from 'node:events'
import { connect as connectTcp } from 'node:net'
import { connect as connectTls, type TLSSocket } from 'node:tls'
import { expect, test } from 'vitest'
import type { Simulator } from '../../src/simulator/index.js'
import { afterTest, gone, pair, providerToken, senderForTest, token, topic } from './http2-sender.js'

const preface = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')
const frame = (type: number, flags: number, stream: number, payload: Uint8Array = new Uint8Array()) => {
  const head = Buffer.alloc(9)
  head.writeUIntBE(payload.length, 0, 3)
  head.writeUInt8(type, 3)
  head.writeUInt8(flags, 4)
  head.writeUInt32BE(stream, 5)
  return Buffer.concat([head, payload])
}
const settings = frame(4, 0, 0)

async function tls(simulator: Simulator): Promise<TLSSocket> {
  const socket = connectTls({
    port: simulator.port,
    host: '127.0.0.1',
    ca: simulator.ca,
    ALPNProtocols: ['h2'],
  })
  afterTest(() => socket.destroy())
  await once(socket, 'secureConnect')
  socket.on('error', () => {})
  socket.resume()
  return socket
}

/** Resolves when the server has said GOAWAY; `node:http2` then leaves it to the client to hang up. */
async function goaway(socket: TLSSocket): Promise<void> {
  let received = Buffer.alloc(0)
  await new Promise<void>((resolve) => {
    socket.on('data', (chunk: Buffer) => {
      received = Buffer.concat([received, chunk])
      for (let at = 0; at + 9 <= received.length; at += 9 + received.readUIntBE(at, 3))
        if (received.readUInt8(at + 3) === 7) resolve()
    })
  })
}

test('plain text on the TLS port', async () => {
  const { simulator, sender } = await pair()
  const socket = connectTcp(simulator.port, '127.0.0.1')
  socket.on('error', () => {})
  socket.resume()
  socket.write('GET / HTTP/1.1\r\n\r\n')
  await gone(socket)
  expect(await sender.push()).toMatchObject({ status: 200 })
})

test('a client that speaks HTTP/1.1 only is refused in the TLS handshake', async () => {
  const { simulator, sender } = await pair()
  const socket = connectTls({
    port: simulator.port,
    host: '127.0.0.1',
    ca: simulator.ca,
    ALPNProtocols: ['http/1.1'],
  })
  const [error] = await once(socket, 'error')
  expect(error.message).toContain('no application protocol')
  expect(await sender.push()).toMatchObject({ status: 200 })
})

test.each([
  ['rubbish instead of the preface', Buffer.from('x'.repeat(100))],
  [
    'a frame that is too large',
    Buffer.concat([preface, settings, Buffer.from('ffffff000000000001', 'hex'), Buffer.alloc(20_000)]),
  ],
  ['data on a stream that is not open', Buffer.concat([preface, settings, frame(0, 0, 1, Buffer.of(1))])],
  ['headers that are no HPACK', Buffer.concat([preface, settings, frame(1, 5, 1, Buffer.alloc(20, 0xff))])],
  ['a window update of zero', Buffer.concat([preface, settings, frame(8, 0, 0, Buffer.alloc(4))])],
])('%s ends the connection by GOAWAY or at once, not the simulator', async (_name, bytes) => {
  const { simulator, sender } = await pair()
  const socket = await tls(simulator)
  const ended = Promise.race([gone(socket), goaway(socket)])
  socket.write(bytes)
  await ended
  expect(await sender.push()).toMatchObject({ status: 200 })
  // Nor does the connection hold up the end, when the client does not hang up.
  socket.pause()
  await simulator.close()
  expect(simulator.stats().connections).toEqual({ total: 2, open: 0 })
})

test('connections that break off at any moment', async () => {
  const { simulator, sender } = await pair()
  // Breaks off in the TLS handshake, after it, in the preface, and in the settings.
  const early = connectTcp(simulator.port, '127.0.0.1')
  await once(early, 'connect')
  early.write(Buffer.from('160301', 'hex'))
  early.resetAndDestroy()
  for (const bytes of [0, 10, preface.length, preface.length + 4]) {
    const socket = await tls(simulator)
    if (bytes > 0) socket.write(Buffer.concat([preface, settings]).subarray(0, bytes))
    socket.destroy()
  }
  await expect.poll(() => simulator.stats().connections.open).toBe(1)
  expect(await sender.push()).toMatchObject({ status: 200 })
})

test('streams that are reset as soon as they are opened', async () => {
  const { simulator, sender } = await pair({ initialConcurrentStreams: 1000 })
  const headers = {
    ':method': 'POST',
    ':path': `/3/device/${token}`,
    'apns-topic': topic,
    authorization: `bearer ${providerToken(simulator.key)}`,
  }
  const closed = Array.from({ length: 200 }, async () => {
    const stream = sender.session.request(headers)
    stream.on('error', () => {})
    stream.write('{}')
    stream.close(8)
    await gone(stream)
  })
  await Promise.all(closed)
  expect(await sender.push()).toMatchObject({ status: 200 })
  expect(simulator.stats().streams.open).toBe(0)
})

test('a stream that is reset with an error code while its answer waits', async () => {
  const { simulator, sender } = await pair({ responseDelayMs: 30, initialConcurrentStreams: 10 })
  const stream = sender.session.request({
    ':method': 'POST',
    ':path': `/3/device/${token}`,
    'apns-topic': topic,
    authorization: `bearer ${providerToken(simulator.key)}`,
  })
  stream.on('error', () => {})
  stream.end('{}')
  await expect.poll(() => simulator.stats().received, { interval: 1 }).toBe(1)
  // INTERNAL_ERROR: on the side of the simulator this is an error of the stream.
  stream.close(2)
  // This answer comes after the other one was due.
  expect(await sender.push()).toMatchObject({ status: 200 })
  expect(simulator.stats()).toMatchObject({ accepted: 2, unanswered: 1 })
})

test('more headers than a request may have', async () => {
  const { simulator, sender } = await pair()
  const many = Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`x-${index}`, 'v']))
  await expect(sender.push({ headers: many })).rejects.toThrow()
  expect(simulator.stats().received).toBe(0)
  expect(await (await senderForTest(simulator)).push()).toMatchObject({ status: 200 })
})
