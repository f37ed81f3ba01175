/**
 * Makes go wrong on one connection what was ordered. It holds what a GOAWAY has said: which streams are still served, and
 * that the connection is closed after the last of them.
 */
import { constants, type Http2Session, type ServerHttp2Stream } from 'node:http2'
import type { Socket } from 'node:net'
import type { Fault } from './fault.js'
import { goAwayFrame } from './goaway-frame.js'
import type { Line } from './line.js'
import type { ReceivedLog } from './received-log.js'

/** RFC 9113, section 6.5.2: before SETTINGS say otherwise. */
const usualWindowBytes = 65_535

export class FaultySession {
  readonly #line: Line
  readonly #session: Http2Session
  readonly #log: ReceivedLog
  readonly #open = new Set<number>()
  #lastServed = Number.POSITIVE_INFINITY
  #newest = 0
  #newestJudged = 0
  #isStreamsSet = false
  #isCut = false

  constructor(line: Line, session: Http2Session, log: ReceivedLog) {
    this.#line = line
    this.#session = session
    this.#log = log
  }

  /** Whether a fault has set how many streams there may be. */
  get isStreamsSet(): boolean {
    return this.#isStreamsSet
  }

  /** Whether nothing that it says arrives any more. */
  get isCut(): boolean {
    return this.#isCut
  }

  get openStreams(): number {
    return this.#open.size
  }

  /** A stream was opened; false: it is not served. */
  opened(streamId: number): boolean {
    if (!this.serves(streamId)) return false
    this.#open.add(streamId)
    this.#newest = streamId
    return true
  }

  /** Whether a request that is complete is still served: no, above the last stream of a GOAWAY and on a cut connection. */
  serves(streamId: number): boolean {
    return streamId <= this.#lastServed && !this.#isCut
  }

  judged(streamId: number): void {
    this.#newestJudged = Math.max(this.#newestJudged, streamId)
  }

  closed(streamId: number): void {
    this.#open.delete(streamId)
    this.#closeWhenServed()
  }

  /** Does it to the connection as a whole. */
  happen(fault: Fault): void {
    this.#happen(fault, this.#newest)
  }

  /** Does it before a request is judged; true: the request is not judged any more. */
  beforeJudging(fault: Fault, stream: ServerHttp2Stream): boolean {
    const id = stream.id!
    if (fault.at !== 'request') return false
    // Streams that were judged stay so: then GOAWAY can not say that this one, which is older, was not.
    this.#happen(fault, Math.max(id - 2, this.#newestJudged), stream)
    if (fault.kind === 'goaway') return !this.serves(id)
    return !(fault.kind === 'drip' || fault.kind === 'streams' || fault.kind === 'window')
  }

  /** Does it after a request was judged and before it is answered; true: it is not answered any more. */
  beforeAnswering(fault: Fault, stream: ServerHttp2Stream): boolean {
    if (fault.at !== 'judged') return false
    this.#happen(fault, Math.max(stream.id!, this.#newestJudged), stream)
    return fault.kind !== 'goaway'
  }

  /** Does it in the middle of an answer. */
  afterHead(fault: Fault, stream: ServerHttp2Stream): void {
    this.#happen(fault, this.#newest, stream)
  }

  #happen(fault: Fault, lastServed: number, stream?: ServerHttp2Stream): void {
    this.#log.faultHappened(fault.kind)
    switch (fault.kind) {
      case 'goaway':
        this.#lastServed = Math.min(this.#lastServed, lastServed)
        this.#line.sendGoAway(goAwayFrame(this.#lastServed, fault.errorCode, fault.data))
        if (!fault.drain) {
          this.#isCut = true
          this.#line.hangUp()
        } else this.#closeWhenServed()
        break
      case 'refuse':
        stream?.close(constants.NGHTTP2_REFUSED_STREAM)
        break
      case 'reset':
        stream?.close(fault.errorCode)
        break
      case 'streams':
        this.#isStreamsSet = true
        this.#settings({ maxConcurrentStreams: fault.streams })
        break
      case 'window':
        this.#settings({ initialWindowSize: fault.bytes })
        if (fault.ms !== undefined)
          setTimeout(() => this.#settings({ initialWindowSize: usualWindowBytes }), fault.ms).unref()
        break
      default:
        this.#isCut ||= fault.kind !== 'drip'
        happenToLine(fault, this.#line)
    }
  }

  #settings(settings: { maxConcurrentStreams?: number; initialWindowSize?: number }): void {
    if (!this.#session.destroyed && !this.#session.closed) this.#session.settings(settings)
  }

  #closeWhenServed(): void {
    if (this.#lastServed === Number.POSITIVE_INFINITY) return
    for (const id of this.#open) if (id <= this.#lastServed) return
    // A stream is over a little before its last bytes are written.
    setImmediate(() => this.#line.hangUp())
  }
}

/** Does to a connection what needs no session. */
export function happenToLine(fault: Fault, line: Line): void {
  if (fault.kind === 'tcp-reset') line.reset()
  else if (fault.kind === 'close') line.hangUp()
  else if (fault.kind === 'silence') line.silence()
  else if (fault.kind === 'drip') line.drip(fault.ms)
}

/** Does to a connection what needs no TLS. */
export function happenToSocket(fault: Fault, socket: Socket): void {
  socket.on('error', () => {})
  if (fault.kind === 'tcp-reset') socket.resetAndDestroy()
  else if (fault.kind === 'close') socket.end()
  else if (fault.kind === 'tls-alert') socket.once('data', () => socket.end(tlsAlert(fault.alert)))
  // In silence it is not even read.
}

/** A fatal alert in the clear, as an answer to a ClientHello (RFC 8446, sections 5.1 and 6). */
function tlsAlert(description: number): Uint8Array {
  return Uint8Array.of(21, 3, 3, 0, 2, 2, description)
}
