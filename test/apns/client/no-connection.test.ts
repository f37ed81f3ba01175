import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { describe, expect, test } from 'vitest'
import { startSimulator } from '../../../src/simulator/index.js'
import { tokenOf, tokensOf } from './device-tokens.js'
import { anyKey, startRawPeer } from './raw-peer.js'
import { clientFor, startScene } from './simulator-scene.js'
import { collect, counts } from './sums.js'

const message = { topic: 'com.example.app', payload: { aps: { alert: 'Hi' } } }
const push = { ...message, token: tokenOf(1) }

/** A port on which nobody listens. */
async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const { port } = server.address() as AddressInfo
  await new Promise((closed) => server.close(closed))
  return port
}

describe('a server that is down', () => {
  test('every push ends as unsent within the attempts, and says who could not be reached', async () => {
    const { simulator } = await startScene()
    const port = await freePort()
    const client = clientFor(simulator, { hostname: '127.0.0.1', port, connectAttempts: 2 })
    const [outcome, sum] = await Promise.all([
      client.send(push),
      collect(client.sendMany(message, tokensOf(2000))),
    ])
    const cause = {
      code: 'PUSH_ERR_APNS_CONNECT',
      message: expect.stringContaining(`127.0.0.1:${port} can not be reached`),
    }
    expect(outcome).toMatchObject({ kind: 'unsent', cause })
    expect(counts(sum)).toEqual({ accepted: 0, rejected: 0, unknown: 0, unsent: 2000 })
    expect(sum.unsent.at(-1)).toMatchObject({ index: 1999, cause })
    expect(sum.settled).toBe(2000)
    await expect(client.connect()).rejects.toMatchObject(cause)
  })

  test('asynchronous sources are read to their end as well', async () => {
    const { simulator } = await startScene()
    const client = clientFor(simulator, { hostname: '127.0.0.1', port: await freePort(), connectAttempts: 1 })
    async function* source() {
      for (const token of tokensOf(700)) yield token
    }
    const sum = await collect(client.sendMany(message, source()))
    expect(counts(sum)).toEqual({ accepted: 0, rejected: 0, unknown: 0, unsent: 700 })
  })

  test('a host name that is none', async () => {
    const { simulator } = await startScene()
    const client = clientFor(simulator, { hostname: 'no-such-host.invalid', connectAttempts: 1 })
    await expect(client.send(push)).resolves.toMatchObject({
      kind: 'unsent',
      cause: { code: 'PUSH_ERR_APNS_CONNECT', message: expect.stringContaining('no-such-host.invalid') },
    })
  })

  test('the attempts are as many as were asked for', async () => {
    const peer = await startRawPeer((connection) => connection.socket.destroy())
    await expect(peer.client({ connectAttempts: 3 }).send(push)).resolves.toMatchObject({ kind: 'unsent' })
    expect(peer.connections).toHaveLength(3)
  })

  test('it comes back: what waits is sent', async () => {
    const peer = await startRawPeer((connection) => {
      if (connection.number < 3) connection.socket.destroy()
      else connection.settings()
    })
    await expect(peer.client({ connectAttempts: 3 }).send(push)).resolves.toMatchObject({ kind: 'accepted' })
  })
})

describe('a server that can not be trusted: one attempt is enough', () => {
  test('a CA that did not sign its certificate', async () => {
    const { simulator } = await startScene()
    const other = await startSimulator()
    await other.close()
    const client = clientFor(simulator, { ca: other.ca })
    const cause = {
      code: 'PUSH_ERR_APNS_TLS',
      message: expect.stringMatching(/can not be trusted.*give the right certificate authorities/),
    }
    await expect(client.send(push)).resolves.toMatchObject({ kind: 'unsent', cause })
    await expect(client.connect()).rejects.toMatchObject(cause)
    expect(simulator.stats().received).toBe(0)
  })

  test('a certificate for another host name', async () => {
    const { simulator } = await startScene({ certificateHosts: ['apns.example.com'] })
    const client = clientFor(simulator, { hostname: 'localhost' })
    await expect(client.send(push)).resolves.toMatchObject({
      kind: 'unsent',
      cause: { code: 'PUSH_ERR_APNS_TLS', message: expect.stringMatching(/another host name/) },
    })
  })

  test('a server without TLS', async () => {
    const plain = createServer((socket) => {
      socket.on('error', () => {})
      socket.end('220 mail.example.com ESMTP\r\n')
    })
    await new Promise<void>((listening) => plain.listen(0, '127.0.0.1', listening))
    const { simulator } = await startScene()
    const { port } = plain.address() as AddressInfo
    const client = clientFor(simulator, { hostname: '127.0.0.1', port, key: anyKey })
    const outcome = await client.send(push)
    plain.close()
    expect(outcome).toMatchObject({
      kind: 'unsent',
      cause: {
        code: 'PUSH_ERR_APNS_TLS',
        message: expect.stringMatching(/does not speak TLS; check the port/),
      },
    })
  })
})
