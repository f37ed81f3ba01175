import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Job } from '../../../src/apns/client/job.js'
import { MessageEncoder } from '../../../src/apns/client/message-encoder.js'
import { PushQueue } from '../../../src/apns/client/push-queue.js'
import { SendJob } from '../../../src/apns/client/send-job.js'
import { Session } from '../../../src/apns/client/session.js'
import {
  frameFlags,
  frameTypes,
  goAwayFrame,
  rstStreamFrame,
  settingsAckFrame,
  settingsFrame,
  windowUpdateFrame,
  writeUint32,
} from '../../../src/apns/wire/frames.js'
import { ProtocolError } from '../../../src/apns/wire/protocol-error.js'
import { PushError } from '../../../src/base/index.js'
import { campaignJob } from './campaign-job.js'
import { tokenOf } from './device-tokens.js'
import { dataFrame, frame, headersFrame } from './raw-peer.js'
import { sessionOptions, testTokens } from './session-options.js'

const cause = new PushError('PUSH_ERR_APNS_CONNECTION_LOST', 'the test ends it')
const message = new MessageEncoder().encode({
  topic: 'com.example.app',
  payload: { aps: { alert: 'x'.repeat(200) } },
})
const PUSHES = 40

/** Counts how often each push ends. */
class Ends {
  readonly counts = new Map<string, number>()

  /** Half of the pushes as single sends, half as a campaign’s, whose answers are read in less detail. */
  fill(queue: PushQueue, replaysUnknown: boolean): Job {
    const end = (token: string) => this.counts.set(token, (this.counts.get(token) ?? 0) + 1)
    const campaign = campaignJob(message, end, replaysUnknown)
    for (let number = 0; number < PUSHES; number++) {
      const token = tokenOf(number)
      if (number % 2 === 0) queue.addSend(new SendJob(message, { token }, false, undefined, () => end(token)))
      // As if it had been put back before its first attempt.
      else
        queue.replay({ job: campaign, token, index: number, number: 0, attempts: -1, unanswered: 0 }, cause)
    }
    return campaign
  }
}

// Stream ids: most of them in use, some idle, even or 0.
const streamId = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: 0, max: 30 }).map((n) => 2 * n + 1) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 200 }) },
)
const small = fc.integer({ min: 0, max: 70_000 })
const body = fc.constantFrom(
  '',
  '{"reason":"Unregistered","timestamp":1}',
  '{"reason":"ExpiredProviderToken"}',
  'nonsense',
)

const peerFrames: fc.Arbitrary<Uint8Array> = fc.oneof(
  {
    weight: 10,
    arbitrary: streamId.map((id) => headersFrame(id, [[':status', '200']], { endStream: true })),
  },
  {
    weight: 3,
    arbitrary: streamId.map((id) =>
      Buffer.concat([headersFrame(id, [[':status', '200']]), dataFrame(id, '', { endStream: true })]),
    ),
  },
  {
    weight: 6,
    arbitrary: fc
      .tuple(streamId, fc.constantFrom('400', '403', '410', '503', '103'), body)
      .map(([id, status, text]) =>
        Buffer.concat([headersFrame(id, [[':status', status]]), dataFrame(id, text, { endStream: true })]),
      ),
  },
  {
    weight: 2,
    arbitrary: streamId.map((id) =>
      headersFrame(id, [
        [':status', '400'],
        ['apns-id', 'x'],
      ]),
    ),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(streamId, body, fc.boolean())
      .map(([id, text, endStream]) => dataFrame(id, text, { endStream })),
  },
  {
    weight: 4,
    arbitrary: fc
      .tuple(streamId, fc.integer({ min: 0, max: 14 }))
      .map(([id, code]) => rstStreamFrame(id, code)),
  },
  {
    weight: 3,
    arbitrary: fc
      .tuple(fc.integer({ min: 0, max: 7 }), small)
      .map(([id, value]) => settingsFrame([[id, value]])),
  },
  { weight: 2, arbitrary: fc.constant(settingsAckFrame()) },
  {
    weight: 4,
    arbitrary: fc
      .tuple(fc.oneof(streamId, fc.constant(0)), small)
      .map(([id, bytes]) => windowUpdateFrame(id, bytes)),
  },
  {
    weight: 1,
    arbitrary: streamId.map((last) => {
      const bytes = goAwayFrame(0)
      writeUint32(bytes, 9, last)
      return bytes
    }),
  },
  {
    weight: 2,
    arbitrary: streamId.map((id) =>
      Buffer.concat([
        headersFrame(id, [], { endHeaders: false }),
        frame(frameTypes.CONTINUATION, frameFlags.END_HEADERS, id, Buffer.from([0x88])),
      ]),
    ),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(
        fc.integer({ min: 0, max: 12 }),
        fc.integer({ min: 0, max: 255 }),
        streamId,
        fc.uint8Array({ maxLength: 20 }),
      )
      .map(([type, flags, id, payload]) => frame(type, flags, id, payload)),
  },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 40 }) },
)

