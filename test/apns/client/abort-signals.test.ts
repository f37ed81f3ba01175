import { describe, expect, test } from 'vitest'
import { tokenOf } from './device-tokens.js'
import { type PeerConnection, startRawPeer } from './raw-peer.js'

const push = { topic: 'com.example.app', payload: { aps: { alert: 'Hi' } }, token: tokenOf(1) }

describe('connect', () => {
  test('with a signal that has fired: nothing is opened', async () => {
    const peer = await startRawPeer((connection) => connection.settings())
    const client = peer.client()
    await expect(client.connect({ signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'PUSH_ERR_ABORTED',
    })
    await client.connect()
    expect(peer.connections).toHaveLength(1)
  })

  test('an abort ends the waiting of its caller only: the connection goes on for the others', async () => {
    const { promise, resolve } = withResolvers<PeerConnection>()
    const peer = await startRawPeer(resolve)
    const client = peer.client()
    const abort = new AbortController()
    const aborted = client.connect({ signal: abort.signal })
    const waiting = client.connect({ signal: new AbortController().signal })
    const sending = client.send(push)
    const connection = await promise
    abort.abort()
    await expect(aborted).rejects.toMatchObject({ code: 'PUSH_ERR_ABORTED' })
    connection.settings()
    await expect(waiting).resolves.toMatchObject({ tlsVersion: 'TLSv1.3' })
    await expect(sending).resolves.toMatchObject({ kind: 'accepted' })
    expect(peer.connections).toHaveLength(1)
  })

  test('an abort in the time between two attempts', async () => {
    const peer = await startRawPeer((connection) => connection.socket.destroy())
    const client = peer.client({ connectAttempts: 100 })
    const abort = new AbortController()
    const waiting = client.connect({ signal: abort.signal })
    await expect.poll(() => peer.connections.length).toBeGreaterThan(1)
    abort.abort()
    await expect(waiting).rejects.toMatchObject({ code: 'PUSH_ERR_ABORTED' })
    await client.close()
  })

  test('a signal that never fires changes nothing, and is not held', async () => {
    const peer = await startRawPeer((connection) => connection.settings())
    const client = peer.client()
    const { signal } = new AbortController()
    let listeners = 0
    const { addEventListener, removeEventListener } = signal
    signal.addEventListener = (...args: Parameters<typeof addEventListener>) => {
      listeners++
      addEventListener.apply(signal, args)
    }
    signal.removeEventListener = (...args: Parameters<typeof removeEventListener>) => {
      listeners--
      removeEventListener.apply(signal, args)
    }
    await client.connect({ signal })
    expect(listeners).toBe(0)
    await client.close({ signal })
    expect(listeners).toBe(0)
  })
})

describe('close', () => {
  /** A client with one push in flight that is never answered. */
  async function drainingClient() {
    const { promise, resolve } = withResolvers<void>()
    const peer = await startRawPeer((connection) => {
      connection.settings()
      connection.onRequest = () => resolve()
    })
    const client = peer.client({ requestTimeoutMs: 600_000 })
    const sending = client.send(push)
    await promise
    return { client, sending }
  }

  test('an abort ends the drain at once: what is in flight is unknown', async () => {
    const { client, sending } = await drainingClient()
    const abort = new AbortController()
    const closing = client.close({ signal: abort.signal })
    abort.abort()
    await closing
    await expect(sending).resolves.toMatchObject({ kind: 'unknown', cause: { code: 'PUSH_ERR_CLOSED' } })
  })

  test('so does a signal that has fired', async () => {
    const { client, sending } = await drainingClient()
    await client.close({ signal: AbortSignal.abort() })
    await expect(sending).resolves.toMatchObject({ kind: 'unknown' })
  })

  test('and one that is given to a second call', async () => {
    const { client, sending } = await drainingClient()
    const first = client.close()
    await client.close({ signal: AbortSignal.abort() })
    await first
    await expect(sending).resolves.toMatchObject({ kind: 'unknown' })
  })

  test('without a connection it makes no difference', async () => {
    const peer = await startRawPeer(() => {})
    await peer.client().close({ signal: AbortSignal.abort() })
    expect(peer.connections).toHaveLength(0)
  })
})

function withResolvers<T>() {
  let resolve: (value: T) => void = () => {}
  const promise = new Promise<T>((resolved) => {
    resolve = resolved
  })
  return { promise, resolve }
}
