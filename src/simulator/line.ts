/**
 * The byte stream between a connection's TLS socket and its HTTP/2 session: passes everything on, until a fault tells it
 * not to. It stands there always, as a fault may come at any time; it costs about a fifth of a connection's CPU time.
 *
 * What the session writes are whole frames each time.
 *
 * Out, bytes are `passed` on, are `dripped` one by one, or are `dropped`. In, they are passed on, are dropped (after the
 * line was hung up), or are not read at all (in silence).
 */
import type { Socket } from 'node:net'
import { Duplex } from 'node:stream'
import type { TLSSocket } from 'node:tls'
import { withoutGoAway } from './goaway-frame.js'

export class Line extends Duplex {
  readonly socket: TLSSocket
  readonly #tcp: Socket
  #out: 'passed' | 'dripped' | 'dropped' = 'passed'
  #in: 'passed' | 'dropped' | 'unread' = 'passed'
  #dripMs = 0
  #onFirstWrite: (() => void) | undefined
  #isGoAwaySent = false

  /** `tcp`: what is below the TLS socket; only that can be reset. */
  constructor(socket: TLSSocket, tcp: Socket) {
    super()
    this.socket = socket
    this.#tcp = tcp
    socket.on('data', (chunk: Buffer) => {
      if (this.#in === 'passed' && !this.push(chunk)) socket.pause()
    })
    socket.on('end', () => this.push(null))
    socket.on('error', () => {})
    socket.on('close', () => this.destroy())
  }

  /** Calls back when the session has written for the first time: its SETTINGS. */
  onceWritten(callback: () => void): void {
    this.#onFirstWrite = callback
  }

  /** Sends a GOAWAY in place of the session's own, which would say something else. */
  sendGoAway(frame: Uint8Array): void {
    this.#isGoAwaySent = true
    if (this.#out !== 'dropped') this.socket.write(frame)
  }

  /** Resets the TCP connection. */
  reset(): void {
    this.#out = 'dropped'
    this.#tcp.resetAndDestroy()
  }

  /** Says nothing more, and hangs up. */
  hangUp(): void {
    this.#out = 'dropped'
    this.#in = 'dropped'
    // Read on, so that the end of the other side is seen.
    this.socket.resume()
    this.socket.end()
  }

  /** Says nothing more and reads nothing more. */
  silence(): void {
    this.#out = 'dropped'
    this.#in = 'unread'
    this.socket.pause()
  }

  /** Lets the bytes out one by one. */
  drip(ms: number): void {
    if (this.#out === 'passed') this.#out = 'dripped'
    this.#dripMs = ms
  }

  override _read(): void {
    if (this.#in === 'passed') this.socket.resume()
  }

  override _write(written: Buffer, _encoding: string, done: () => void): void {
    this.#write(written, done)
  }

  /** The pieces of one write of the session. */
  override _writev(pieces: { chunk: Buffer }[], done: () => void): void {
    this.#write(Buffer.concat(pieces.map(({ chunk }) => chunk)), done)
  }

  #write(written: Buffer, done: () => void): void {
    const chunk = this.#isGoAwaySent ? withoutGoAway(written) : written
    if (this.#out === 'dropped') done()
    else if (this.#out === 'dripped') this.#dripBytes(chunk, 0, done)
    else if (this.socket.write(chunk)) done()
    else this.socket.once('drain', done)
    this.#onFirstWrite?.()
    this.#onFirstWrite = undefined
  }

  override _final(done: () => void): void {
    if (this.#out === 'dropped') done()
    else this.socket.end(() => done())
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    // A session that gives up takes its socket along, but silence has to last.
    if (this.#in !== 'unread') this.socket.destroy()
    done(error)
  }

  /** One after the other is written: bytes that wait together leave in one TLS record. */
  #dripBytes(chunk: Buffer, at: number, done: () => void): void {
    if (at === chunk.length || this.#out === 'dropped' || this.socket.destroyed) {
      done()
      return
    }
    this.socket.write(chunk.subarray(at, at + 1), () => {
      const next = () => this.#dripBytes(chunk, at + 1, done)
      if (this.#dripMs === 0) next()
      else setTimeout(next, this.#dripMs).unref()
    })
  }
}
