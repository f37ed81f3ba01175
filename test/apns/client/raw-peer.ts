/** A server that speaks HTTP/2 frames by hand, so that it can do what no server should. */
import { mkdtempSync, rmSync } from 'node:fs'
import type { AddressInfo, Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createServer, type Server, type TLSSocket } from 'node:tls'
import { onTestFinished } from 'vitest'
import { ApnsClient, type ApnsClientOptions } from '../../../src/apns/index.js'
import { FrameParser } from '../../../src/apns/wire/frame-parser.js'
import {
  CONNECTION_PREFACE,
  frameFlags,
  frameTypes,
  goAwayFrame,
  pingFrame,
  readUint32,
  rstStreamFrame,
  settingIds,
  settingsAckFrame,
  settingsFrame,
  windowUpdateFrame,
  writeFrameHeader,
  writeUint32,
} from '../../../src/apns/wire/frames.js'
import { type HeaderField, HpackDecoder } from '../../../src/apns/wire/hpack-decoder.js'
import { HpackEncoder } from '../../../src/apns/wire/hpack-encoder.js'
import { openSimulatorFiles } from '../../../src/simulator/certificates/simulator-files.js'

/** A frame as it came from the client. */
export interface PeerFrame {
  type: number
  flags: number
  streamId: number
  payload: Buffer
}

/** A request that is complete. */
export interface PeerRequest {
  streamId: number
  headers: Record<string, string>
  /** The last part of the path. */
  token: string
  body: string
  connection: PeerConnection
}

/** One connection of the client, from the server's side. */
export class PeerConnection {
  /** Counts from 1. */
  readonly number: number
  readonly socket: TLSSocket
  /** All frames that came. */
  readonly frames: PeerFrame[] = []
  /** All complete requests. */
  readonly requests: PeerRequest[] = []
  onRequest: (request: PeerRequest) => void = ({ streamId }) => this.accept(streamId)
  onFrame: (frame: PeerFrame) => void = () => {}
  readonly #decoder = new HpackDecoder()
  /** The table sizes of each of our SETTINGS that the client has not acknowledged. */
  readonly #tableSizes: number[][] = []
  readonly #open = new Map<number, { headers: Record<string, string>; body: Buffer[] }>()
  readonly #tcpSocket: Socket

  constructor(number: number, socket: TLSSocket, tcpSocket: Socket) {
    this.number = number
    this.socket = socket
    this.#tcpSocket = tcpSocket
    let preface = CONNECTION_PREFACE.length
    const parser = new FrameParser({
      onFrame: (type, flags, streamId, bytes, start, end) =>
        this.#take({ type, flags, streamId, payload: Buffer.from(bytes.subarray(start, end)) }),
    })
    socket.on('error', () => {})
    socket.on('data', (chunk: Buffer) => {
      const skipped = Math.min(preface, chunk.length)
      preface -= skipped
      parser.feed(chunk.subarray(skipped))
    })
  }

  write(...frames: Uint8Array[]): void {
    if (!this.socket.destroyed) this.socket.write(Buffer.concat(frames))
  }

  settings(...settings: (readonly [id: number, value: number])[]): void {
    const tableSizes = settings.filter(([id]) => id === settingIds.HEADER_TABLE_SIZE)
    this.#tableSizes.push(tableSizes.map(([, value]) => value))
    this.write(settingsFrame(settings))
  }

  /** `:status: 200` and no body. */
  accept(streamId: number): void {
    this.write(headersFrame(streamId, [[':status', '200']], { endStream: true }))
  }

  reject(streamId: number, status: number, reason: string, fields: readonly HeaderField[] = []): void {
    this.write(
      headersFrame(streamId, [[':status', String(status)], ...fields]),
      dataFrame(streamId, JSON.stringify({ reason }), { endStream: true }),
    )
  }

  goAway(lastStreamId: number, errorCode = 0, debug = ''): void {
    const frame = Buffer.concat([goAwayFrame(errorCode), Buffer.from(debug)])
    writeFrameHeader(frame, 0, 8 + Buffer.byteLength(debug), frameTypes.GOAWAY, 0, 0)
    writeUint32(frame, 9, lastStreamId)
    this.write(frame)
  }

  reset(streamId: number, errorCode: number): void {
    this.write(rstStreamFrame(streamId, errorCode))
  }

  /** Ends the connection by a TCP reset, as soon as what was written is out. */
  hangUp(): void {
    this.socket.write('', () => this.#tcpSocket.resetAndDestroy())
  }

  /** Answers a PING, where the frame is one. */
  pong({ type, flags, payload }: PeerFrame): void {
    if (type === frameTypes.PING && (flags & frameFlags.ACK) === 0) this.write(pingFrame(payload, true))
  }

  openWindow(streamId: number, bytes: number): void {
    this.write(windowUpdateFrame(streamId, bytes))
  }

  #takeSettings(flags: number): void {
    if ((flags & frameFlags.ACK) === 0) {
      this.write(settingsAckFrame())
      return
    }
    for (const bytes of this.#tableSizes.shift() ?? []) this.#decoder.setAllowedTableBytes(bytes)
  }

  #take(frame: PeerFrame): void {
    const { type, flags, streamId, payload } = frame
    this.frames.push(frame)
    if (type === frameTypes.SETTINGS) this.#takeSettings(flags)
    if (type === frameTypes.RST_STREAM) this.#open.delete(streamId)
    if (type === frameTypes.HEADERS) {
      const fields = this.#decoder.decode(payload, 0, payload.length)
      this.#open.set(streamId, { headers: Object.fromEntries(fields), body: [] })
    }
    if (type === frameTypes.DATA) this.#open.get(streamId)?.body.push(payload)
    this.onFrame(frame)
    const stream = this.#open.get(streamId)
    if (stream === undefined || (flags & frameFlags.END_STREAM) === 0) return
    this.#open.delete(streamId)
    const request: PeerRequest = {
      streamId,
      headers: stream.headers,
      token: stream.headers[':path']?.split('/').at(-1) ?? '',
      body: Buffer.concat(stream.body).toString(),
      connection: this,
    }
    this.requests.push(request)
    this.onRequest(request)
  }
}

