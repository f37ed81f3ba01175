import { connect, type Socket } from 'node:net'
import { describe, expect, test } from 'vitest'
import { startSimulator } from '../../../src/simulator/index.js'
import { startProxy } from './connect-proxy.js'
import { tokenOf, tokensOf } from './device-tokens.js'
import { startRawPeer } from './raw-peer.js'
import { clientFor, startScene } from './simulator-scene.js'
import { collect, counts } from './sums.js'

const message = { topic: 'com.example.app', payload: { aps: { alert: 'Hi' } } }
const push = { ...message, token: tokenOf(1) }

describe('a proxy', () => {
  test('pushes go through it, and connect says so', async () => {
    const proxy = await startProxy()
    const { simulator } = await startScene()
    const client = clientFor(simulator, { proxy: `http://127.0.0.1:${proxy.port}`, maxConnections: 1 })
    await expect(client.connect()).resolves.toMatchObject({
      tlsVersion: 'TLSv1.3',
      proxy: `127.0.0.1:${proxy.port}`,
      resumed: false,
    })
    expect(counts(await collect(client.sendMany(message, tokensOf(3000))))).toEqual({
      accepted: 3000,
      rejected: 0,
      unknown: 0,
      unsent: 0,
    })
    expect(proxy.targets).toEqual([`localhost:${simulator.port}`])
    expect(proxy.requests[0]?.headers).toMatchObject({ host: `localhost:${simulator.port}` })
    expect(proxy.requests[0]?.headers).not.toHaveProperty('proxy-authorization')
    await client.close()
    await proxy.abandoned()
  })

  test('the host’s name is the proxy’s business, and its certificate ours', async () => {
    const { simulator } = await startScene({ certificateHosts: ['apns.example'] })
    const { port } = simulator
    const proxy = await startProxy({ ports: { [`apns.example:${port}`]: port } })
    const through = { hostname: 'apns.example', proxy: `http://127.0.0.1:${proxy.port}` }
    await expect(clientFor(simulator, through).send(push)).resolves.toMatchObject({ kind: 'accepted' })
    expect(proxy.targets).toEqual([`apns.example:${simulator.port}`])

    const wrong = clientFor(simulator, { ...through, hostname: 'localhost' })
    await expect(wrong.send(push)).resolves.toMatchObject({
      kind: 'unsent',
      cause: {
        code: 'PUSH_ERR_APNS_TLS',
        message: expect.stringMatching(
          new RegExp(
            `^localhost:${simulator.port} through the proxy 127.0.0.1:${proxy.port} .*another host name`,
          ),
        ),
      },
    })
  })

  test('a CA that did not sign the host’s certificate', async () => {
    const proxy = await startProxy()
    const { simulator } = await startScene()
    const other = await startSimulator()
    await other.close()
    const client = clientFor(simulator, { ca: other.ca, proxy: `http://127.0.0.1:${proxy.port}` })
    await expect(client.connect()).rejects.toMatchObject({
      code: 'PUSH_ERR_APNS_TLS',
      message: expect.stringMatching(
        /^localhost:\d+ through the proxy .* can not be trusted.*give the right certificate authorities/,
      ),
    })
    await proxy.abandoned()
  })

  test('an empty text is none, whatever the environment says', async () => {
    const { client } = await startScene({}, { proxy: '' })
    const info = await client.connect()
    expect(info).not.toHaveProperty('proxy')
  })
})

describe('authentication', () => {
  test('user and password are percent-decoded', async () => {
    const proxy = await startProxy({ credentials: 'jörg@corp:p:ss w/rd%' })
    const { simulator } = await startScene()
    const client = clientFor(simulator, {
      proxy: `http://j%C3%B6rg%40corp:p%3Ass%20w%2Frd%25@127.0.0.1:${proxy.port}`,
    })
    await expect(client.send(push)).resolves.toMatchObject({ kind: 'accepted' })
  })

  test.each(['', 'user:wrong-secret@'])(
    '407 (%s): one attempt, what to do, and no password',
    async (userInfo) => {
      const proxy = await startProxy({ credentials: 'user:right' })
      const { simulator } = await startScene()
      const logged: unknown[] = []
      const log = (...line: unknown[]) => void logged.push(line)
      const client = clientFor(simulator, {
        proxy: `http://${userInfo}127.0.0.1:${proxy.port}`,
        logger: { debug: log, info: log, warn: log, error: log } as never,
      })
      const outcome = await client.send(push)
      expect(outcome).toMatchObject({
        kind: 'unsent',
        cause: {
          code: 'PUSH_ERR_APNS_PROXY',
          field: 'proxy',
          message: `the proxy 127.0.0.1:${proxy.port} refused a connection to localhost:${simulator.port}: 407 (give the right user and password: http://user:password@host:port)`,
        },
      })
      expect(proxy.targets).toHaveLength(1)
      expect(logged).not.toHaveLength(0)
      const shown = JSON.stringify([logged, outcome, client])
      expect(shown).not.toMatch(/secret|dXNlcj/)
      await proxy.abandoned()
    },
  )
})

