import { createPrivateKey, sign } from 'node:crypto'
import { once } from 'node:events'
import {
  type ClientHttp2Session,
  connect,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
  type SecureClientSessionOptions,
} from 'node:http2'
import { afterEach } from 'vitest'
import { type Simulator, type SimulatorOptions, startSimulator } from '../../src/simulator/index.js'

export const token = 'b'.repeat(64)
export const topic = 'com.example.app'

export interface Reply {
  status: number
  headers: IncomingHttpHeaders
  body: string
  reason: string | undefined
  timestamp: number | undefined
}

export interface Push {
  /** Added to the usual headers; `undefined` takes one away. */
  headers?: OutgoingHttpHeaders
  token?: string
  body?: string | Uint8Array
}

const cleanups: (() => unknown)[] = []

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

/** Runs after the test. */
export function afterTest(cleanup: () => unknown): void {
  cleanups.push(cleanup)
}

/** A simulator that is closed after the test. */
export async function simulatorForTest(options: SimulatorOptions = {}): Promise<Simulator> {
  const simulator = await startSimulator(options)
  cleanups.push(() => simulator.close())
  return simulator
}

/** A provider token made without the code under test. */
export function providerToken(
  key: { p8: string; keyId: string; teamId: string },
  change: {
    header?: Record<string, unknown>
    claims?: Record<string, unknown>
    encoding?: 'der' | 'ieee-p1363'
  } = {},
): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const header = part({ alg: 'ES256', kid: key.keyId, ...change.header })
  const claims = part({ iss: key.teamId, iat: Math.floor(Date.now() / 1000), ...change.claims })
  const signed = `${header}.${claims}`
  const dsaEncoding = change.encoding ?? 'ieee-p1363'
  const signature = sign('sha256', Buffer.from(signed), { key: createPrivateKey(key.p8), dsaEncoding })
  return `${signed}.${signature.toString('base64url')}`
}

/** A sender on `node:http2`: one connection. */
export class Sender {
  readonly session: ClientHttp2Session
  readonly #headers: OutgoingHttpHeaders

  constructor(session: ClientHttp2Session, headers: OutgoingHttpHeaders) {
    this.session = session
    this.#headers = headers
  }

  /** Sends one push and resolves with the answer; rejects if the stream breaks. */
  push(push: Push = {}): Promise<Reply> {
    const headers = {
      ':method': 'POST',
      ':path': `/3/device/${push.token ?? token}`,
      ...this.#headers,
      'apns-topic': topic,
      'apns-push-type': 'alert',
      ...push.headers,
    }
    return answer(this.session, headers, push.body ?? '{"aps":{"alert":"Hi"}}')
  }

  async close(): Promise<void> {
    if (this.session.destroyed) return
    const closed = once(this.session, 'close')
    this.session.destroy()
    await closed
  }
}

/** Sends one request. */
function answer(
  session: ClientHttp2Session,
  headers: OutgoingHttpHeaders,
  body: string | Uint8Array | undefined,
): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const present = Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== undefined))
    const stream = session.request(present, { endStream: body === undefined })
    let received: IncomingHttpHeaders | undefined
    const chunks: Buffer[] = []
    stream.on('response', (responseHeaders) => {
      received = responseHeaders
    })
    stream.on('data', (chunk: Buffer) => chunks.push(chunk))
    stream.on('error', reject)
    stream.on('close', () => {
      if (received === undefined) reject(new Error(`no answer, reset with ${stream.rstCode}`))
      else resolve(reply(received, Buffer.concat(chunks).toString()))
    })
    if (body !== undefined) stream.end(body)
  })
}

function reply(headers: IncomingHttpHeaders, body: string): Reply {
  const { reason, timestamp } = body === '' ? {} : JSON.parse(body)
  return { status: Number(headers[':status']), headers, body, reason, timestamp }
}

/** A connection that is closed after the test. */
export async function senderForTest(
  simulator: Simulator,
  options: { authorization?: string | undefined; tls?: SecureClientSessionOptions } = {},
): Promise<Sender> {
  const session = connect(`https://${simulator.hostname}:${simulator.port}`, {
    ca: simulator.ca,
    ...options.tls,
  })
  session.on('error', () => {})
  const settled = once(session, 'remoteSettings')
  await settled
  const authorization =
    'authorization' in options ? options.authorization : `bearer ${providerToken(simulator.key)}`
  const sender = new Sender(session, { authorization })
  cleanups.push(() => sender.close())
  return sender
}

/** A simulator and a connection to it. */
export async function pair(
  options: SimulatorOptions = {},
): Promise<{ simulator: Simulator; sender: Sender }> {
  const simulator = await simulatorForTest(options)
  return { simulator, sender: await senderForTest(simulator) }
}

/** A client certificate as `node:tls` takes it. */
export function tlsOf(issued: { certificate: string; privateKey: string; passphrase?: string }) {
  const { certificate: cert, privateKey: key, passphrase } = issued
  return passphrase === undefined ? { cert, key } : { cert, key, passphrase }
}

/** Resolves when a socket, stream or session is closed, whether by an error or not. */
export async function gone(socket: { once(event: 'close', listener: () => void): unknown }): Promise<void> {
  await new Promise<void>((resolve) => socket.once('close', () => resolve()))
}
