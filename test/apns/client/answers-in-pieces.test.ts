import { expect, test } from 'vitest'
import { frameFlags, frameTypes, pingFrame } from '../../../src/apns/wire/frames.js'
import { tokenOf, tokensOf } from './device-tokens.js'
import { dataFrame, frame, headerBlock, headersFrame, type PeerRequest, startRawPeer } from './raw-peer.js'
import { collect, counts } from './sums.js'

const message = { topic: 'com.example.app', payload: { aps: { alert: 'Hi' } } }
const gone = [
  [':status', '410'],
  ['apns-id', '123e4567-e89b-12d3-a456-4266554400a0'],
  ['retry-after', '7'],
] as const
const body = JSON.stringify({ reason: 'Unregistered', timestamp: 1_700_000_000_123 })
const expected = {
  kind: 'rejected',
  token: tokenOf(1),
  status: 410,
  apnsId: '123e4567-e89b-12d3-a456-4266554400a0',
  reason: 'Unregistered',
  timestamp: 1_700_000_000_123,
  retryAfterMs: 7000,
}

/** Sends one push and answers it with these writes. */
async function outcomeOf(answer: (request: PeerRequest) => void) {
  const peer = await startRawPeer((connection) => {
    connection.settings()
    connection.onRequest = answer
  })
  return await peer.client({ requestTimeoutMs: 5000 }).send({ ...message, token: tokenOf(1) })
}

test('in one piece', async () => {
  const outcome = await outcomeOf(({ connection, streamId }) =>
    connection.write(headersFrame(streamId, gone), dataFrame(streamId, body, { endStream: true })),
  )
  expect(outcome).toMatchObject(expected)
})

test('byte by byte', async () => {
  const outcome = await outcomeOf(async ({ connection, streamId }) => {
    connection.socket.setNoDelay(true)
    const bytes = Buffer.concat([
      headersFrame(streamId, gone),
      dataFrame(streamId, body, { endStream: true }),
    ])
    for (const byte of bytes) {
      await new Promise<unknown>((written) => connection.socket.write(Buffer.of(byte), written))
    }
  })
  expect(outcome).toMatchObject(expected)
})

test('over CONTINUATION frames, some of them empty, and several DATA frames', async () => {
  const outcome = await outcomeOf(({ connection, streamId }) => {
    const block = headerBlock(gone)
    connection.write(
      frame(frameTypes.HEADERS, 0, streamId, block.subarray(0, 1)),
      frame(frameTypes.CONTINUATION, 0, streamId, block.subarray(1, 20)),
      frame(frameTypes.CONTINUATION, 0, streamId, new Uint8Array(0)),
      frame(frameTypes.CONTINUATION, frameFlags.END_HEADERS, streamId, block.subarray(20)),
      dataFrame(streamId, body.slice(0, 5)),
      pingFrame(Buffer.alloc(8), false),
      dataFrame(streamId, ''),
      dataFrame(streamId, body.slice(5)),
      dataFrame(streamId, '', { endStream: true }),
    )
  })
  expect(outcome).toMatchObject(expected)
})

test('END_STREAM on HEADERS whose block is still to go on', async () => {
  const outcome = await outcomeOf(({ connection, streamId }) => {
    const block = headerBlock([[':status', '503']])
    connection.write(
      frame(frameTypes.HEADERS, frameFlags.END_STREAM, streamId, block.subarray(0, 2)),
      frame(frameTypes.CONTINUATION, frameFlags.END_HEADERS, streamId, block.subarray(2)),
    )
  })
  expect(outcome).toMatchObject({ kind: 'rejected', status: 503, reason: 'Status503' })
})

test('padded frames, with the fields of a priority', async () => {
  const outcome = await outcomeOf(({ connection, streamId }) => {
    const padded = Buffer.concat([Buffer.from([7, 0, 0, 0, 0, 16]), headerBlock(gone), Buffer.alloc(7)])
    const flags = frameFlags.END_HEADERS | frameFlags.PADDED | frameFlags.PRIORITY
    const data = Buffer.concat([Buffer.from([255]), Buffer.from(body), Buffer.alloc(255)])
    connection.write(
      frame(frameTypes.HEADERS, flags, streamId, padded),
      frame(frameTypes.DATA, frameFlags.END_STREAM | frameFlags.PADDED, streamId, data),
    )
  })
  expect(outcome).toMatchObject(expected)
})

test('behind an interim answer, and with trailers', async () => {
  const outcome = await outcomeOf(({ connection, streamId }) =>
    connection.write(
      headersFrame(streamId, [[':status', '103']]),
      headersFrame(streamId, gone),
      dataFrame(streamId, body),
      headersFrame(streamId, [['x-checksum', '1']], { endStream: true }),
    ),
  )
  expect(outcome).toMatchObject(expected)
})

