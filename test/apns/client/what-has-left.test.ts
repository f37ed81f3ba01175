import { expect, test } from 'vitest'
import { MessageEncoder } from '../../../src/apns/client/message-encoder.js'
import { PushQueue } from '../../../src/apns/client/push-queue.js'
import { SendJob } from '../../../src/apns/client/send-job.js'
import { Session } from '../../../src/apns/client/session.js'
import type { Outcome } from '../../../src/apns/index.js'
import { FrameParser } from '../../../src/apns/wire/frame-parser.js'
import {
  CONNECTION_PREFACE,
  frameTypes,
  rstStreamFrame,
  settingsFrame,
} from '../../../src/apns/wire/frames.js'
import { errorCodes } from '../../../src/apns/wire/protocol-error.js'
import { PushError } from '../../../src/base/index.js'
import { tokenOf } from './device-tokens.js'
import { headersFrame } from './raw-peer.js'
import { sessionOptions } from './session-options.js'

// The line between `unknown` and `unsent`: what has been handed to the socket may have left; what lies in the output has not, as
// long as the connection ends before it goes there.

const cause = new PushError('PUSH_ERR_APNS_CONNECTION_LOST', 'the test ends it')
const message = new MessageEncoder().encode({ payload: { aps: { alert: 'Hi' } } })

/** A session with one push in its output, and how the push ended. */
function sessionWithOnePush() {
  const queue = new PushQueue()
  const outcomes: Outcome[] = []
  const session = new Session(sessionOptions({ queue }))
  session.feed(settingsFrame([]), 0)
  const job = new SendJob(message, { token: tokenOf(1) }, false, undefined, (outcome) =>
    outcomes.push(outcome),
  )
  queue.addSend(job)
  session.fill(0)
  const hand = () => {
    const bytes = Buffer.from(session.output.take())
    session.written()
    return bytes
  }
  return { queue, session, job, outcomes, hand }
}

function frameTypesOf(bytes: Buffer): number[] {
  const types: number[] = []
  new FrameParser({ onFrame: (type) => types.push(type) }).feed(bytes.subarray(CONNECTION_PREFACE.length))
  return types
}

test('the connection ends before the request is handed to the socket: back to the queue', () => {
  const { queue, session, outcomes } = sessionWithOnePush()
  session.end(cause)
  expect(outcomes).toEqual([])
  expect([queue.take(0), queue.token, queue.attempts]).toEqual([true, tokenOf(1), 1])
})

test('the connection ends afterwards: unknown', () => {
  const { queue, session, outcomes, hand } = sessionWithOnePush()
  hand()
  session.end(cause)
  expect(outcomes).toMatchObject([{ kind: 'unknown', cause }])
  expect(queue.waiting).toBe(false)
})

test.each([
  ['time runs out', (scene: ReturnType<typeof sessionWithOnePush>) => scene.session.expire(1, cause)],
  [
    'the caller aborts',
    (scene: ReturnType<typeof sessionWithOnePush>) => scene.session.cancel(scene.job, cause),
  ],
])(
  '%s while the request lies in the output: it still leaves, so it is unknown, and its reset follows',
  (_name, end) => {
    const scene = sessionWithOnePush()
    end(scene)
    expect(scene.outcomes).toMatchObject([{ kind: 'unknown', cause }])
    scene.session.fill(2)
    const { SETTINGS, HEADERS, DATA, RST_STREAM } = frameTypes
    expect(frameTypesOf(scene.hand())).toEqual([SETTINGS, SETTINGS, HEADERS, DATA, RST_STREAM])
  },
)

test('a server can not know of a stream that lies in the output', () => {
  for (const frame of [
    headersFrame(1, [[':status', '200']], { endStream: true }),
    rstStreamFrame(1, errorCodes.REFUSED_STREAM),
  ]) {
    const { session, outcomes, hand } = sessionWithOnePush()
    expect(() => session.feed(frame, 0)).toThrow(/a frame on stream 1, which was never opened/)
    expect(outcomes).toEqual([])
    hand()
    expect(() => session.feed(frame, 0)).not.toThrow()
  }
})
