/**
 * One HTTP/2 connection: collects the requests, has them judged, answers them.
 *
 * A stream goes from `receiving` (until the request is complete, or too long) over `waiting` (the answer is decided and
 * counted, and may be delayed) to `answered`. A stream that ends before that is counted as incomplete or unanswered; one
 * that is `dropped` because of an ordered fault is counted as that fault only.
 * Decided is what counts: a push that was accepted stays accepted when the client no longer waits for the answer, as at
 * Apple's.
 *
 * This is the path that every push takes, so it works on the `stream` event and not on the compatibility API of
 * `node:http2`. Whatever a client does must end here in an answer or a closed stream: no error may leave this file.
 */
import { randomUUID } from 'node:crypto'
import {
  constants,
  type Http2Session,
  type OutgoingHttpHeaders,
  performServerHandshake,
  type ServerHttp2Stream,
} from 'node:http2'
import type { TLSSocket } from 'node:tls'
import { type Credential, credentialOf } from './credential.js'
import type { Fault, FaultPlan } from './fault.js'
import { FaultySession } from './faulty-session.js'
import { bodyLimit, canonicalUuid, judge } from './judge.js'
import type { Line } from './line.js'
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
  readonly faults: FaultPlan
  /** Those that are open, after the end of their TLS handshakes. */
  readonly connections: Set<Connection>
  readonly log: ReceivedLog
}

/** Announced to the client; the values that were seen from Apple's servers (github.com/jchambers/pushy/issues/878). */
const http2Settings = { headerTableSize: 4096, initialWindowSize: 65_535, maxHeaderListSize: 8000 }

/** How long `close()` waits for open streams, in milliseconds. */
const closeGraceMs = 500

const accepted: Answer = { status: 200 }

/** What a request is answered with, and when. */
interface Decision {
  readonly answer: Answer
  readonly apnsId: string
  readonly delayMs: number
}

const ignore = () => {}

/** Serves one connection from the end of its TLS handshake. */
export class Connection {
  readonly #number: number
  readonly #state: SimulatorState
  readonly #credential: Credential
  readonly #session: Http2Session
  readonly #line: Line
  readonly #faulty: FaultySession
  #streamsRaised = false