test.each([
  ['nothing', ''],
  ['HTML', '<html><body>Bad Gateway</body></html>'],
  ['JSON that is no object', '[1]'],
  ['a reason that is no text', '{"reason":5}'],
  ['a reason with control characters', '{"reason":"a\\u0000b"}'],
  ['half of it', '{"reason":"Bad'],
])('a body of %s: the status speaks for itself', async (_name, text) => {
  const outcome = await outcomeOf(({ connection, streamId }) =>
    connection.write(
      headersFrame(streamId, [[':status', '502']]),
      dataFrame(streamId, text, { endStream: true }),
    ),
  )
  expect(outcome).toMatchObject({ kind: 'rejected', status: 502, reason: 'Status502' })
})

test('a reason never seen stays as it came', async () => {
  const outcome = await outcomeOf(({ connection, streamId }) =>
    connection.reject(streamId, 499, 'SomethingNew'),
  )
  expect(outcome).toMatchObject({ kind: 'rejected', status: 499, reason: 'SomethingNew' })
})

test('a large body of an answer is not kept, but its end is seen; the windows open again', async () => {
  const peer = await startRawPeer((connection) => {
    connection.settings()
    connection.onRequest = ({ streamId }) => {
      connection.write(headersFrame(streamId, [[':status', '500']]))
      for (let n = 0; n < 3; n++) connection.write(dataFrame(streamId, 'x'.repeat(16_000)))
      connection.write(dataFrame(streamId, '', { endStream: true }))
    }
  })
  const client = peer.client({ maxConcurrentStreams: 1 })
  const sum = await collect(client.sendMany(message, tokensOf(6)))
  expect(counts(sum)).toEqual({ accepted: 0, rejected: 6, unknown: 0, unsent: 0 })
  const { frames } = peer.connections[0]!
  const opened = () =>
    frames.filter(({ type, streamId }) => type === frameTypes.WINDOW_UPDATE && streamId === 0)
  // 48,000 bytes each: more than the half of the window that makes the client open it again.
  await expect.poll(opened).toHaveLength(6)
})

test('PING is answered with its own eight bytes', async () => {
  const peer = await startRawPeer((connection) => {
    connection.settings()
    connection.onRequest = () => connection.write(pingFrame(Buffer.from('12345678'), false))
    connection.onFrame = ({ type, payload }) => {
      if (type === frameTypes.PING && payload.toString() === '12345678') connection.accept(1)
    }
  })
  await expect(peer.client().send({ ...message, token: tokenOf(1) })).resolves.toMatchObject({
    kind: 'accepted',
  })
})

test('answers with a header table, until the server has agreed to keep none', async () => {
  const peer = await startRawPeer((connection) => {
    connection.settings()
    const remembered = frame(
      frameTypes.HEADERS,
      5,
      1,
      // `:status: 429` with indexing.
      Buffer.from([0x48, 3, ...Buffer.from('429')]),
    )
    connection.onRequest = ({ streamId }) => {
      if (streamId === 1) connection.write(remembered)
      // After the acknowledgement the table is empty: entry 62 would be an error.
      else connection.write(frame(frameTypes.HEADERS, 5, streamId, Buffer.from([0x20, 0x88])))
    }
  })
  const client = peer.client()
  await expect(client.send({ ...message, token: tokenOf(1) })).resolves.toMatchObject({
    kind: 'rejected',
    status: 429,
  })
  await expect(client.send({ ...message, token: tokenOf(2) })).resolves.toMatchObject({ kind: 'accepted' })
})

test.each([true, false])(
  'a server that keeps its header table although it was asked not to; single sends: %s',
  async (single) => {
    const peer = await startRawPeer((connection) => {
      connection.settings()
      connection.onRequest = ({ streamId, token }) => {
        const server = streamId === 1 ? [0x40, 6, ...Buffer.from('server'), 3, ...Buffer.from('h2o')] : [0xbe]
        // `:status` 200 and 400 are both in the static table.
        const status = token === tokenOf(7) ? 0x8c : 0x88
        connection.write(frame(frameTypes.HEADERS, 5, streamId, Buffer.from([status, ...server])))
      }
    })
    const client = peer.client()
    if (single) {
      const outcomes = await Promise.all(tokensOf(10).map((token) => client.send({ ...message, token })))
      expect(outcomes.map((it) => ('status' in it ? it.status : it.cause))).toEqual([
        ...Array(7).fill(200),
        400,
        200,
        200,
      ])
    } else {
      const sum = await collect(client.sendMany(message, tokensOf(10)))
      expect(sum).toMatchObject({ accepted: 9, rejected: [{ index: 7, status: 400 }] })
    }
    expect(peer.connections).toHaveLength(1)
  },
)
