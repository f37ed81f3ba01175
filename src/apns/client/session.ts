/**
 * One HTTP/2 connection to APNs as a state machine: bytes in by `feed`, bytes out through `output`, time by argument. It has no
 * socket and no timer; `Connection` gives it those.
 *
 * States:
 * - `starting`: our preface is out, the server's SETTINGS have not come; nothing is sent.
 * - `open`: takes pushes from the queue while there is room.
 * - `draining`: takes no more (GOAWAY, close, ids run out); what is in flight still gets its answers.
 * - `closed`: `end` was called; every push that was in flight has been handed back.
 *
 * Every push that is taken from the queue ends in exactly one call to its job, or goes back to the queue. A rule of HTTP/2 that
 * the peer breaks is a ProtocolError out of `feed`; the caller then ends the session.
 */
import { PushError } from '../../base/errors.js'
import type { Logger } from '../../base/logger.js'
import { contentRange, expectLength, goAwayContent } from '../wire/frame-content.js'
import { type FrameHandler, FrameParser } from '../wire/frame-parser.js'
import {
  CONNECTION_PREFACE,
  DEFAULT_WINDOW_BYTES,
  frameFlags,
  frameTypes,
  MAX_WINDOW_BYTES,
  pingFrame,
  readUint32,
  settingIds,
  settingsAckFrame,
  settingsFrame,
} from '../wire/frames.js'
import { HpackDecoder } from '../wire/hpack-decoder.js'
import { readSettings } from '../wire/peer-settings.js'
import { errorCodeName, errorCodes, ProtocolError } from '../wire/protocol-error.js'
import { acceptedFields, parseBody, refusalFields, responseHead } from './answer.js'
import { HeaderBlock } from './header-block.js'
import type { Job } from './job.js'
import type { ApnsObserver } from './observer.js'
import { Output } from './output.js'
import type { Pace } from './pace.js'
import type { ProviderTokens } from './provider-tokens.js'
import type { PushQueue } from './push-queue.js'
import { ReceiveWindow } from './receive-window.js'
import { RequestSender } from './request-sender.js'
import { SendWindows } from './send-windows.js'
import { Settlement } from './settlement.js'
import { StreamTable } from './stream-table.js'

/** `:status: 200` from the static table: the first byte of an accepting answer whose encoder keeps no table. */
const STATUS_200 = 0x88
/** The most of an answer's body that is kept; Apple's have less than 100 bytes. */
const MAX_BODY_BYTES = 4096
/** How many frames that bring nothing (SETTINGS, PING, unknown, empty DATA) a peer may send between two ticks. */
const MAX_IDLE_FRAMES = 1000

export interface SessionOptions {
  authority: string
  queue: PushQueue
  maxConcurrentStreams: number
  pace: Pace
  /** Gives the provider token for the next requests. Undefined: the connection has a certificate. */
  tokens: ProviderTokens | undefined
  logger: Logger
  observer: ApnsObserver | undefined
  /** Absent: 1. */
  firstStreamId?: number
}

export type SessionState = 'starting' | 'open' | 'draining' | 'closed'

export class Session implements FrameHandler {
  readonly output = new Output()
  readonly #options: SessionOptions
  readonly #streams: StreamTable
  readonly #requests: RequestSender
  readonly #windows = new SendWindows()
  readonly #received = new ReceiveWindow(this.output)
  readonly #parser = new FrameParser(this)
  readonly #decoder = new HpackDecoder()
  readonly #block = new HeaderBlock()
  #state: SessionState = 'starting'
  #remoteStreams = Number.POSITIVE_INFINITY
  /** Whether the server has acknowledged our SETTINGS. */
  #acknowledged = false
  /**
   * Whether the server keeps no header table, so that blocks need not be decoded in order. It says so at the beginning of its
   * first block after the acknowledgement (RFC 7541 section 4.2). Some never do, and keep their table: h2o 2.2.5.
   */
  #tableless = false
  /** Whether the server sends `apns-unique-id`, as Apple does in the development environment only. Undefined: no 200 has come yet. */
  #namesPushes: boolean | undefined
  #idleFrames = 0
  /** `answered` at the last of them: an answer starts the count anew. */
  #idleFramesAt = 0
  #now = 0
  #goAwayReason: string | undefined
  #closedInOrder = false
  #isFull = false
  /** A sign of life is awaited before anything is sent. */
  #probing = false
  /** Why it takes no more, where that was not the server's decision. */
  #unfitCause: PushError | undefined
  readonly #settlement: Settlement

