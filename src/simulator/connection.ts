/**
 * One HTTP/2 connection: collects the requests, has them judged, answers them.
 *
 * A stream goes from `receiving` (until the request is complete, or too long) over `waiting` (the answer is decided and
 * counted, and may be delayed) to `answered`. A stream that ends before that is counted as incomplete or unanswered.
 * Decided is what counts: a push that was accepted stays accepted when the client no longer waits for the answer, as at
 * Apple's.
 *
 * This is the path that every push takes, so it works on the `stream` event and not on the compatibility API of
 * `node:http2`. Whatever a client does must end here in an answer or a closed stream: no error may leave this file.
 */
import { randomUUID } from 'node:crypto'
import { constants, type Http2Session, performServerHandshake, type ServerHttp2Stream } from 'node:http2'
import type { TLSSocket } from 'node:tls'
import { type Credential, credentialOf } from './credential.js'
import { bodyLimit, canonicalUuid, judge } from './judge.js'
import type { MarkedTokens } from './marked-tokens.js'
import type { ProviderKeys } from './provider-keys.js'
import { PushRequest } from './push-request.js'
import type { ReceivedLog } from './received-log.js'
import { type Answer, refusal, type Script } from './script.js'
import type { SimulatorSettings } from './simulator-options.js'

/** What all connections of a simulator share. */
export interface SimulatorState {
  readonly settings: SimulatorSettings
  readonly keys: ProviderKeys
  readonly marks: MarkedTokens
  readonly script: Script
  readonly log: ReceivedLog
}

/** Announced to the client; the values that were seen from Apple's servers (github.com/jchambers/pushy/issues/878). */
const http2Settings = { headerTableSize: 4096, initialWindowSize: 65_535, maxHeaderListSize: 8000 }

/** How long `close()` waits for open streams, in milliseconds. */
const closeGraceMs = 500

const accepted: Answer = { status: 200 }

const ignore = () => {}

/** Serves one connection from the end of its TLS handshake. */
export class Connection {
  readonly #number: number
  readonly #state: SimulatorState
  readonly #credential: Credential
  readonly #session: Http2Session
  readonly #socket: TLSSocket
  #openStreams = 0
  #streamsRaised = false

  /** `number`: counts the connections from 1. */
  constructor(number: number, socket: TLSSocket, state: SimulatorState) {
    this.#number = number
    this.#state = state
    this.#socket = socket
    this.#credential = credentialOf(socket, state.settings, state.keys)
    this.#session = performServerHandshake(socket, {
      settings: { ...http2Settings, maxConcurrentStreams: this.#credential.initialStreams },
    })
    state.log.connectionOpened()
    this.#session.on('error', ignore)
    socket.once('close', () => state.log.connectionClosed())
    this.#session.on('stream', (stream, _headers, _flags, rawHeaders) => this.#receive(stream, rawHeaders))
  }

  /** Says GOAWAY, waits a moment for open streams, then cuts them off. */
  async close(): Promise<void> {
    if (this.#socket.destroyed) return
    await new Promise<void>((resolve) => {
      // Not `session.destroy()`: it waits for the client to hang up, and a client that broke the protocol is no longer
      // read, so that nobody would notice.
      const timer = setTimeout(() => this.#socket.destroy(), closeGraceMs)
      this.#socket.once('close', () => {
        clearTimeout(timer)
        resolve()
      })
      this.#session.close()
    })
  }

  #receive(stream: ServerHttp2Stream, rawHeaders: readonly string[]): void {
    const { log } = this.#state
    stream.on('error', ignore)
    this.#openStreams += 1
    log.streamOpened(this.#openStreams)
    const request = new PushRequest(rawHeaders)
    const limit = bodyLimit(request)
    let phase: 'receiving' | 'waiting' | 'answered' = 'receiving'
    let chunks: Buffer[] = []
    let bytes = 0

    const complete = () => {
      if (phase !== 'receiving') return
      phase = 'waiting'
      const body = chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)
      chunks = []
      const tooLong = bytes > limit
      this.#decide(request, body, (answer, apnsId) => {
        if (stream.destroyed || stream.closed) return
        phase = 'answered'
        this.#answer(stream, answer, apnsId)
        // The rest of a body that is too long is not read.
        if (tooLong) stream.close(constants.NGHTTP2_NO_ERROR)
      })
    }
    stream.once('close', () => {
      this.#openStreams -= 1
      if (phase === 'answered') log.streamClosed('answered')
      else log.streamClosed(phase === 'waiting' ? 'unanswered' : 'incomplete')
    })
    stream.on('data', (chunk: Buffer) => {
      if (phase !== 'receiving') return
      chunks.push(chunk)
      bytes += chunk.length
      if (bytes > limit) complete()
    })
    // A stream that the client resets ends as well, without being complete.
    stream.on('end', () => {
      if (!stream.closed) complete()
    })
  }

  /** Decides, counts and remembers; then calls `answer`, at once or when the delay is over. */
  #decide(request: PushRequest, body: Buffer, answer: (answer: Answer, apnsId: string) => void): void {
    const { settings, marks, script, log } = this.#state
    const token = request.deviceToken ?? ''
    const scripted = script.next(token)
    const decided = scripted?.answer ?? this.#judged(request, token, body)
    const { apnsId: requested } = request
    const apnsId = requested !== undefined && canonicalUuid.test(requested) ? requested : randomUUID()
    const receivedAt = settings.clock.now()
    log.add({ receivedAt, connection: this.#number, request, apnsId, answer: decided }, body)
    const delayMs = Math.max(settings.responseDelayMs, marks.delayOf(token), scripted?.delayMs ?? 0)
    if (delayMs === 0) answer(decided, apnsId)
    else setTimeout(answer, delayMs, decided, apnsId).unref()
  }

  #judged(request: PushRequest, token: string, body: Buffer): Answer {
    const reason = judge(request, body, this.#credential)
    if (reason !== undefined) return refusal(reason)
    const { marks } = this.#state
    if (marks.isBad(token)) return refusal('BadDeviceToken')
    const since = marks.unregisteredSince(token)
    return since === undefined ? accepted : refusal('Unregistered', since)
  }

  #answer(stream: ServerHttp2Stream, answer: Answer, apnsId: string): void {
    const { status, reason, timestamp, headers } = answer
    if (status === 200) {
      this.#raiseStreams()
      // The simulator stands for the development environment, the only one where Apple sends this id.
      const known = { ':status': 200, 'apns-id': apnsId, 'apns-unique-id': randomUUID() }
      stream.respond(headers === undefined ? known : { ...headers, ...known }, { endStream: true })
      return
    }
    stream.respond({ ...headers, ':status': status, 'apns-id': apnsId }, { endStream: reason === undefined })
    // Ended already: an answer without a reason, to HEAD, or with a status that has no body.
    if (!stream.writableEnded) stream.end(JSON.stringify({ reason, timestamp }))
  }

  /** "APNs allows only one stream for each connection until you post a push with a valid token." */
  #raiseStreams(): void {
    if (this.#streamsRaised) return
    this.#streamsRaised = true
    const { maxConcurrentStreams } = this.#state.settings
    if (this.#credential.initialStreams !== maxConcurrentStreams)
      this.#session.settings({ maxConcurrentStreams })
  }
}
