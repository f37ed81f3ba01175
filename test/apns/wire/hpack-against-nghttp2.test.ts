// nghttp2, inside node:http2, is the independent half: it decodes what our encoder writes, and writes what our decoder reads.
import { createServer, type ServerHttp2Session, type ServerHttp2Stream, sensitiveHeaders } from 'node:http2'
import { type AddressInfo, connect, type Socket } from 'node:net'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { FrameParser } from '../../../src/apns/wire/frame-parser.js'
import {
  CONNECTION_PREFACE,
  frameFlags,
  frameTypes,
  settingIds,
  settingsAckFrame,
  settingsFrame,
  writeFrameHeader,
} from '../../../src/apns/wire/frames.js'
import { type HeaderField, HpackDecoder } from '../../../src/apns/wire/hpack-decoder.js'
import { HpackEncoder } from '../../../src/apns/wire/hpack-encoder.js'
import { readSettings } from '../../../src/apns/wire/peer-settings.js'

/** One request and its answer. */
interface Exchange {
  /** What the server's header table is from now on, where it changes. */
  tableBytes: number | null
  request: { name: string; value: string; indexed: boolean }[]
  /** `sensitive` fields go out as never indexed. */
  answer: { name: string; value: string; sensitive: boolean }[]
}

// Visible characters, those over 127 too, and white space inside: what a field may hold (RFC 9113 section 8.2.1).
const value = fc
  .string({
    unit: fc
      .oneof(fc.integer({ min: 0x20, max: 0x7e }), fc.integer({ min: 0x80, max: 0xff }))
      .map((code) => String.fromCharCode(code)),
    maxLength: 150,
  })
  .map((text) => `v${text}v`)
const fieldValue = fc.oneof(fc.constantFrom('com.example.app', 'alert', ''), value)
const exchange: fc.Arbitrary<Exchange> = fc.record({
  tableBytes: fc.option(fc.oneof(fc.constantFrom(0, 60, 200, 4096), fc.integer({ min: 0, max: 20_000 })), {
    freq: 3,
  }),
  request: fc.array(
    fc.record({
      name: fc.constantFrom('apns-topic', 'apns-push-type', 'authorization', 'x-a', 'x-b'),
      value: fieldValue,
      indexed: fc.boolean(),
    }),
    { maxLength: 6 },
  ),
  answer: fc.uniqueArray(
    fc.record({
      name: fc.constantFrom('apns-id', 'apns-unique-id', 'retry-after', 'server', 'x-a', 'x-b'),
      value: fieldValue,
      sensitive: fc.boolean(),
    }),
    { selector: ({ name }) => name, maxLength: 6 },
  ),
})

/** Our codec on a plain socket, one exchange at a time. */
class Client {
  readonly #socket: Socket
  readonly #encoder = new HpackEncoder()
  readonly #decoder = new HpackDecoder()
  readonly #authority: string
  #streamId = -1
  #onAnswer: (fields: HeaderField[]) => void = () => {}
  #onError: (error: unknown) => void = () => {}
  /** SETTINGS of the server so far. */
  settings = 0
  onSettings: () => void = () => {}

