import { expect, test } from 'vitest'
import { frameFlags, frameTypes, settingIds } from '../../../src/apns/wire/frames.js'
import { errorCodes } from '../../../src/apns/wire/protocol-error.js'
import { tokenOf, tokensOf } from './device-tokens.js'
import { dataFrame, frame, headersFrame, type PeerConnection, startRawPeer } from './raw-peer.js'
import { collect, counts } from './sums.js'

const message = { topic: 'com.example.app', payload: { aps: { alert: 'Hi' } } }

/** Sends pushes one after the other, each answered by `answer`; returns how many were accepted. */
async function sendWith(pushes: number, answer: (connection: PeerConnection, streamId: number) => void) {
  const peer = await startRawPeer((connection) => {
    connection.settings([settingIds.MAX_CONCURRENT_STREAMS, 1])
    connection.onRequest = ({ streamId }) => answer(connection, streamId)
  })
  const sum = await collect(peer.client().sendMany(message, tokensOf(pushes)))
  expect(peer.connections).toHaveLength(1)
  return { sum, frames: peer.connections[0]!.frames }
}

test('status 200 with a body, with trailers, and with both: accepted', async () => {
  const trailers = (streamId: number) => headersFrame(streamId, [['x-sum', '1']], { endStream: true })
  const answers: ((c: PeerConnection, id: number) => void)[] = [
    (c, id) =>
      c.write(headersFrame(id, [[':status', '200']]), dataFrame(id, '{"reason":"?"}', { endStream: true })),
    (c, id) => c.write(headersFrame(id, [[':status', '200']]), trailers(id)),
    (c, id) => c.write(headersFrame(id, [[':status', '200']]), dataFrame(id, 'x'.repeat(9000)), trailers(id)),
  ]
  const { sum } = await sendWith(9, (connection, streamId) =>
    answers[(streamId >> 1) % 3]!(connection, streamId),
  )
  expect(counts(sum)).toEqual({ accepted: 9, rejected: 0, unknown: 0, unsent: 0 })
})

test('a body as long as its window is taken, padding included, and the window of the connection opens again', async () => {
  const { sum, frames } = await sendWith(5, (connection, streamId) =>
    connection.write(
      headersFrame(streamId, [[':status', '413']]),
      ...Array.from({ length: 3 }, () => dataFrame(streamId, 'x'.repeat(16_384))),
      frame(
        frameTypes.DATA,
        frameFlags.PADDED | frameFlags.END_STREAM,
        streamId,
        // 65535 bytes in all.
        Buffer.concat([Buffer.of(255), Buffer.alloc(16_383 - 1)]),
      ),
    ),
  )
  expect(counts(sum)).toEqual({ accepted: 0, rejected: 5, unknown: 0, unsent: 0 })
  expect(sum.rejected[0]).toMatchObject({ status: 413, reason: 'Status413' })
  expect(frames.filter(({ type }) => type === frameTypes.WINDOW_UPDATE).length).toBeGreaterThan(4)
})

test('a body that stops at its window, as it would in a server that keeps to it: the push runs out of time', async () => {
  const peer = await startRawPeer((connection) => {
    connection.settings()
    connection.onRequest = ({ streamId }) =>
      connection.write(
        headersFrame(streamId, [[':status', '500']]),
        ...Array.from({ length: 3 }, () => dataFrame(streamId, 'x'.repeat(16_384))),
        dataFrame(streamId, 'x'.repeat(16_383)),
      )
  })
  const outcome = await peer.client({ requestTimeoutMs: 50 }).send({ ...message, token: tokenOf(1) })
  expect(outcome).toMatchObject({ kind: 'unknown', cause: { code: 'PUSH_ERR_APNS_TIMEOUT' } })
})

test('frames on a stream that has ended change nothing: each push ends once', async () => {
  const { sum } = await sendWith(20, (connection, streamId) => {
    connection.accept(streamId)
    connection.write(
      dataFrame(streamId, 'more', { endStream: true }),
      headersFrame(streamId, [[':status', '400']]),
      dataFrame(streamId, '{"reason":"BadDeviceToken"}', { endStream: true }),
      headersFrame(streamId, [[':status', '103']]),
    )
    connection.openWindow(streamId, 1000)
    connection.reset(streamId, errorCodes.STREAM_CLOSED)
  })
  expect(counts(sum)).toEqual({ accepted: 20, rejected: 0, unknown: 0, unsent: 0 })
})

test('DATA without end on a stream that has ended: its bytes are counted, and the connection goes on', async () => {
  const { sum, frames } = await sendWith(20, (connection, streamId) => {
    connection.accept(streamId)
    for (let part = 0; part < 4; part++) connection.write(dataFrame(streamId, 'x'.repeat(16_000)))
  })
  expect(counts(sum)).toEqual({ accepted: 20, rejected: 0, unknown: 0, unsent: 0 })
  expect(frames.filter(({ type }) => type === frameTypes.WINDOW_UPDATE).length).toBeGreaterThan(10)
})
