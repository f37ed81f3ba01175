import { lookup as systemLookup } from 'node:dns'
import type { LookupFunction } from 'node:net'
import { describe, expect, test } from 'vitest'
import { startProxy } from './connect-proxy.js'
import { tokenOf } from './device-tokens.js'
import { type PeerConnection, startRawPeer } from './raw-peer.js'
import { clientFor, startScene } from './simulator-scene.js'

const push = { topic: 'com.example.app', payload: { aps: { alert: 'Hi' } }, token: tokenOf(1) }

/** Answers with what `addresses` holds at the moment. */
function resolver(addresses: () => readonly string[]) {
  const asked: string[] = []
  const lookup: LookupFunction = (hostname, options, callback) => {
    asked.push(hostname)
    const found = addresses().map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))
    if (options.all === true) callback(null, found)
    else callback(null, found[0]!.address, found[0]!.family)
  }
  return { asked, lookup }
}

test('each connection asks again, and goes where the name leads to by then', async () => {
  const answersOnce = (connection: PeerConnection) => {
    connection.settings()
    connection.onRequest = ({ streamId }) => {
      connection.goAway(streamId)
      connection.accept(streamId)
    }
  }
  const peer = await startRawPeer(answersOnce, ['h2'], '0.0.0.0')
  let address = '127.0.0.1'
  const { asked, lookup } = resolver(() => [address])
  const client = peer.client({ lookup })
  await expect(client.connect()).resolves.toMatchObject({ remoteAddress: '127.0.0.1' })
  await expect(client.send(push)).resolves.toMatchObject({ kind: 'accepted' })
  expect(asked).toEqual(['localhost'])

  address = '127.0.0.2'
  await expect(client.connect()).resolves.toMatchObject({ remoteAddress: '127.0.0.2' })
  await expect(client.send(push)).resolves.toMatchObject({ kind: 'accepted' })
  expect(asked).toEqual(['localhost', 'localhost'])
})

test('the failed attempts of one push ask again too', async () => {
  const peer = await startRawPeer((connection) => connection.socket.destroy())
  const { asked, lookup } = resolver(() => ['127.0.0.1'])
  await peer.client({ connectAttempts: 3, lookup }).send(push)
  expect(asked).toEqual(['localhost', 'localhost', 'localhost'])
})

test('through a proxy it is the proxy that is looked up', async () => {
  const proxy = await startProxy()
  const { simulator } = await startScene()
  const { asked, lookup } = resolver(() => ['127.0.0.1'])
  const client = clientFor(simulator, { proxy: `http://proxy.example:${proxy.port}`, lookup })
  await expect(client.send(push)).resolves.toMatchObject({ kind: 'accepted' })
  expect(asked).toEqual(['proxy.example'])
})

describe('a lookup that fails: unsent, and the host is named', () => {
  test.each<[string, LookupFunction, RegExp]>([
    ['with an error', (_hostname, _options, callback) => callback(new Error('SERVFAIL'), '', 0), /SERVFAIL/],
    [
      'later',
      (_hostname, _options, callback) => setImmediate(() => callback(new Error('late'), '', 0)),
      /late/,
    ],
    [
      'by throwing',
      () => {
        throw new Error('thrown')
      },
      /thrown/,
    ],
    ['without an address', (_hostname, _options, callback) => callback(null, []), /no address/],
    ['with nonsense', (_hostname, _options, callback) => callback(null, [{ address: 'x', family: 4 }]), /x/],
    [
      'with nothing',
      (_hostname, _options, callback) => (callback as (error: null) => void)(null),
      /no address/,
    ],
  ])('%s', async (_name, lookup, message) => {
    const { simulator } = await startScene()
    const client = clientFor(simulator, { hostname: 'apns.example', lookup, connectAttempts: 1 })
    await expect(client.send(push)).resolves.toMatchObject({
      kind: 'unsent',
      cause: {
        code: 'PUSH_ERR_APNS_CONNECT',
        message: expect.stringMatching(
          new RegExp(`^apns.example:${simulator.port} can not be reached: .*${message.source}`),
        ),
      },
    })
  })

  test('never', async () => {
    const { simulator } = await startScene()
    const client = clientFor(simulator, {
      hostname: 'apns.example',
      lookup: () => {},
      connectAttempts: 1,
      connectTimeoutMs: 100,
    })
    await expect(client.send(push)).resolves.toMatchObject({
      kind: 'unsent',
      cause: {
        code: 'PUSH_ERR_APNS_CONNECT',
        message: `apns.example:${simulator.port} can not be reached: no answer in 100 ms`,
      },
    })
  })
})

test('a lookup that knows one form of answer only', async () => {
  const { simulator } = await startScene()
  const lookup: LookupFunction = (hostname, _options, callback) => systemLookup(hostname, 4, callback)
  const client = clientFor(simulator, { lookup })
  await expect(client.connect()).resolves.toMatchObject({ remoteAddress: '127.0.0.1' })
})

test('a lookup that is no function is refused', async () => {
  const { simulator } = await startScene()
  expect(() => clientFor(simulator, { lookup: 'dns' as never })).toThrow(
    expect.objectContaining({
      code: 'PUSH_ERR_INPUT_INVALID',
      field: 'lookup',
      message: 'lookup: "dns" is no function like that of node:dns',
    }),
  )
})

describe(':authority', () => {
  test.each([
    [443, 'localhost'],
    [2197, 'localhost:2197'],
  ])('port %i: %s', async (port, authority) => {
    const peer = await startRawPeer((connection) => connection.settings())
    const proxy = await startProxy({ ports: { [`localhost:${port}`]: peer.port } })
    const client = peer.client({ port, proxy: `http://127.0.0.1:${proxy.port}` })
    await expect(client.send(push)).resolves.toMatchObject({ kind: 'accepted' })
    expect(proxy.targets).toEqual([`localhost:${port}`])
    expect(peer.requests[0]?.headers[':authority']).toBe(authority)
  })

  test('443 is the default', async () => {
    const peer = await startRawPeer((connection) => connection.settings())
    const proxy = await startProxy({ ports: { 'localhost:443': peer.port } })
    const client = peer.client({ port: undefined as never, proxy: `http://127.0.0.1:${proxy.port}` })
    await client.send(push)
    expect(proxy.targets).toEqual(['localhost:443'])
  })

  test('an IPv6 address stands in brackets', async () => {
    const peer = await startRawPeer((connection) => connection.settings())
    const proxy = await startProxy({ ports: { '[fd00::1]:443': peer.port } })
    const client = peer.client({
      hostname: 'fd00::1',
      port: 443,
      proxy: `http://127.0.0.1:${proxy.port}`,
    })
    await expect(client.send(push)).resolves.toMatchObject({ kind: 'accepted' })
    expect(peer.requests[0]?.headers[':authority']).toBe('[fd00::1]')
  })
})
