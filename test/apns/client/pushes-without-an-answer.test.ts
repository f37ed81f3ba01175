import { describe, expect, test } from 'vitest'
import { frameTypes } from '../../../src/apns/wire/frames.js'
import { tokenOf, tokensOf } from './device-tokens.js'
import { type PeerFrame, type RawPeer, startRawPeer } from './raw-peer.js'
import { collect, counts } from './sums.js'

const message = { topic: 'com.example.app', payload: { aps: { alert: 'Hi' } } }
/** A connection that brings no answer is not the last try. */
const patient = { connectAttempts: 5 }
const push = { ...message, token: tokenOf(1) }

/** A peer that loses the first requests: it cuts the connection as soon as one is there. */
function losing(requests: number): Promise<RawPeer> {
  let lost = 0
  return startRawPeer((connection) => {
    connection.settings()
    connection.onRequest = ({ streamId }) => {
      if (lost++ < requests) connection.socket.destroy()
      else connection.accept(streamId)
    }
  })
}

describe('a push that may have left and has no answer', () => {
  test('is unknown, and not sent again', async () => {
    const peer = await losing(1)
    expect(await peer.client().send(push)).toMatchObject({
      kind: 'unknown',
      cause: { code: 'PUSH_ERR_APNS_CONNECTION_LOST' },
    })
    expect(peer.requests).toHaveLength(1)
  })

  test('is sent again where the caller accepts a duplicate', async () => {
    const peer = await losing(1)
    expect(await peer.client(patient).send(push, { onUnknown: 'replay' })).toMatchObject({ kind: 'accepted' })
    expect(peer.requests).toHaveLength(2)
  })

  test('is sent again where it has a collapse id, unless the caller wants to know', async () => {
    const collapsing = { ...push, collapseId: 'score' }
    const peer = await losing(1)
    expect(await peer.client(patient).send(collapsing)).toMatchObject({ kind: 'accepted' })
    const other = await losing(1)
    expect(await other.client().send(collapsing, { onUnknown: 'report' })).toMatchObject({ kind: 'unknown' })
  })

  test('is sent three times at the most, and is unknown then', async () => {
    const peer = await losing(100)
    const client = peer.client({ connectAttempts: 100 })
    expect(await client.send(push, { onUnknown: 'replay' })).toMatchObject({ kind: 'unknown' })
    expect(peer.requests).toHaveLength(3)
  })

  test('that times out is sent again', async () => {
    const peer = await startRawPeer((connection) => {
      connection.settings()
      connection.onFrame = (frame) => connection.pong(frame)
      connection.onRequest = ({ streamId }) => {
        if (peer.requests.length > 1) connection.accept(streamId)
      }
    })
    const client = peer.client({ requestTimeoutMs: 100, ...patient })
    expect(await client.send(push, { onUnknown: 'replay' })).toMatchObject({ kind: 'accepted' })
  })

  test('makes the connection show that it lives before it gets more', async () => {
    const pings: PeerFrame[] = []
    const peer = await startRawPeer((connection) => {
      connection.settings()
      connection.onFrame = (frame) => {
        if (frame.type === frameTypes.PING) pings.push(frame)
      }
      connection.onRequest = ({ streamId }) => {
        if (peer.requests.length > 1) connection.accept(streamId)
      }
    })
    const client = peer.client({ requestTimeoutMs: 3_000 })
    expect(await client.send(push)).toMatchObject({
      kind: 'unknown',
      cause: { code: 'PUSH_ERR_APNS_TIMEOUT' },
    })
    const second = client.send({ ...push, token: tokenOf(2) })
    await expect.poll(() => pings.length).toBe(1)
    expect(peer.requests).toHaveLength(1)
    peer.connections[0]!.pong(pings[0]!)
    expect(await second).toMatchObject({ kind: 'accepted' })
    expect(peer.connections).toHaveLength(1)
  })

  test('is unknown and not unsent when no connection can be made any more', async () => {
    let isGone = false
    const peer = await startRawPeer((connection) => {
      if (isGone) {
        connection.socket.destroy()
        return
      }
      connection.settings()
      connection.onRequest = () => {
        isGone = true
        connection.socket.destroy()
      }
    })
    expect(await peer.client().send(push, { onUnknown: 'replay' })).toMatchObject({ kind: 'unknown' })
    expect(peer.requests).toHaveLength(1)
  })

  test('is unknown when the client is closed before it is sent again', async () => {
    const peer = await startRawPeer((connection) => {
      if (connection.number === 1) connection.settings()
      connection.onRequest = () => connection.socket.destroy()
    })
    const client = peer.client({ ...patient })
    const outcome = client.send(push, { onUnknown: 'replay' })
    while (peer.connections.length < 2) await new Promise((resolve) => setTimeout(resolve, 10))
    await client.close()
    expect(await outcome).toMatchObject({ kind: 'unknown' })
  })

  test('in a campaign: each device ends once', async () => {
    const peer = await losing(2)
    const client = peer.client({ connectAttempts: 100 })
    const sum = await collect(client.sendMany(message, tokensOf(300), { onUnknown: 'replay' }))
    expect(counts(sum)).toEqual({ accepted: 300, rejected: 0, unknown: 0, unsent: 0 })
  })
})

test('onUnknown is checked', async () => {
  const peer = await losing(0)
  const client = peer.client()
  const wrong = { onUnknown: 'resend' as 'replay' }
  const error = expect.objectContaining({ code: 'PUSH_ERR_INPUT_INVALID', field: 'onUnknown' })
  await expect(client.send(push, wrong)).rejects.toEqual(error)
  expect(() => client.sendMany(message, tokensOf(1), wrong)).toThrow(error)
})

test('an answer that came while the event loop was busy is read before the push counts as unanswered', async () => {
  const requestTimeoutMs = 300
  const peer = await startRawPeer((connection) => {
    connection.settings()
    connection.onRequest = ({ streamId }) => {
      connection.accept(streamId)
      const end = performance.now() + 2 * requestTimeoutMs
      while (performance.now() < end);
    }
  })
  expect(await peer.client({ requestTimeoutMs }).send(push)).toMatchObject({ kind: 'accepted' })
})