describe('a proxy that does not connect us', () => {
  const garbage = 'x'.repeat(100_000)
  test.each<[string, (client: Socket) => void, RegExp]>([
    [
      'refuses with 403',
      (client) => client.end('HTTP/1.1 403 Forbidden\r\n\r\n'),
      /refused a connection to localhost:\d+: 403 \(it has to allow CONNECT/,
    ],
    [
      'refuses with 502 and a body',
      (client) => client.end('HTTP/1.1 502 Bad Gateway\r\nContent-Length: 3\r\n\r\nno\n'),
      /refused .*: 502$/,
    ],
    ['answers 100', (client) => client.write('HTTP/1.1 100 Continue\r\n\r\n'), /refused .*: 100$/],
    [
      'redirects',
      (client) => client.end('HTTP/1.1 302 Found\r\nLocation: http://evil.example/\r\n\r\n'),
      /refused .*: 302$/,
    ],
    ['closes without an answer', (client) => client.end(), /gave no answer/],
    ['is reset', (client) => client.resetAndDestroy(), /gave no answer/],
    ['closes within the head', (client) => client.end('HTTP/1.1 200 OK\r\nVia'), /gave no answer/],
    ['sends garbage', (client) => client.write('SSH-2.0-OpenSSH_9.2\r\n'), /gave no answer: Parse Error/],
    [
      'sends a head without end',
      (client) => client.write(`HTTP/1.1 200 OK\r\nx-long: ${garbage}`),
      /gave no answer: Parse Error: Header overflow/,
    ],
    [
      'sends header fields without end',
      (client) => client.write(`HTTP/1.1 200 OK\r\n${'a: b\r\n'.repeat(20_000)}`),
      /gave no answer: Parse Error/,
    ],
  ])('%s', async (_name, onConnect, expected) => {
    const proxy = await startProxy({ onConnect: (_request, client) => onConnect(client) })
    const { simulator } = await startScene()
    const client = clientFor(simulator, { proxy: `http://127.0.0.1:${proxy.port}`, connectAttempts: 1 })
    const error = await client.connect().catch((thrown) => thrown)
    expect(error).toMatchObject({ code: 'PUSH_ERR_APNS_PROXY', message: expect.stringMatching(expected) })
    expect(error.message).toMatch(new RegExp(`^the proxy 127.0.0.1:${proxy.port} `))
    await proxy.abandoned()
  })

  test('closes after any byte of its answer', async () => {
    const answer = 'HTTP/1.1 200 OK\r\nVia: x\r\n\r\n'
    const { simulator } = await startScene()
    let length = 0
    const proxy = await startProxy({
      onConnect: (_request, client) => client.end(answer.slice(0, length)),
    })
    for (; length <= answer.length; length++) {
      const client = clientFor(simulator, { proxy: `http://127.0.0.1:${proxy.port}`, connectAttempts: 1 })
      const code = length < answer.length ? 'PUSH_ERR_APNS_PROXY' : 'PUSH_ERR_APNS_CONNECT'
      await expect(client.connect()).rejects.toMatchObject({ code })
    }
    await proxy.abandoned()
  })

  test('stays silent', async () => {
    const proxy = await startProxy({ onConnect: () => {} })
    const { simulator } = await startScene()
    const client = clientFor(simulator, {
      proxy: `http://127.0.0.1:${proxy.port}`,
      connectAttempts: 1,
      connectTimeoutMs: 200,
    })
    await expect(client.connect()).rejects.toMatchObject({
      code: 'PUSH_ERR_APNS_PROXY',
      message: `the proxy 127.0.0.1:${proxy.port} can not be used: no answer in 200 ms`,
    })
    await proxy.abandoned()
  })

  test('connects us to silence: that is the host’s', async () => {
    const proxy = await startProxy({
      onConnect: (_request, client) => client.write('HTTP/1.1 200 OK\r\n\r\n'),
    })
    const { simulator } = await startScene()
    const client = clientFor(simulator, {
      proxy: `http://127.0.0.1:${proxy.port}`,
      connectAttempts: 1,
      connectTimeoutMs: 200,
    })
    await expect(client.connect()).rejects.toMatchObject({
      code: 'PUSH_ERR_APNS_CONNECT',
      message: expect.stringMatching(
        /^localhost:\d+ through the proxy .* can not be reached: no answer in 200 ms$/,
      ),
    })
    await proxy.abandoned()
  })

  test('is not there', async () => {
    const proxy = await startProxy()
    await proxy.die()
    const { simulator } = await startScene()
    const client = clientFor(simulator, { proxy: `http://127.0.0.1:${proxy.port}`, connectAttempts: 2 })
    await expect(client.send(push)).resolves.toMatchObject({
      kind: 'unsent',
      cause: {
        code: 'PUSH_ERR_APNS_PROXY',
        message: expect.stringMatching(/^the proxy 127\.0\.0\.1:\d+ can not be reached: .*ECONNREFUSED/),
      },
    })
  })

  test('is a name that is none', async () => {
    const { simulator } = await startScene()
    const client = clientFor(simulator, { proxy: 'http://no-such-proxy.invalid:3128', connectAttempts: 1 })
    await expect(client.connect()).rejects.toMatchObject({
      code: 'PUSH_ERR_APNS_PROXY',
      message: expect.stringMatching(/^the proxy no-such-proxy\.invalid:3128 can not be reached/),
    })
  })
})

describe('what proxies do', () => {
  test('a head in pieces, with fields and a length that mean nothing', async () => {
    const { simulator } = await startScene()
    const proxy = await startProxy({
      onConnect: async (_request, client) => {
        const upstream = connect(simulator.port, '127.0.0.1')
        const head = 'HTTP/1.0 200 Connection Established\r\nVia: 1.1 test\r\nContent-Length: 12\r\n\r\n'
        for (const byte of head) {
          await new Promise((written) => client.write(byte, written))
          await new Promise(setImmediate)
        }
        client.pipe(upstream).pipe(client)
        upstream.on('error', () => {})
        client.on('close', () => upstream.destroy())
      },
    })
    const client = clientFor(simulator, { proxy: `http://127.0.0.1:${proxy.port}` })
    await expect(client.send(push)).resolves.toMatchObject({ kind: 'accepted' })
  })

  test('bytes right behind the head belong to the TLS handshake', async () => {
    const { simulator } = await startScene()
    const proxy = await startProxy({
      onConnect: (_request, client) => client.write('HTTP/1.1 200 OK\r\n\r\n220 mail.example.com ESMTP\r\n'),
    })
    const client = clientFor(simulator, { proxy: `http://127.0.0.1:${proxy.port}` })
    await expect(client.connect()).rejects.toMatchObject({
      code: 'PUSH_ERR_APNS_TLS',
      message: expect.stringMatching(/^localhost:\d+ through the proxy .*does not speak TLS/),
    })
    await proxy.abandoned()
  })

  test('it dies with pushes in flight: they are unknown, and what waited goes on when it is back', async () => {
    const peer = await startRawPeer((connection) => {
      connection.settings([3, 5])
      if (connection.number > 1) return
      connection.onRequest = () => {
        if (connection.requests.length === 5) for (const client of proxy.clients) client.destroy()
      }
    })
    const proxy = await startProxy()
    const client = peer.client({ proxy: `http://127.0.0.1:${proxy.port}`, connectAttempts: 5 })
    const sum = await collect(client.sendMany(message, tokensOf(20)))
    expect(counts(sum)).toEqual({ accepted: 15, rejected: 0, unknown: 5, unsent: 0 })
    expect(sum.unknown[0]!.cause).toMatchObject({ code: 'PUSH_ERR_APNS_CONNECTION_LOST' })
    expect(proxy.targets).toHaveLength(2)
  })

  test('the client is closed while the proxy still thinks: nothing stays open', async () => {
    let asked = () => {}
    const isAsked = new Promise<void>((resolve) => {
      asked = resolve
    })
    const proxy = await startProxy({ onConnect: () => asked() })
    const { simulator } = await startScene()
    const client = clientFor(simulator, { proxy: `http://127.0.0.1:${proxy.port}` })
    const sending = client.send(push)
    await isAsked
    await client.close()
    await expect(sending).resolves.toMatchObject({ kind: 'unsent', cause: { code: 'PUSH_ERR_CLOSED' } })
    await proxy.abandoned()
  })

  test('the client is closed while the proxy’s connection is being made', async () => {
    const proxy = await startProxy()
    const { simulator } = await startScene()
    const client = clientFor(simulator, { proxy: `http://127.0.0.1:${proxy.port}` })
    const sending = client.send(push)
    await client.close()
    await expect(sending).resolves.toMatchObject({ kind: 'unsent', cause: { code: 'PUSH_ERR_CLOSED' } })
    await proxy.abandoned()
    expect(proxy.targets).toEqual([])
  })
})