  constructor(options: SessionOptions) {
    this.#options = options
    this.#streams = new StreamTable(options.firstStreamId)
    this.#requests = new RequestSender(options, this.#streams, this.#windows, this.output)
    this.#settlement = new Settlement({
      ...options,
      streams: this.#streams,
      windows: this.#windows,
      requests: this.#requests,
      onUnfit: (cause) => {
        this.#unfitCause ??= cause
        this.drain()
      },
    })
    // No table for answers: an accepting one is then a single byte that needs no decoding. See docs/architecture.md.
    const settings = [
      [settingIds.HEADER_TABLE_SIZE, 0],
      [settingIds.ENABLE_PUSH, 0],
    ] as const
    this.output.append(Buffer.concat([Buffer.from(CONNECTION_PREFACE), settingsFrame(settings)]))
  }

  get state(): SessionState {
    return this.#state
  }

  /** Whether pushes can be sent on it, now or as soon as the server's SETTINGS are here. */
  get isUsable(): boolean {
    return this.#state === 'starting' || this.#state === 'open'
  }

  get inFlight(): number {
    return this.#streams.open
  }

  /** How many answers have come; a connection that brings none is as bad as one that can't be made. */
  get answered(): number {
    return this.#settlement.answered
  }

  /** How many streams the server allows; Infinity: it has not said. */
  get remoteStreams(): number {
    return this.#remoteStreams
  }

  /** Why the server says it closes the connection, if it did. */
  get goAwayReason(): string | undefined {
    return this.#goAwayReason
  }

  /** Why it takes no more, where that follows from an answer. */
  get unfitCause(): PushError | undefined {
    return this.#unfitCause
  }

  /** Whether the server ended the connection by a GOAWAY that names no error. */
  get closedInOrder(): boolean {
    return this.#closedInOrder
  }

  /** Whether it could take no more when it was filled last, even if there had been more. */
  get saturated(): boolean {
    return this.#state === 'open' && this.#isFull
  }

  /** Takes bytes from the socket. Throws ProtocolError where the peer breaks HTTP/2. */
  feed(chunk: Uint8Array, now: number): void {
    this.#now = now
    this.#parser.feed(chunk)
  }

  /** Writes to `output` what there is to write and room for. */
  fill(now: number): void {
    this.#now = now
    this.#requests.writePending()
    if (this.#state !== 'open' || this.isHeldBack(now)) return
    this.#requests.adoptAuthorization()
    const { queue } = this.#options
    const limit = this.#limit()
    while (this.#streams.open < limit && this.#requests.hasRoom && queue.take(now)) {
      // RFC 9113 section 5.1.1: a client that runs out of ids opens a new connection.
      if (!this.#requests.send(now)) {
        this.#state = 'draining'
        return
      }
    }
    // The window of a connection is a limit like that of its streams: at a long way to the server it is the lower one.
    this.#isFull = this.#streams.open >= limit || this.#windows.isUsedUp
  }

  /** Whether it sends nothing for now, because the server wants a pause or has not shown that it lives. */
  isHeldBack(now: number): boolean {
    return this.#probing || !this.#settlement.refusals.isOver(now) || this.#options.pace.pauseMs(now) > 0
  }

  /** Says that everything in `output` has been handed to the socket. */
  written(): void {
    this.#settlement.firstUnwritten = this.#streams.nextStreamId
  }

  /** Ends the pushes that were written before `time`. Returns how many. */
  expire(time: number, cause: PushError): number {
    this.#idleFrames = 0
    return this.#settlement.expire(time, cause)
  }

  /** Ends what is in flight of one job as unknown (or unsent, where it has not left). */
  cancel(job: Job, cause: PushError): void {
    this.#settlement.cancel(job, cause)
  }

  /** Whether `probe` waits for its answer. */
  get isProbing(): boolean {
    return this.#probing
  }

  /** Sends nothing more until the peer has given a sign of life: whether an idle connection still works can't be seen. */
  probe(): void {
    this.#probing = true
    this.ping()
  }

  /** Asks for a sign of life. Where not even that fits, the peer reads nothing, and is as silent without being asked. */
  ping(): void {
    const frame = pingFrame(new Uint8Array(8), false)
    if (this.output.fits(frame.length)) this.output.append(frame)
  }

  /** Takes no more pushes. */
  drain(): void {
    if (this.isUsable) this.#state = 'draining'
  }

  /** The connection is over: what is in flight is unknown, what had not left goes back to the queue. */
  end(cause: PushError): void {
    if (this.#state === 'closed') return
    this.#state = 'closed'
    for (const slot of this.#streams.slots()) {
      // An observer that hears of one end may abort others, which have theirs then.
      if (this.#streams.streamIds[slot] !== 0) this.#settlement.lose(slot, cause)
    }
  }

  #limit(): number {
    return this.#settlement.proven
      ? Math.min(this.#remoteStreams, this.#options.maxConcurrentStreams, this.#options.pace.limit)
      : Math.min(this.#remoteStreams, 1)
  }

  // What comes in.

  onFrame(
    type: number,
    flags: number,
    streamId: number,
    bytes: Uint8Array,
    start: number,
    end: number,
  ): void {
    if (this.#block.open && (type !== frameTypes.CONTINUATION || streamId !== this.#block.streamId)) {
      throw new ProtocolError(errorCodes.PROTOCOL_ERROR, 'a header block was interrupted by another frame')
    }
    if (this.#state === 'starting' && type !== frameTypes.SETTINGS && type !== frameTypes.GOAWAY) {
      throw new ProtocolError(
        errorCodes.PROTOCOL_ERROR,
        'the connection began with something other than SETTINGS',
      )
    }
    switch (type) {
      case frameTypes.HEADERS:
        this.#onHeaders(flags, streamId, bytes, start, end)
        break
      case frameTypes.DATA:
        this.#onData(flags, streamId, bytes, start, end)
        break
      case frameTypes.CONTINUATION:
        this.#onContinuation(flags, bytes, start, end)
        break
      case frameTypes.RST_STREAM:
        this.#onReset(streamId, bytes, start, end)
        break
      case frameTypes.WINDOW_UPDATE:
        expectLength(type, end - start, 4)
        if (streamId !== 0) this.#expectUsed(streamId)
        this.#windows.update(streamId, readUint32(bytes, start) & MAX_WINDOW_BYTES)
        break
      case frameTypes.SETTINGS:
        this.#onSettings(flags, streamId, bytes, start, end)
        break
      case frameTypes.GOAWAY:
        this.#onGoAway(streamId, bytes, start, end)
        break
      case frameTypes.PING:
        this.#onPing(flags, streamId, bytes, start, end)
        break
      case frameTypes.PUSH_PROMISE:
        throw new ProtocolError(errorCodes.PROTOCOL_ERROR, 'PUSH_PROMISE, though it was switched off')
      default:
        // PRIORITY, and types that are not known: ignored (RFC 9113 sections 5.3.2 and 4.1).
        this.#idleFrame()
    }
  }

  #onHeaders(flags: number, streamId: number, bytes: Uint8Array, start: number, end: number): void {
    this.#expectUsed(streamId)
    const slot = this.#streams.slotOf(streamId)
    if (
      this.#tableless &&
      slot >= 0 &&
      (flags | frameFlags.END_STREAM) === (frameFlags.END_HEADERS | frameFlags.END_STREAM) &&
      bytes[start] === STATUS_200 &&
      end > start &&
      this.#streams.statuses[slot] === 0 &&
      !this.#streams.jobs[slot]!.detailed &&
      this.#namesPushes === false
    ) {
      if ((flags & frameFlags.END_STREAM) !== 0) this.#settlement.accept(slot, undefined)
      else this.#streams.statuses[slot] = 200
      return
    }
    const { from, to } = contentRange(frameTypes.HEADERS, flags, bytes, start, end)
    if ((flags & frameFlags.END_HEADERS) !== 0) {
      this.#onBlock(streamId, (flags & frameFlags.END_STREAM) !== 0, bytes, from, to)
    } else {
      this.#block.begin(streamId, (flags & frameFlags.END_STREAM) !== 0, bytes, from, to)
    }
  }

  #onContinuation(flags: number, bytes: Uint8Array, start: number, end: number): void {
    if (!this.#block.open) throw new ProtocolError(errorCodes.PROTOCOL_ERROR, 'CONTINUATION without HEADERS')
    this.#block.add(bytes, start, end)
    if ((flags & frameFlags.END_HEADERS) === 0) return
    const block = this.#block.finish()
    this.#onBlock(this.#block.streamId, this.#block.endStream, block, 0, block.length)
  }

  /** A whole header block: the head of an answer, an interim one (1xx), or trailers. */
  #onBlock(streamId: number, endStream: boolean, bytes: Uint8Array, start: number, end: number): void {
    // Decoded even where nobody wants it: the table of the decoder has to follow.
    const isAccepting = bytes[start] === STATUS_200
    const fields = this.#decoder.decode(bytes, start, end, isAccepting ? acceptedFields : refusalFields)
    if (!this.#tableless && this.#acknowledged && this.#decoder.maxTableBytes === 0) {
      this.#decoder.setAllowedTableBytes(0)
      this.#tableless = true
    }
    const slot = this.#streams.slotOf(streamId)
    if (slot < 0) return
    if (this.#streams.statuses[slot] !== 0) {
      if (!endStream) throw new ProtocolError(errorCodes.PROTOCOL_ERROR, 'a second head of an answer')
      this.#settlement.finish(slot, this.#now)
      return
    }
    const head = responseHead(fields, Date.now())
    if (head.status < 200) {
      // RFC 9113 section 8.1.1; without an error, the push would wait for an answer that can't come any more.
      if (endStream)
        throw new ProtocolError(errorCodes.PROTOCOL_ERROR, 'an interim answer that ends the stream')
      this.#idleFrame()
      return
    }
    // Whoever sends such ids sends them with every 200; the first one of a connection is always decoded.
    if (head.status === 200) this.#namesPushes ||= head.apnsUniqueId !== undefined
    this.#streams.statuses[slot] = head.status
    this.#streams.heads[slot] = head
    if (endStream) this.#settlement.finish(slot, this.#now)
  }

  #onData(flags: number, streamId: number, bytes: Uint8Array, start: number, end: number): void {
    this.#expectUsed(streamId)
    this.#received.receive(end - start)
    const { from, to } = contentRange(frameTypes.DATA, flags, bytes, start, end)
    const slot = this.#streams.slotOf(streamId)
    if (slot < 0) return
    const streams = this.#streams
    if (streams.statuses[slot] === 0)
      throw new ProtocolError(errorCodes.PROTOCOL_ERROR, 'DATA before the head of the answer')
    const bodyBytes = streams.bodyBytes[slot]! + (end - start)
    if (bodyBytes > DEFAULT_WINDOW_BYTES)
      throw new ProtocolError(errorCodes.FLOW_CONTROL_ERROR, 'a body over its window')
    streams.bodyBytes[slot] = bodyBytes
    if (to > from && streams.bodies[slot]!.length < MAX_BODY_BYTES && streams.statuses[slot] !== 200) {
      streams.bodies[slot] += Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString('latin1')
    }
    if ((flags & frameFlags.END_STREAM) !== 0) this.#settlement.finish(slot, this.#now)
    else if (end === start) this.#idleFrame()
  }

  #onReset(streamId: number, bytes: Uint8Array, start: number, end: number): void {
    expectLength(frameTypes.RST_STREAM, end - start, 4)
    this.#expectUsed(streamId)
    const slot = this.#streams.slotOf(streamId)
    // A server that answers before it has read the body resets the stream after the answer (RFC 9113 section 8.1).
    if (slot < 0) {
      this.#idleFrame()
      return
    }
    const code = readUint32(bytes, start)
    const cause = lost(`the server reset the stream: ${errorCodeName(code)}`)
    // RFC 9113 section 8.7: a refused stream was not processed, and may be sent again.
    if (code === errorCodes.REFUSED_STREAM) {
      this.#settlement.refused(slot, cause)
      this.#settlement.refusals.begin(this.#now)
    } else {
      this.#settlement.lose(slot, cause)
    }
  }

  #onSettings(flags: number, streamId: number, bytes: Uint8Array, start: number, end: number): void {
    const length = end - start
    if (streamId !== 0) throw new ProtocolError(errorCodes.PROTOCOL_ERROR, 'SETTINGS on a stream')
    if ((flags & frameFlags.ACK) !== 0) {
      expectLength(frameTypes.SETTINGS, length, 0)
      this.#idleFrame()
      this.#acknowledged = true
      return
    }
    const settings = readSettings(bytes, start, end)
    for (const size of settings.headerTableBytes ?? []) this.#requests.setMaxTableBytes(size)
    if (settings.maxConcurrentStreams !== undefined) this.#remoteStreams = settings.maxConcurrentStreams
    if (settings.initialWindowBytes !== undefined) this.#windows.setInitial(settings.initialWindowBytes)
    this.output.append(settingsAckFrame())
    this.#idleFrame()
    if (this.#state === 'starting') this.#state = 'open'
  }

  #onPing(flags: number, streamId: number, bytes: Uint8Array, start: number, end: number): void {
    expectLength(frameTypes.PING, end - start, 8)
    if (streamId !== 0) throw new ProtocolError(errorCodes.PROTOCOL_ERROR, 'PING on a stream')
    this.#idleFrame()
    if ((flags & frameFlags.ACK) === 0) this.output.append(pingFrame(bytes.subarray(start, end), true))
    else this.#probing = false
  }

  #onGoAway(streamId: number, bytes: Uint8Array, start: number, end: number): void {
    if (streamId !== 0) throw new ProtocolError(errorCodes.PROTOCOL_ERROR, 'GOAWAY on a stream')
    this.#idleFrame()
    const { lastStreamId, errorCode, data } = goAwayContent(bytes, start, end)
    this.#goAwayReason = parseBody(data).reason ?? errorCodeName(errorCode)
    this.#closedInOrder = errorCode === errorCodes.NO_ERROR
    this.#state = 'draining'
    const cause = lost(`the server closed the connection: ${this.#goAwayReason}`)
    // RFC 9113 section 6.8: streams above the last id were not processed; the others still get their answers.
    for (const slot of this.#streams.slots()) {
      if (this.#streams.streamIds[slot]! <= lastStreamId) continue
      if (this.#closedInOrder && lastStreamId > 0) this.#settlement.postponed(slot, cause)
      else this.#settlement.refused(slot, cause)
    }
  }

  /** A frame on stream 0 or on one that the peer has not seen us open (RFC 9113 section 5.1, "idle"). */
  #expectUsed(streamId: number): void {
    if (streamId === 0 || (streamId & 1) === 0 || streamId >= this.#settlement.firstUnwritten) {
      throw new ProtocolError(
        errorCodes.PROTOCOL_ERROR,
        `a frame on stream ${streamId}, which was never opened`,
      )
    }
  }

  #idleFrame(): void {
    const { answered } = this.#settlement
    if (answered !== this.#idleFramesAt) this.#idleFrames = 0
    this.#idleFramesAt = answered
    if (++this.#idleFrames > MAX_IDLE_FRAMES) {
      throw new ProtocolError(
        errorCodes.ENHANCE_YOUR_CALM,
        `more than ${MAX_IDLE_FRAMES} frames that bring nothing`,
      )
    }
  }
}

function lost(message: string): PushError {
  return new PushError('PUSH_ERR_APNS_CONNECTION_LOST', message)
}
