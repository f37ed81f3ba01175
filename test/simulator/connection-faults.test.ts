import { once } from 'node:events'
import { connect as connectHttp2 } from 'node:http2'
import { connect as connectTcp } from 'node:net'
import { connect, type TLSSocket } from 'node:tls'
import { expect, test } from 'vitest'
import type { FaultOrder, Simulator } from '../../src/simulator/index.js'
import { afterTest, gone, senderForTest, simulatorForTest } from './http2-sender.js'

/** TLS, and HTTP/2 is not spoken. */
function tls(simulator: Simulator): TLSSocket {
  const { port, ca } = simulator
  const socket = connect({ host: 'localhost', port, ca, ALPNProtocols: ['h2'] })
  socket.on('error', () => {})
  afterTest(() => socket.destroy())
  return socket
}

async function worksAgain(simulator: Simulator) {
  expect(await (await senderForTest(simulator)).push()).toMatchObject({ status: 200 })
}

test.each([
  [{}, 'ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE'],
  [{ alert: 49 }, 'ERR_SSL_TLSV1_ALERT_ACCESS_DENIED'],
])('tls-alert %j', async (order, code) => {
  const simulator = await simulatorForTest()
  simulator.fault({ kind: 'tls-alert', count: 2, ...order })
  for (let count = 0; count < 2; count++) {
    const [error] = await once(tls(simulator), 'error')
    expect(error).toMatchObject({ code })
  }
  await worksAgain(simulator)
  expect(simulator.stats()).toMatchObject({ faults: { 'tls-alert': 2 }, connections: { total: 1 } })
})

test('tcp-reset at accept', async () => {
  const simulator = await simulatorForTest()
  simulator.fault({ kind: 'tcp-reset', at: 'accept', count: 1 })
  const socket = connectTcp(simulator.port, '127.0.0.1')
  const [error] = await once(socket, 'error')
  expect(error).toMatchObject({ code: 'ECONNRESET' })
  await worksAgain(simulator)
})

test.each<FaultOrder>([
  { kind: 'close', at: 'accept' },
  { kind: 'close', at: 'secure' },
  { kind: 'tcp-reset', at: 'secure' },
])('%j', async (order) => {
  const simulator = await simulatorForTest()
  simulator.fault({ ...order, count: 1 })
  const socket = tls(simulator)
  let bytes = 0
  socket.on('data', (chunk: Buffer) => {
    bytes += chunk.length
  })
  await gone(socket)
  expect(bytes).toBe(0)
  expect(simulator.stats().faults).toEqual({ [order.kind]: 1 })
  await worksAgain(simulator)
})

test('silence at accept: the handshake is never answered', async () => {
  const simulator = await simulatorForTest()
  simulator.fault({ kind: 'silence', at: 'accept', count: 1 })
  const socket = tls(simulator)
  let secure = false
  socket.on('secureConnect', () => {
    secure = true
  })
  await expect.poll(() => simulator.stats().faults).toEqual({ silence: 1 })
  await worksAgain(simulator)
  expect(secure).toBe(false)
  expect(socket.destroyed).toBe(false)
  const closed = gone(socket)
  await simulator.close()
  await closed
})

test('silence at secure: there are no SETTINGS', async () => {
  const simulator = await simulatorForTest()
  simulator.fault({ kind: 'silence', at: 'secure', count: 1 })
  const session = connectHttp2(`https://localhost:${simulator.port}`, { ca: simulator.ca })
  afterTest(() => session.destroy())
  session.on('error', () => {})
  let settings = false
  session.on('remoteSettings', () => {
    settings = true
  })
  await once(session, 'connect')
  await worksAgain(simulator)
  expect(settings).toBe(false)
  expect(session.destroyed).toBe(false)
  await simulator.close()
})

test.each<FaultOrder>([
  { kind: 'goaway', at: 'settings', reason: 'Shutdown' },
  { kind: 'close', at: 'settings' },
])('%j comes after the SETTINGS', async (order) => {
  const simulator = await simulatorForTest()
  simulator.fault({ ...order, count: 1 })
  const session = connectHttp2(`https://localhost:${simulator.port}`, { ca: simulator.ca })
  const seen: unknown[] = []
  session.on('error', () => {})
  session.on('remoteSettings', () => seen.push('settings'))
  session.on('goaway', (_code, last, data) => seen.push(last, Buffer.from(data).toString()))
  await gone(session)
  expect(seen).toEqual(order.kind === 'goaway' ? ['settings', 0, '{"reason":"Shutdown"}'] : ['settings'])
  await worksAgain(simulator)
})

test.each<FaultOrder>([
  { kind: 'tcp-reset', at: 'settings' },
  { kind: 'silence', at: 'settings' },
  { kind: 'drip', at: 'settings' },
  { kind: 'streams', at: 'settings', streams: 7 },
  { kind: 'window', at: 'settings', bytes: 1000 },
])('%j happens to a connection that was just made', async (order) => {
  const simulator = await simulatorForTest()
  simulator.fault({ ...order, count: 1 })
  const session = connectHttp2(`https://localhost:${simulator.port}`, { ca: simulator.ca })
  session.on('error', () => {})
  afterTest(() => session.destroy())
  await expect.poll(() => simulator.stats().faults).toEqual({ [order.kind]: 1 })
  if (order.kind === 'tcp-reset') await expect.poll(() => session.destroyed).toBe(true)
  if (order.kind === 'streams') await expect.poll(() => session.remoteSettings.maxConcurrentStreams).toBe(7)
  if (order.kind === 'window') await expect.poll(() => session.remoteSettings.initialWindowSize).toBe(1000)
  await worksAgain(simulator)
})

test('tcp-reset now is seen as a reset', async () => {
  const simulator = await simulatorForTest()
  const socket = tls(simulator)
  // Its SETTINGS. In the turn that ends the handshake Node's client takes a reset for an end.
  await once(socket, 'data')
  const failed = once(socket, 'error')
  simulator.fault({ kind: 'tcp-reset', at: 'now' })
  expect((await failed)[0]).toMatchObject({ code: 'ECONNRESET' })
})

test('drip: each byte comes in a TLS record of its own', async () => {
  const simulator = await simulatorForTest()
  simulator.fault({ kind: 'drip', at: 'settings' })
  const socket = tls(simulator)
  // The server's SETTINGS; then the nine bytes that acknowledge ours. A chunk is a record.
  await once(socket, 'data')
  const records: number[] = []
  socket.on('data', (chunk: Buffer) => records.push(chunk.length))
  const preface = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')
  socket.write(Buffer.concat([preface, Buffer.from('000000040000000000', 'hex')]))
  await expect.poll(() => records.length).toBe(9)
  expect(records).toEqual(Array(9).fill(1))
})

test('skip lets connections pass first', async () => {
  const simulator = await simulatorForTest()
  simulator.fault({ kind: 'tcp-reset', at: 'accept', skip: 1, count: 1 })
  await worksAgain(simulator)
  await once(tls(simulator), 'error')
  await worksAgain(simulator)
})
