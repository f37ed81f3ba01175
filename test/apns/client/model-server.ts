/**
 * The other side of one session, as a model: it keeps every rule of HTTP/2 and knows what the client may do at each point of what it
 * has written. What the client appends to its output is checked at once, in that order: a limit holds from the byte on at which the
 * client acknowledges it.
 */
import { ok, strictEqual } from 'node:assert/strict'
import type { Session } from '../../../src/apns/client/session.js'
import { FrameParser } from '../../../src/apns/wire/frame-parser.js'
import {
  CONNECTION_PREFACE,
  DEFAULT_WINDOW_BYTES,
  frameFlags,
  frameTypes,
  goAwayFrame,
  MAX_FRAME_BYTES,
  pingFrame,
  rstStreamFrame,
  settingIds,
  settingsAckFrame,
  settingsFrame,
  windowUpdateFrame,
  writeUint32,
} from '../../../src/apns/wire/frames.js'
import { type HeaderField, HpackDecoder } from '../../../src/apns/wire/hpack-decoder.js'
import { HpackEncoder } from '../../../src/apns/wire/hpack-encoder.js'
import { errorCodes } from '../../../src/apns/wire/protocol-error.js'
import { dataFrame, frame } from './raw-peer.js'

export interface ModelSettings {
  maxStreams?: number
  windowBytes?: number
  tableBytes?: readonly number[]
}

export interface ModelAnswer {
  status: number
  reason?: string
}

/** One attempt to send one push. */
export interface Attempt {
  readonly server: ModelServer
  readonly streamId: number
  readonly token: string
  readonly headers: Readonly<Record<string, string>>
  body: string
  /** All of the request has been written to the output; and handed to the socket. */
  complete: boolean
  left: boolean
  /** The server has said that it did not process it. */
  refused: boolean
  /** The server has reset the stream, or the client has. */
  reset: boolean
  answer: ModelAnswer | undefined
  /** Whether the answer's end is out. */
  answered: boolean
  window: number
}