  /** `number`: counts the connections from 1. */
  constructor(number: number, line: Line, state: SimulatorState) {
    this.#number = number
    this.#state = state
    this.#line = line
    this.#credential = credentialOf(line.socket, state.settings, state.keys)
    this.#session = performServerHandshake(line, {
      settings: { ...http2Settings, maxConcurrentStreams: this.#credential.initialStreams },
    })
    this.#faulty = new FaultySession(line, this.#session, state.log)
    this.#session.on('error', ignore)
    this.#session.on('stream', (stream, _headers, _flags, rawHeaders) => this.#receive(stream, rawHeaders))
    const fault = state.faults.ofConnection('settings')
    if (fault !== undefined) line.onceWritten(() => this.happen(fault))
  }

  /** Makes go wrong at once what concerns the whole connection. */
  happen(fault: Fault): void {
    this.#faulty.happen(fault)
  }

  /** Says GOAWAY, waits a moment for open streams, then cuts them off. */
  async close(): Promise<void> {
    const { socket } = this.#line
    const session = this.#session
    if (socket.destroyed) return
    // Not `session.destroy()`: it waits for the client to hang up, and a client that broke the protocol is no longer
    // read, so that nobody would notice.
    const timer = setTimeout(() => socket.destroy(), closeGraceMs)
    // The session ends after its socket or before it; only then have all streams ended, too.
    const sessionClosed = session.destroyed ? undefined : closed(session)
    session.close()
    await Promise.all([closed(socket), sessionClosed])
    clearTimeout(timer)
  }

  #receive(stream: ServerHttp2Stream, rawHeaders: readonly string[]): void {
    const { log, faults } = this.#state
    const faulty = this.#faulty
    const id = stream.id!
    stream.on('error', ignore)
    if (!faulty.opened(id)) return
    log.streamOpened(faulty.openStreams)
    const request = new PushRequest(rawHeaders)
    const limit = bodyLimit(request)
    let phase: 'receiving' | 'waiting' | 'answered' | 'dropped' = 'receiving'
    let chunks: Buffer[] = []
    let bytes = 0

    const complete = () => {
      if (phase !== 'receiving') return
      const fault = faulty.serves(id) ? faults.ofRequest(request.deviceToken ?? '') : undefined
      if (!faulty.serves(id) || (fault !== undefined && faulty.beforeJudging(fault, stream))) {
        phase = 'dropped'
        return
      }
      phase = 'waiting'
      faulty.judged(id)
      const body = chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)
      chunks = []
      const tooLong = bytes > limit
      const decision = this.#decide(request, body)
      if (fault !== undefined && faulty.beforeAnswering(fault, stream)) return
      const answer = () => {
        if (stream.destroyed || stream.closed || faulty.isCut) return
        if (fault?.at === 'head') {
          // Else `close` would end the answer first.
          stream.respond(headOf(decision, this.#state.settings.environment), { waitForTrailers: true })
          faulty.afterHead(fault, stream)
          return
        }
        phase = 'answered'
        this.#answer(stream, decision)
        // The rest of a body that is too long is not read.
        if (tooLong) stream.close(constants.NGHTTP2_NO_ERROR)
      }
      if (decision.delayMs === 0) answer()
      else setTimeout(answer, decision.delayMs).unref()
    }
    stream.once('close', () => {
      faulty.closed(id)
      if (phase === 'answered' || phase === 'dropped') log.streamClosed(phase)
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

  /** Decides, counts and remembers. */
  #decide(request: PushRequest, body: Buffer): Decision {
    const { settings, marks, script, log } = this.#state
    const token = request.deviceToken ?? ''
    const scripted = script.next(token)
    const answer = scripted?.answer ?? this.#judged(request, token, body)
    const { apnsId: requested } = request
    const apnsId = requested !== undefined && canonicalUuid.test(requested) ? requested : randomUUID()
    const receivedAt = settings.clock.now()
    log.add({ receivedAt, connection: this.#number, request, apnsId, answer }, body)
    const delayMs = Math.max(settings.responseDelayMs, marks.delayOf(token), scripted?.delayMs ?? 0)
    return { answer, apnsId, delayMs }
  }

  #judged(request: PushRequest, token: string, body: Buffer): Answer {
    const reason = judge(request, body, this.#credential)
    if (reason !== undefined) return refusal(reason)
    const { marks } = this.#state
    if (marks.isBad(token)) return refusal('BadDeviceToken')
    const since = marks.unregisteredSince(token)
    return since === undefined ? accepted : refusal('Unregistered', since)
  }

  #answer(stream: ServerHttp2Stream, decision: Decision): void {
    const { status, reason, timestamp } = decision.answer
    if (status === 200) {
      this.#raiseStreams()
      stream.respond(headOf(decision, this.#state.settings.environment), { endStream: true })
      return
    }
    stream.respond(headOf(decision, this.#state.settings.environment), { endStream: reason === undefined })
    // Ended already: an answer without a reason, to HEAD, or with a status that has no body.
    if (!stream.writableEnded) stream.end(JSON.stringify({ reason, timestamp }))
  }

  /** "APNs allows only one stream for each connection until you post a push with a valid token." */
  #raiseStreams(): void {
    if (this.#streamsRaised || this.#faulty.isStreamsSet) return
    this.#streamsRaised = true
    const { maxConcurrentStreams } = this.#state.settings
    if (this.#credential.initialStreams !== maxConcurrentStreams)
      this.#session.settings({ maxConcurrentStreams })
  }
}

/** The header fields of an answer. */
function headOf(
  { answer: { status, headers }, apnsId }: Decision,
  environment: 'production' | 'development',
): OutgoingHttpHeaders {
  const unique = status === 200 && environment === 'development' ? { 'apns-unique-id': randomUUID() } : {}
  return { ...headers, ':status': status, 'apns-id': apnsId, ...unique }
}

function closed(emitter: TLSSocket | Http2Session): Promise<void> {
  return new Promise((resolve) => emitter.once('close', () => resolve()))
}
