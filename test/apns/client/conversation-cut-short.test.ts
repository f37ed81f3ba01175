import { describe, expect, test } from 'vitest'
import {
  frameFlags,
  frameTypes,
  pingFrame,
  settingsAckFrame,
  settingsFrame,
} from '../../../src/apns/wire/frames.js'
import { tokensOf } from './device-tokens.js'
import { dataFrame, frame, headerBlock, headersFrame, type PeerConnection, startRawPeer } from './raw-peer.js'

const message = { topic: 'com.example.app', payload: { aps: { alert: 'Hi' } } }
const apnsId = ['apns-id', '123e4567-e89b-12d3-a456-4266554400a0'] as const
const greeting = settingsFrame([[3, 100]])
const acknowledgement = settingsAckFrame()
const refusal = headerBlock([[':status', '410'], apnsId])
const { HEADERS, DATA, CONTINUATION } = frameTypes

/** All that a server says to three pushes on streams 1, 3 and 5, and behind which of its frames which push has its answer. */
const answers: readonly (readonly [frame: Uint8Array, answered?: number])[] = [
  [headersFrame(1, [[':status', '200'], apnsId], { endStream: true }), 1],
  [headersFrame(5, [[':status', '200']])],
  [frame(HEADERS, 0, 3, refusal.subarray(0, 9))],
  [frame(CONTINUATION, frameFlags.END_HEADERS, 3, refusal.subarray(9))],
  [pingFrame(Buffer.alloc(8), false)],
  [dataFrame(3, '{"reason":"Unreg')],
  [dataFrame(5, '', { endStream: true }), 5],
  [
    frame(
      DATA,
      frameFlags.END_STREAM | frameFlags.PADDED,
      3,
      Buffer.concat([Buffer.of(3), Buffer.from('istered"}'), Buffer.alloc(3)]),
    ),
    3,
  ],
]
const beginning = Buffer.concat([greeting, acknowledgement])
const conversation = Buffer.concat([beginning, ...answers.map(([bytes]) => bytes)])

/** The streams that have their answers when so much of the conversation has come. */
function answeredBy(bytes: number): number[] {
  let end = beginning.length
  return answers.flatMap(([{ length }, answered]) => {
    end += length
    return answered !== undefined && end <= bytes ? [answered] : []
  })
}

const answerOf: Record<number, object> = {
  1: { kind: 'accepted', apnsId: apnsId[1] },
  3: { kind: 'rejected', status: 410, reason: 'Unregistered', apnsId: apnsId[1] },
  5: { kind: 'accepted' },
}

describe('a server that ends the connection after any byte: each push has its answer, or is unknown', () => {
  const cuts: readonly (readonly [name: string, cut: (connection: PeerConnection) => void])[] = [
    ['by closing it', (connection) => connection.socket.end()],
    ['by a reset', (connection) => connection.hangUp()],
  ]
  // Hundreds of connections: longer than other tests on a machine that has much to do.
  test.each(cuts)('%s', { timeout: 120_000 }, async (name, cut) => {
    let bytes = 0
    const streams = new Map<string, number>()
    const peer = await startRawPeer((connection) => {
      connection.write(conversation.subarray(0, Math.min(bytes, beginning.length)))
      if (bytes < beginning.length) {
        cut(connection)
        return
      }
      connection.onRequest = ({ token, streamId }) => {
        streams.set(token, streamId)
        if (connection.requests.length < 3) return
        connection.write(conversation.subarray(beginning.length, bytes))
        cut(connection)
      }
    })
    for (bytes = 0; bytes <= conversation.length; bytes++) {
      streams.clear()
      const client = peer.client()
      const outcomes = await Promise.all(tokensOf(3).map((token) => client.send({ ...message, token })))
      await client.close()
      const kinds = outcomes.map(({ kind }) => kind)
      if (bytes < beginning.length) {
        // Without SETTINGS nothing leaves; behind them, it may have left.
        for (const kind of kinds) {
          if (bytes < greeting.length) expect(kind).toBe('unsent')
          else expect(['unsent', 'unknown']).toContain(kind)
        }
        continue
      }
      const answered = answeredBy(bytes)
      for (const outcome of outcomes) {
        const streamId = streams.get(outcome.token)!
        const lost = { kind: 'unknown', cause: { code: 'PUSH_ERR_APNS_CONNECTION_LOST' } }
        // A reset may overtake what was written before it.
        const expected = name === 'by a reset' && outcome.kind === 'unknown' ? lost : answerOf[streamId]!
        expect(outcome, `${bytes} bytes, stream ${streamId}`).toMatchObject(
          answered.includes(streamId) ? expected : lost,
        )
      }
    }
  })
})