/** HEADERS, in one frame unless told otherwise. Fields are literals that go into no table. */
export function headersFrame(
  streamId: number,
  fields: readonly HeaderField[],
  options: { endStream?: boolean; endHeaders?: boolean } = {},
): Buffer {
  const { endStream = false, endHeaders = true } = options
  const flags = (endStream ? frameFlags.END_STREAM : 0) | (endHeaders ? frameFlags.END_HEADERS : 0)
  return frame(frameTypes.HEADERS, flags, streamId, headerBlock(fields))
}

/** A header block; `:status: 200` is the one byte of the static table. */
export function headerBlock(fields: readonly HeaderField[]): Buffer {
  const encoder = new HpackEncoder()
  const block: number[] = []
  for (const field of fields) {
    if (field[0] === ':status' && field[1] === '200') block.push(0x88)
    else encoder.literal(block, field)
  }
  return Buffer.from(block)
}

export function dataFrame(streamId: number, body: string, options: { endStream?: boolean } = {}): Buffer {
  return frame(
    frameTypes.DATA,
    options.endStream === true ? frameFlags.END_STREAM : 0,
    streamId,
    Buffer.from(body),
  )
}

/** Any frame. */
export function frame(type: number, flags: number, streamId: number, payload: Uint8Array): Buffer {
  const bytes = Buffer.alloc(9 + payload.length)
  writeFrameHeader(bytes, 0, payload.length, type, flags, streamId)
  bytes.set(payload, 9)
  return bytes
}

/** The code in a RST_STREAM or the second word of a GOAWAY. */
export function errorCodeOf(frame: PeerFrame): number {
  return readUint32(frame.payload, frame.type === frameTypes.GOAWAY ? 4 : 0)
}

const folder = mkdtempSync(join(tmpdir(), 'ios-notifications-raw-peer-'))
const files = openSimulatorFiles(folder, ['localhost', '127.0.0.1', 'fd00::1'])
rmSync(folder, { recursive: true })

/** A running server with its connections. */
export interface RawPeer {
  readonly port: number
  /** The certificate that its own is signed with. */
  readonly ca: string
  readonly connections: PeerConnection[]
  /** All complete requests, of all connections. */
  readonly requests: PeerRequest[]
  /** A client for it. With a certificate, so that there is no waiting for a first acceptance, unless `key` is given. */
  client(options?: Partial<ApnsClientOptions>): ApnsClient
}

/** A provider key; the peer checks no tokens. */
export const anyKey = { p8: files.p8, keyId: 'ABC123DEFG', teamId: 'DEF123GHIJ' }

/**
 * Starts a server and calls `script` with each connection after the TLS handshake; without more, nothing is sent. Server and
 * clients are closed when the test ends.
 */
export async function startRawPeer(
  script: (connection: PeerConnection) => void,
  alpn: readonly string[] = ['h2'],
  host = '127.0.0.1',
): Promise<RawPeer> {
  const connections: PeerConnection[] = []
  const clients: ApnsClient[] = []
  const { certificate, privateKey } = files.server
  const tcpSockets = new Map<number | undefined, Socket>()
  const server: Server = createServer(
    { cert: certificate, key: privateKey, ALPNProtocols: [...alpn] },
    (socket) => {
      const tcpSocket = tcpSockets.get(socket.remotePort)!
      const connection = new PeerConnection(connections.length + 1, socket, tcpSocket)
      connections.push(connection)
      script(connection)
    },
  )
  server.on('connection', (socket) => tcpSockets.set(socket.remotePort, socket))
  server.on('tlsClientError', () => {})
  await new Promise<void>((listening) => server.listen(0, host, listening))
  const { port } = server.address() as AddressInfo
  onTestFinished(async () => {
    const closings = clients.map((client) => client.close())
    for (const { socket } of connections) socket.destroy()
    await Promise.all(closings)
    await new Promise((closed) => server.close(closed))
  })
  return {
    port,
    ca: files.authority.certificate,
    connections,
    get requests() {
      return connections.flatMap(({ requests }) => requests)
    },
    client: (options = {}) => {
      const client = new ApnsClient({
        hostname: 'localhost',
        port,
        ca: files.authority.certificate,
        ...(options.key === undefined && { certificate: { certificate, privateKey } }),
        connectAttempts: 1,
        maxConnections: 1,
        ...options,
      })
      clients.push(client)
      return client
    },
  }
}