  constructor(port: number, tableBytes: number) {
    this.#authority = `localhost:${port}`
    this.#socket = connect(port, '127.0.0.1').setNoDelay(true)
    const parser = new FrameParser({
      onFrame: (type, flags, _streamId, bytes, start, end) => {
        if (type === frameTypes.HEADERS) this.#onAnswer(this.#decoder.decode(bytes, start, end))
        if (type === frameTypes.GOAWAY || type === frameTypes.RST_STREAM)
          throw new Error('the server gave up')
        if (type !== frameTypes.SETTINGS) return
        if ((flags & frameFlags.ACK) !== 0) {
          this.#decoder.setAllowedTableBytes(tableBytes)
          return
        }
        for (const size of readSettings(bytes, start, end).headerTableBytes ?? [])
          this.#encoder.setMaxTableBytes(size)
        this.#socket.write(settingsAckFrame())
        this.settings++
        this.onSettings()
      },
    })
    this.#socket.on('data', (chunk) => {
      try {
        parser.feed(chunk)
      } catch (error) {
        this.#onError(error)
      }
    })
    this.#socket.on('error', (error) => this.#onError(error))
    this.#socket.write(CONNECTION_PREFACE)
    this.#socket.write(settingsFrame([[settingIds.HEADER_TABLE_SIZE, tableBytes]]))
  }

  /** Sends a request and resolves with the fields of its answer. */
  request(fields: Exchange['request']): Promise<HeaderField[]> {
    const block: number[] = []
    this.#encoder.takeSizeUpdate(block)
    block.push(0x83, 0x87)
    this.#encoder.indexed(block, [':authority', this.#authority])
    this.#encoder.literal(block, [':path', '/3/device/00'])
    for (const { name, value, indexed } of fields) {
      if (indexed) this.#encoder.indexed(block, [name, value])
      else this.#encoder.literal(block, [name, value])
    }
    const frame = Buffer.alloc(9 + block.length)
    this.#streamId += 2
    const flags = frameFlags.END_HEADERS | frameFlags.END_STREAM
    frame.set(block, writeFrameHeader(frame, 0, block.length, frameTypes.HEADERS, flags, this.#streamId))
    this.#socket.write(frame)
    return new Promise((resolve, reject) => {
      this.#onAnswer = resolve
      this.#onError = reject
    })
  }

  close(): void {
    this.#socket.destroy()
  }
}

/** Runs the exchanges over one connection; resolves with what the server saw and what we read of its answers. */
async function run(exchanges: readonly Exchange[], tableBytes: number) {
  const requests: HeaderField[][] = []
  const answers: HeaderField[][] = []
  let next: Exchange | undefined
  let session: ServerHttp2Session | undefined
  const server = createServer({ settings: { headerTableSize: 4096 } })
  server.on('session', (one) => {
    session = one
  })
  server.on('connection', (socket: Socket) => socket.setNoDelay(true))
  // The fourth argument, the fields as they came, is missing in the types of Node.js 20.
  server.on('stream', ((stream: ServerHttp2Stream, _headers: object, _flags: number, raw: string[]) => {
    requests.push(raw.flatMap((text, at) => (at % 2 === 0 ? [[text, raw[at + 1]!] as const] : [])))
    const answer = next!.answer
    stream.respond(
      {
        ':status': 200,
        date: 'now',
        ...Object.fromEntries(answer.map(({ name, value }) => [name, value])),
        [sensitiveHeaders]: answer.filter(({ sensitive }) => sensitive).map(({ name }) => name),
      },
      { endStream: true },
    )
  }) as (stream: ServerHttp2Stream) => void)
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const { port } = server.address() as AddressInfo
  const client = new Client(port, tableBytes)
  try {
    for (next of exchanges) {
      if (next.tableBytes !== null && session !== undefined) {
        const before = client.settings
        const arrived = new Promise<void>((resolve) => {
          client.onSettings = () => {
            if (client.settings > before) resolve()
          }
        })
        session.settings({ headerTableSize: next.tableBytes })
        await arrived
      }
      answers.push(await client.request(next.request))
    }
  } finally {
    client.close()
    await new Promise((closed) => server.close(closed))
  }
  return { requests, answers, authority: `localhost:${port}` }
}

test('under any table sizes, nghttp2 reads what we wrote and we read what it wrote', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(exchange, { minLength: 1, maxLength: 12 }),
      fc.constantFrom(0, 100, 4096),
      async (exchanges, tableBytes) => {
        const { requests, answers, authority } = await run(exchanges, tableBytes)
        expect(requests).toEqual(
          exchanges.map(({ request }) => [
            [':method', 'POST'],
            [':scheme', 'https'],
            [':authority', authority],
            [':path', '/3/device/00'],
            ...request.map(({ name, value }) => [name, value]),
          ]),
        )
        const expected = exchanges.map(({ answer }) => [
          [':status', '200'],
          ['date', 'now'],
          ...answer.map(({ name, value }) => [name, value]),
        ])
        const sorted = (list: unknown[][]) => list.map((fields) => fields.map(String).sort())
        expect(sorted(answers)).toEqual(sorted(expected))
      },
    ),
    { numRuns: 60 },
  )
})
