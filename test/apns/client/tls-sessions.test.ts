import { X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createSecureServer, type SecureServerOptions } from 'node:http2'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createSecureContext, type SecureVersion, type TLSSocket } from 'node:tls'
import { describe, expect, onTestFinished, test } from 'vitest'
import { SocketOpener } from '../../../src/apns/client/socket-opener.js'
import { ApnsClient } from '../../../src/apns/index.js'
import { issueClientCertificate } from '../../../src/simulator/certificates/client-certificate.js'
import { openSimulatorFiles } from '../../../src/simulator/certificates/simulator-files.js'
import { startProxy } from './connect-proxy.js'
import { tokenOf } from './device-tokens.js'
import { anyKey } from './raw-peer.js'

const topic = 'com.example.app'
const push = { topic, payload: { aps: { alert: 'Hi' } }, token: tokenOf(1) }
const folder = mkdtempSync(join(tmpdir(), 'ios-notifications-tls-sessions-'))
const files = openSimulatorFiles(folder, ['localhost'])
rmSync(folder, { recursive: true })
const ca = files.authority.certificate

/** An HTTP/2 server that closes each connection in order after its first answer. */
async function startServer(options: SecureServerOptions = {}) {
  const { certificate: cert, privateKey: key } = files.server
  const sockets: TLSSocket[] = []
  const handshakes: { resumed: boolean; alpn: string | false | null }[] = []
  const server = createSecureServer({ cert, key, ...options })
  server.on('secureConnection', (socket: TLSSocket) => {
    sockets.push(socket)
    handshakes.push({ resumed: socket.isSessionReused(), alpn: socket.alpnProtocol })
    socket.on('error', () => {})
  })
  server.on('stream', (stream) => {
    stream.on('error', () => {})
    stream.respond({ ':status': 200 }, { endStream: true })
    stream.session?.close()
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy()
    await new Promise((closed) => server.close(closed))
  })
  return { port: (server.address() as AddressInfo).port, handshakes }
}

const credentials = {
  key: { key: anyKey },
  certificate: { certificate: issueClientCertificate(files.authority, 'DEF123GHIJ', { topic }) },
}

describe.each<SecureVersion>(['TLSv1.2', 'TLSv1.3'])('%s', (version) => {
  test.each(['key', 'certificate'] as const)(
    'with a %s, the next connection takes up the session of the one before',
    async (kind) => {
      const mutual = kind === 'certificate' ? { requestCert: true, ca } : {}
      const server = await startServer({ minVersion: version, maxVersion: version, ...mutual })
      const gate = await startGate(server.port)
      const client = new ApnsClient({ hostname: 'localhost', port: gate.port, ca, ...credentials[kind] })
      onTestFinished(() => client.close())
      for (const resumed of [false, true, true]) {
        const info = await client.connect()
        expect(info).toMatchObject({ tlsVersion: version, resumed })
        expect(info.serverCertificateValidTo).toBe(new X509Certificate(files.server.certificate).validTo)
        await expect(client.send(push)).resolves.toMatchObject({ kind: 'accepted' })
      }
      expect(server.handshakes).toEqual([false, true, true].map((resumed) => ({ resumed, alpn: 'h2' })))
      // OpenSSL's servers do not say the name of a resumed handshake; it stands in the ClientHello, in the clear.
      expect(gate.hellos.map((hello) => hello.includes('localhost'))).toEqual([true, true, true])
    },
  )

  test('through a proxy as well', async () => {
    const server = await startServer({ minVersion: version, maxVersion: version })
    const proxy = await startProxy()
    const client = new ApnsClient({
      hostname: 'localhost',
      port: server.port,
      ca,
      key: anyKey,
      proxy: `http://127.0.0.1:${proxy.port}`,
    })
    onTestFinished(() => client.close())
    for (const resumed of [false, true]) {
      await expect(client.connect()).resolves.toMatchObject({ resumed })
      await client.send(push)
    }
    expect(proxy.targets).toHaveLength(2)
  })

  test('a session with which the handshake fails is not offered again', async () => {
    const server = await startServer({ minVersion: version, maxVersion: version })
    const gate = await startGate(server.port)
    const opener = openerFor(gate.port)
    await handshake(opener)
    gate.isShut = true
    await expect(handshake(opener)).rejects.toMatchObject({ code: 'ECONNRESET' })
    gate.isShut = false
    expect(await handshake(opener)).toBe(false)
    expect(await handshake(opener)).toBe(true)
  })

  test('nor one with which it never ends', async () => {
    const server = await startServer({ minVersion: version, maxVersion: version })
    const opener = openerFor(server.port)
    await handshake(opener)
    let socket: TLSSocket | undefined
    opener.open({
      onSocket: (opened) => {
        socket = opened
      },
      onError: () => {},
    })
    socket?.destroy()
    expect(await handshake(opener)).toBe(false)
  })

  test('a server that forgets its sessions is no trouble', async () => {
    const first = await startServer({ minVersion: version, maxVersion: version })
    const gate = await startGate(first.port)
    const opener = openerFor(gate.port)
    await handshake(opener)
    gate.target = (await startServer({ minVersion: version, maxVersion: version })).port
    expect(await handshake(opener)).toBe(false)
    expect(await handshake(opener)).toBe(true)
  })

  test('a server that failed the check of its name fails it again', async () => {
    const server = await startServer({ minVersion: version, maxVersion: version })
    const opener = openerFor(server.port, '127.0.0.1')
    for (let attempt = 1; attempt <= 3; attempt++)
      await expect(handshake(opener)).rejects.toMatchObject({ code: 'ERR_TLS_CERT_ALTNAME_INVALID' })
    for (const { resumed } of server.handshakes) expect(resumed).toBe(false)
  })
})