const step = fc.oneof(
  {
    weight: 10,
    arbitrary: fc
      .array(peerFrames, { minLength: 1, maxLength: 4 })
      .map((frames) => ({ feed: Buffer.concat(frames) })),
  },
  { weight: 8, arbitrary: fc.constantFrom('pump', 'fill', 'ping') },
  { weight: 1, arbitrary: fc.constantFrom('expire', 'cancel', 'drain') },
)

type Step = { feed: Uint8Array } | string

class Machine {
  readonly queue = new PushQueue()
  readonly ends = new Ends()
  readonly campaign: Job
  readonly session: Session
  #now = 1000

  constructor(withToken: boolean, renewals: number, replaysUnknown: boolean) {
    this.campaign = this.ends.fill(this.queue, replaysUnknown)
    // Each renewal takes a token that is old enough; after them, time stands still.
    let time = 0
    const tokens = testTokens(() => (time += renewals-- > 0 ? 21 * 60_000 : 0))
    this.session = new Session(
      sessionOptions({
        queue: this.queue,
        maxConcurrentStreams: 12,
        tokens: withToken ? tokens : undefined,
      }),
    )
  }

  /** False: the peer broke the rules. Throws what is neither that nor right. */
  run(one: Step, chunkBytes: number): boolean {
    const { session } = this
    this.#now += 10
    if (typeof one !== 'string') return this.#feed(one.feed, chunkBytes)
    if (one === 'fill' || one === 'pump') session.fill(this.#now)
    if (one === 'pump' && session.output.length > 0) {
      session.output.take()
      session.written()
    }
    if (one === 'ping') session.ping()
    if (one === 'expire') session.expire(this.#now - 30, cause)
    if (one === 'cancel') session.cancel(this.campaign, cause)
    if (one === 'drain') session.drain()
    return true
  }

  #feed(bytes: Uint8Array, chunkBytes: number): boolean {
    try {
      for (let at = 0; at < bytes.length; at += chunkBytes) {
        // A copy that is overwritten, as a socket’s buffer may be, shows a view that was kept.
        const chunk = Buffer.from(bytes.subarray(at, at + chunkBytes))
        this.session.feed(chunk, this.#now)
        chunk.fill(0xee)
      }
      return true
    } catch (error) {
      if (error instanceof ProtocolError) return false
      throw error
    }
  }
}

/** How often which end was seen, so that the test can say whether it saw anything. */
const seen = { broken: 0, whole: 0, returned: 0, ended: 0 }

test('whatever a peer sends: nothing but ProtocolError, and each push ends once or goes back to the queue', () => {
  fc.assert(
    fc.property(
      fc.array(step, { maxLength: 40 }),
      fc.constantFrom(1, 2, 7, 100, 100_000),
      fc.boolean(),
      fc.integer({ min: 0, max: 3 }),
      fc.boolean(),
      (steps, chunkBytes, withToken, renewals, replaysUnknown) => {
        const machine = new Machine(withToken, renewals, replaysUnknown)
        const { session, ends, queue } = machine
        const beginning: Step[] = [{ feed: settingsFrame([]) }, 'pump']
        const broken = [...beginning, ...steps].some((one) => !machine.run(one, chunkBytes))
        seen[broken ? 'broken' : 'whole']++

        session.end(cause)
        session.end(cause)
        expect(session.inFlight).toBe(0)
        expect(session.state).toBe('closed')
        for (const count of ends.counts.values()) expect(count).toBe(1)
        seen.ended += ends.counts.size
        // All that has not ended is in the queue.
        seen.returned += PUSHES - ends.counts.size
        queue.fail(cause)
        expect(ends.counts.size).toBe(PUSHES)
        for (const count of ends.counts.values()) expect(count).toBe(1)
      },
    ),
    { numRuns: 1000 },
  )
  // Enough of each kind, or the property says nothing.
  expect(seen.broken).toBeGreaterThan(100)
  expect(seen.whole).toBeGreaterThan(100)
  expect(seen.ended).toBeGreaterThan(1000)
  expect(seen.returned).toBeGreaterThan(1000)
})