export class ModelServer {
  /** All attempts, by stream id. */
  readonly attempts = new Map<number, Attempt>()
  /** Bytes on their way to the client. */
  #pipe = Buffer.alloc(0)
  readonly #session: Session
  readonly #onAttempt: (attempt: Attempt) => void
  readonly #decoder = new HpackDecoder()
  readonly #encoder = new HpackEncoder()
  readonly #parser = new FrameParser({
    onFrame: (type, flags, streamId, bytes, start, end) =>
      this.#take(type, flags, streamId, Buffer.from(bytes.subarray(start, end))),
  })
  #preface = CONNECTION_PREFACE.length
  /** How much of the session's output has been looked at; and whether a write is under way. */
  #seen = 0
  #writing = false
  /** SETTINGS that the client has not acknowledged. */
  readonly #pending: ModelSettings[] = []
  #maxStreams = Number.POSITIVE_INFINITY
  #initialWindow = DEFAULT_WINDOW_BYTES
  #window = DEFAULT_WINDOW_BYTES
  #lastStreamId = 0
  #lastTaken = Number.POSITIVE_INFINITY
  #settingsToAcknowledge = 0
  #pings = 0

  constructor(session: Session, onAttempt: (attempt: Attempt) => void) {
    this.#session = session
    this.#onAttempt = onAttempt
    this.look()
  }

  // What the client does.

  /** Checks what the client has appended to its output; to be called after everything that it does. */
  look(): void {
    const { buffer, length } = this.#session.output
    const bytes = Buffer.from(buffer.subarray(this.#seen, length))
    this.#seen = length
    const skipped = Math.min(this.#preface, bytes.length)
    this.#preface -= skipped
    this.#parser.feed(bytes.subarray(skipped))
  }

  /** The client hands its output to the socket, if the last write has ended. */
  write(): void {
    if (this.#writing || this.#session.output.length === 0) return
    this.#writing = true
    this.#session.output.take()
    this.#session.written()
    this.#seen = 0
    for (const attempt of this.attempts.values()) attempt.left = attempt.complete
  }

  /** The write has ended. */
  writeEnded(): void {
    this.#writing = false
  }

  /** Streams whose HEADERS have left and that the server may still answer, the oldest first. */
  get unanswered(): Attempt[] {
    return [...this.attempts.values()].filter((it) => it.left && !it.answered && !it.reset && !it.refused)
  }

  #take(type: number, flags: number, streamId: number, payload: Buffer): void {
    ok(payload.length <= MAX_FRAME_BYTES)
    switch (type) {
      case frameTypes.SETTINGS:
        if ((flags & frameFlags.ACK) === 0) this.#settingsToAcknowledge++
        else this.#apply(this.#pending.shift()!)
        break
      case frameTypes.HEADERS:
        this.#begin(streamId, flags, payload)
        break
      case frameTypes.DATA:
        this.#takeData(streamId, flags, payload)
        break
      case frameTypes.RST_STREAM: {
        const attempt = this.attempts.get(streamId)
        ok(attempt !== undefined, 'RST_STREAM of a stream that was never opened')
        attempt.reset = true
        break
      }
      case frameTypes.PING:
        if ((flags & frameFlags.ACK) === 0) this.#pings++
        break
      case frameTypes.WINDOW_UPDATE:
        ok(payload.readUInt32BE() > 0)
        break
      default:
        throw new Error(`a frame of type ${type}`)
    }
  }

  #apply({ maxStreams, windowBytes, tableBytes }: ModelSettings): void {
    if (maxStreams !== undefined) this.#maxStreams = maxStreams
    for (const bytes of tableBytes ?? []) this.#decoder.setAllowedTableBytes(bytes)
    if (windowBytes === undefined) return
    for (const attempt of this.attempts.values()) attempt.window += windowBytes - this.#initialWindow
    this.#initialWindow = windowBytes
  }

  /** How many streams are open: neither reset nor ended by both sides. */
  get #open(): number {
    return [...this.attempts.values()].filter((it) => !it.reset && !(it.complete && it.answered)).length
  }

  #begin(streamId: number, flags: number, payload: Buffer): void {
    strictEqual(streamId & 1, 1)
    ok(streamId > this.#lastStreamId, `stream ids rise: ${streamId} after ${this.#lastStreamId}`)
    ok(this.#open < this.#maxStreams, `stream ${streamId}, with ${this.#open} of ${this.#maxStreams} open`)
    ok(this.#session.goAwayReason === undefined, 'a stream after GOAWAY has come')
    strictEqual(flags, frameFlags.END_HEADERS)
    this.#lastStreamId = streamId
    const headers = Object.fromEntries(this.#decoder.decode(payload, 0, payload.length))
    const attempt: Attempt = {
      server: this,
      streamId,
      token: headers[':path']!.split('/').at(-1)!,
      headers,
      body: '',
      complete: false,
      left: false,
      refused: streamId > this.#lastTaken,
      reset: false,
      answer: undefined,
      answered: false,
      window: this.#initialWindow,
    }
    this.attempts.set(streamId, attempt)
    this.#onAttempt(attempt)
  }

  #takeData(streamId: number, flags: number, payload: Buffer): void {
    const attempt = this.attempts.get(streamId)!
    ok(!attempt.complete, 'DATA after END_STREAM')
    attempt.window -= payload.length
    this.#window -= payload.length
    if (payload.length > 0) {
      ok(attempt.window >= 0, `window of the stream: ${attempt.window}`)
      ok(this.#window >= 0, `window of the connection: ${this.#window}`)
    }
    attempt.body += payload.toString()
    attempt.complete = (flags & frameFlags.END_STREAM) !== 0
  }

  // What the server does.

  /** Lets so many of the bytes under way arrive. */
  deliver(bytes: number, now: number): void {
    // A copy that is overwritten, as a socket’s buffer may be, shows a view that was kept.
    const chunk = Buffer.from(this.#pipe.subarray(0, bytes))
    this.#pipe = this.#pipe.subarray(chunk.length)
    this.#session.feed(chunk, now)
    chunk.fill(0xee)
  }

  settings(settings: ModelSettings): void {
    const { maxStreams, windowBytes, tableBytes } = settings
    this.#pending.push(settings)
    this.#send(
      settingsFrame([
        ...(tableBytes ?? []).map((bytes) => [settingIds.HEADER_TABLE_SIZE, bytes] as const),
        ...(maxStreams === undefined ? [] : [[settingIds.MAX_CONCURRENT_STREAMS, maxStreams] as const]),
        ...(windowBytes === undefined ? [] : [[settingIds.INITIAL_WINDOW_SIZE, windowBytes] as const]),
      ]),
    )
  }

  /** Acknowledges the client's SETTINGS: from now on, no header table. */
  acknowledge(): void {
    if (this.#settingsToAcknowledge === 0) return
    this.#settingsToAcknowledge--
    this.#encoder.setMaxTableBytes(0)
    this.#send(settingsAckFrame())
  }

  ping(): void {
    this.#send(pingFrame(Buffer.from('8 bytes.'), false))
  }

  /** Answers all PINGs. */
  pong(): void {
    for (; this.#pings > 0; this.#pings--) this.#send(pingFrame(new Uint8Array(8), true))
  }

  openWindow(streamId: number, bytes: number): void {
    if (streamId === 0) this.#window += bytes
    else this.attempts.get(streamId)!.window += bytes
    this.#send(windowUpdateFrame(streamId, bytes))
  }

  /** Ends a stream without an answer. */
  reset(attempt: Attempt, errorCode: number): void {
    attempt.reset = true
    attempt.refused = errorCode === errorCodes.REFUSED_STREAM
    this.#send(rstStreamFrame(attempt.streamId, errorCode))
  }

  goAway(lastStreamId: number): void {
    this.#lastTaken = Math.min(this.#lastTaken, lastStreamId)
    for (const attempt of this.attempts.values())
      if (attempt.streamId > this.#lastTaken && !attempt.answered && !attempt.reset) attempt.refused = true
    const bytes = goAwayFrame(errorCodes.NO_ERROR)
    writeUint32(bytes, 9, this.#lastTaken)
    this.#send(bytes)
  }

  /** An interim answer, which says nothing. */
  interim({ streamId, answer }: Attempt): void {
    if (answer === undefined) this.#head(streamId, [[':status', '103']], false, 'whole')
  }

  /** Answers, or goes on with the answer that was begun. */
  answer(
    attempt: Attempt,
    answer: ModelAnswer,
    shape: 'whole' | 'split' | 'padded',
    isEnding: boolean,
  ): void {
    const { streamId } = attempt
    const isBeginning = attempt.answer === undefined
    attempt.answer ??= answer
    attempt.answered = isEnding
    const { status, reason } = attempt.answer
    const body = reason === undefined ? '' : JSON.stringify({ reason })
    if (isBeginning) {
      const fields: HeaderField[] = [
        [':status', String(status)],
        ['apns-id', `id of ${attempt.token.slice(-8)}`],
        ['server', 'model'],
      ]
      this.#head(streamId, fields, isEnding && body === '', shape)
    }
    if (!isEnding || (isBeginning && body === '')) return
    if (shape === 'padded') {
      const payload = Buffer.concat([Buffer.of(9), Buffer.from(body), Buffer.alloc(9)])
      this.#send(frame(frameTypes.DATA, frameFlags.PADDED | frameFlags.END_STREAM, streamId, payload))
    } else {
      const cut = shape === 'split' ? body.length >> 1 : 0
      if (cut > 0) this.#send(dataFrame(streamId, body.slice(0, cut)))
      this.#send(dataFrame(streamId, body.slice(cut), { endStream: true }))
    }
  }

  #head(streamId: number, fields: readonly HeaderField[], endStream: boolean, shape: string): void {
    const list: number[] = []
    this.#encoder.takeSizeUpdate(list)
    for (const field of fields) {
      if (field[0] === ':status' && field[1] === '200') list.push(0x88)
      else if (field[0] === 'apns-id') this.#encoder.literal(list, field)
      else this.#encoder.indexed(list, field)
    }
    const block = Buffer.from(list)
    const flags = endStream ? frameFlags.END_STREAM : 0
    if (shape === 'whole') {
      this.#send(frame(frameTypes.HEADERS, flags | frameFlags.END_HEADERS, streamId, block))
    } else if (shape === 'split') {
      this.#send(frame(frameTypes.HEADERS, flags, streamId, block.subarray(0, 1)))
      this.#send(frame(frameTypes.CONTINUATION, frameFlags.END_HEADERS, streamId, block.subarray(1)))
    } else {
      const payload = Buffer.concat([Buffer.of(5), block, Buffer.alloc(5)])
      this.#send(
        frame(frameTypes.HEADERS, flags | frameFlags.END_HEADERS | frameFlags.PADDED, streamId, payload),
      )
    }
  }

  #send(bytes: Uint8Array): void {
    this.#pipe = Buffer.concat([this.#pipe, bytes])
  }
}