test('TLS 1.1 is not spoken', async () => {
  const server = await startServer({
    minVersion: 'TLSv1.1',
    maxVersion: 'TLSv1.1',
    ciphers: 'DEFAULT@SECLEVEL=0',
  })
  const client = new ApnsClient({
    hostname: 'localhost',
    port: server.port,
    ca,
    key: anyKey,
    connectAttempts: 1,
  })
  onTestFinished(() => client.close())
  await expect(client.connect()).rejects.toMatchObject({ code: 'PUSH_ERR_APNS_TLS' })
})

function openerFor(port: number, hostname = 'localhost'): SocketOpener {
  const secureContext = createSecureContext({ ca })
  return new SocketOpener({ hostname, port, secureContext, proxy: undefined, lookup: undefined })
}

/**
 * Opens a socket, waits until its session has come, and closes it. Returns whether an earlier session was taken up; for that
 * one servers give out no other.
 */
async function handshake(opener: SocketOpener): Promise<boolean> {
  const socket = await new Promise<TLSSocket>((onSocket, onError) => opener.open({ onSocket, onError }))
  const session = once(socket, 'session')
  session.catch(() => {})
  socket.resume()
  await once(socket, 'secureConnect')
  const isResumed = socket.isSessionReused()
  if (!isResumed) await session
  socket.destroy()
  return isResumed
}

/** Passes connections on to `target`, or cuts them when the client has said something. */
async function startGate(target: number) {
  const gate = { port: 0, target, isShut: false, hellos: [] as Buffer[] }
  const sockets = new Set<Socket>()
  const server = createServer((client) => {
    sockets.add(client)
    client.on('error', () => {})
    if (gate.isShut) {
      client.once('data', () => client.resetAndDestroy())
      return
    }
    const upstream = connect(gate.target, '127.0.0.1')
    upstream.on('error', () => client.destroy())
    client.once('data', (hello: Buffer) => gate.hellos.push(hello))
    client.pipe(upstream).pipe(client)
    client.on('close', () => upstream.destroy())
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy()
    await new Promise((closed) => server.close(closed))
  })
  gate.port = (server.address() as AddressInfo).port
  return gate
}
