import { ok, strictEqual } from 'node:assert/strict'
import type { Job } from '../../src/apns/client/job.js'
import { MessageEncoder } from '../../src/apns/client/message-encoder.js'
import { PushQueue } from '../../src/apns/client/push-queue.js'
import { SendJob } from '../../src/apns/client/send-job.js'
import { Session } from '../../src/apns/client/session.js'
import { FrameParser } from '../../src/apns/wire/frame-parser.js'
import {
  CONNECTION_PREFACE,
  frameFlags,
  frameTypes,
  goAwayFrame,
  settingsFrame,
} from '../../src/apns/wire/frames.js'
import { ProtocolError } from '../../src/apns/wire/protocol-error.js'
import { PushError } from '../../src/base/index.js'
import { campaignJob } from '../apns/client/campaign-job.js'
import { tokenOf } from '../apns/client/device-tokens.js'
import { sessionOptions, testTokens } from '../apns/client/session-options.js'
import { Random } from './random.js'

const PUSHES = 12
const OUTPUT_BYTES = 64 * 1024
const cause = new PushError('PUSH_ERR_APNS_CONNECTION_LOST', 'the fuzzer ends it')
const message = new MessageEncoder().encode({
  topic: 'com.example.app',
  payload: { aps: { alert: 'x'.repeat(200) } },
})
const tokens = testTokens(() => 0)

/** Pushes that wait, and how often each has ended. */
export function waitingPushes(): { queue: PushQueue; campaign: Job; ends: number[] } {
  const queue = new PushQueue()
  const ends = Array<number>(PUSHES).fill(0)
  const end = (token: string) => ends[Number.parseInt(token, 16)]!++
  const campaign = campaignJob(message, end, true)
  for (let number = 0; number < PUSHES; number++) {
    const token = tokenOf(number)
    if (number % 3 === 0) queue.addSend(new SendJob(message, { token }, false, undefined, () => end(token)))
    // As if it had been put back before its first attempt.
    else queue.replay({ job: campaign, token, index: number, number, attempts: -1, unanswered: 0 }, cause)
  }
  return { queue, campaign, ends }
}

/** What holds of everything that a client writes, whatever it was told. */
class ClientCheck {
  readonly #parser = new FrameParser({
    onFrame: (type, flags, streamId, _bytes, start, end) => this.#check(type, flags, streamId, end - start),
  })
  readonly #session: Session
  #preface = CONNECTION_PREFACE.length
  #seen = 0
  #lastStreamId = -1
  /** Streams whose request is not complete. */
  readonly #incomplete = new Set<number>()

  constructor(session: Session) {
    this.#session = session
  }

  look(): void {
    const { buffer, length } = this.#session.output
    ok(length <= OUTPUT_BYTES)
    const from = this.#seen + Math.min(this.#preface, length - this.#seen)
    this.#preface -= from - this.#seen
    this.#seen = length
    this.#parser.feed(buffer.subarray(from, length))
  }

  write(): void {
    this.look()
    this.#session.output.take()
    this.#session.written()
    this.#seen = 0
  }

  #check(type: number, flags: number, streamId: number, length: number): void {
    switch (type) {
      case frameTypes.HEADERS:
        ok(
          streamId % 2 === 1 && streamId > this.#lastStreamId,
          `stream ${streamId} after ${this.#lastStreamId}`,
        )
        strictEqual(flags, frameFlags.END_HEADERS)
        this.#lastStreamId = streamId
        this.#incomplete.add(streamId)
        break
      case frameTypes.DATA:
        ok(this.#incomplete.has(streamId), `DATA on stream ${streamId}`)
        if ((flags & frameFlags.END_STREAM) !== 0) this.#incomplete.delete(streamId)
        break
      case frameTypes.RST_STREAM:
        ok(streamId > 0 && streamId <= this.#lastStreamId)
        this.#incomplete.delete(streamId)
        break
      default:
        ok(streamId === 0)
        ok(length <= 12)
    }
  }
}

/**
 * Feeds a server's side of a conversation into a session, and does in between what a client may do at any time. The first four
 * bytes say how.
 */
export function runSession(input: Buffer): void {
  const random = new Random(input.length < 4 ? 0 : input.readUInt32BE())
  const { queue, campaign, ends } = waitingPushes()
  const withToken = random.below(4) === 0
  const session = new Session(
    sessionOptions({ queue, maxConcurrentStreams: 8, tokens: withToken ? tokens : undefined }),
  )
  const check = new ClientCheck(session)
  const chunkBytes = random.pick([1, 5, 20, 4096])
  let now = 1000
  try {
    for (let at = 4; at < input.length; ) {
      const to = at + 1 + random.below(chunkBytes)
      session.feed(input.subarray(at, to), now)
      at = to
      now += random.below(40)
      if (random.below(2) === 0) session.fill(now)
      if (random.below(3) === 0) check.write()
      if (random.below(40) === 0) session.ping()
      if (random.below(60) === 0) session.probe()
      if (random.below(60) === 0) session.expire(now - 100, cause)
      if (random.below(200) === 0) session.cancel(campaign, cause)
      check.look()
    }
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error
  }
  check.look()
  session.end(cause)
  strictEqual(session.inFlight, 0)
  ok(ends.every((count) => count <= 1))
  queue.fail(cause)
  ok(
    ends.every((count) => count === 1),
    `ends: ${ends}`,
  )
}

/** A schedule and what a server could say; conversations with real servers are in the corpus. */
export function sessionSeeds(): Buffer[] {
  const answer = Buffer.from([0, 0, 1, frameTypes.HEADERS, 5, 0, 0, 0, 1, 0x88])
  return [Buffer.concat([Buffer.alloc(4, 7), settingsFrame([[3, 100]]), answer, goAwayFrame(0)])]
}
