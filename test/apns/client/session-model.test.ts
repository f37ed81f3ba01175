// The session against a server that keeps to the rules, whatever the order of what happens: see model-server.ts for what is checked
// of the bytes; here it is what becomes of the pushes.
import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Job } from '../../../src/apns/client/job.js'
import { MessageEncoder } from '../../../src/apns/client/message-encoder.js'
import type { Outcome } from '../../../src/apns/client/outcome.js'
import { Pace } from '../../../src/apns/client/pace.js'
import { PushQueue } from '../../../src/apns/client/push-queue.js'
import { SendJob } from '../../../src/apns/client/send-job.js'
import { Session } from '../../../src/apns/client/session.js'
import { errorCodes } from '../../../src/apns/wire/protocol-error.js'
import { PushError } from '../../../src/base/index.js'
import { tokenOf } from './device-tokens.js'
import { type Attempt, type ModelAnswer, ModelServer, type ModelSettings } from './model-server.js'
import { sessionOptions, testTokens } from './session-options.js'

const cause = new PushError('PUSH_ERR_APNS_CONNECTION_LOST', 'the test ends it')
/** After these Apple's reasons the client sends a push again: they are not about it. */
const retried = /^(IdleTimeout|Shutdown|TooManyProviderTokenUpdates|ExpiredProviderToken)$/
/** An answer that may have reached the device is risked twice more at most. */
const MAX_UNANSWERED = 3

/** How a push ended; status and reason where it was rejected. */
interface End {
  kind: Outcome['kind']
  status?: number
  reason?: string
}

interface Push {
  readonly token: string
  readonly body: string
  readonly replaysUnknown: boolean
  readonly attempts: Attempt[]
  readonly ends: End[]
}

type Step =
  | { do: 'settings'; settings: ModelSettings }
  | {
      do: 'answer'
      which: number
      answer: ModelAnswer
      shape: 'whole' | 'split' | 'padded'
      isEnding: boolean
    }
  | { do: 'reset'; which: number; code: number }
  | { do: 'window'; which: number; bytes: number }
  | { do: 'goAway'; which: number }
  | { do: 'interim'; which: number }
  | { do: 'deliver'; bytes: number }
  | { do: 'wait'; ms: number }
  | { do: 'push'; pushes: number; bytes: number }
  | { do: 'fill' | 'write' | 'writeEnded' | 'acknowledge' | 'ping' | 'pong' | 'life' | 'probe' }
  | { do: 'expire' | 'cancel' | 'drain' | 'reconnect' | 'turn' }

const which = fc.nat({ max: 20 })
const reasons = fc.constantFrom<ModelAnswer>(
  { status: 400, reason: 'BadDeviceToken' },
  { status: 410, reason: 'Unregistered' },
  { status: 429, reason: 'TooManyRequests' },
  { status: 429, reason: 'TooManyProviderTokenUpdates' },
  { status: 403, reason: 'ExpiredProviderToken' },
  { status: 503, reason: 'Shutdown' },
  { status: 503, reason: 'ServiceUnavailable' },
  { status: 500 },
)
const weighted = (weight: number, arbitrary: fc.Arbitrary<Step>) => ({ weight, arbitrary })
const settings: fc.Arbitrary<ModelSettings> = fc.record(
  {
    maxStreams: fc.constantFrom(0, 1, 2, 5, 1000, 1000, 1000),
    windowBytes: fc.constantFrom(0, 1, 10, 100, 1000, 65_535, 65_535, 65_535),
    tableBytes: fc.array(fc.constantFrom(0, 60, 200, 4096, 65_536), { minLength: 1, maxLength: 3 }),
  },
  { requiredKeys: [] },
)
const step: fc.Arbitrary<Step> = fc.oneof(
  weighted(
    4,
    settings.map((settings) => ({ do: 'settings' as const, settings })),
  ),
  weighted(
    14,
    fc.record({
      do: fc.constant('answer' as const),
      which,
      answer: fc.oneof(
        { weight: 3, arbitrary: fc.constant({ status: 200 }) },
        { weight: 1, arbitrary: reasons },
      ),
      shape: fc.constantFrom('whole', 'whole', 'split', 'padded'),
      isEnding: fc.constantFrom(true, true, false),
    }),
  ),
  weighted(
    4,
    fc.record({
      do: fc.constant('reset' as const),
      which,
      code: fc.constantFrom(errorCodes.REFUSED_STREAM, errorCodes.REFUSED_STREAM, errorCodes.CANCEL, 0),
    }),
  ),
  weighted(
    6,
    fc.record({ do: fc.constant('window' as const), which, bytes: fc.constantFrom(1, 9, 100, 1000, 9000) }),
  ),
  weighted(
    1,
    which.map((which) => ({ do: 'goAway' as const, which })),
  ),
  weighted(
    1,
    which.map((which) => ({ do: 'interim' as const, which })),
  ),
  weighted(
    10,
    fc.constantFrom(1, 3, 9, 10, 40, 1e6).map((bytes) => ({ do: 'deliver' as const, bytes })),
  ),
  weighted(
    3,
    fc.constantFrom(1, 20, 60, 300, 6000).map((ms) => ({ do: 'wait' as const, ms })),
  ),
  weighted(
    3,
    fc.record({
      do: fc.constant('push' as const),
      pushes: fc.integer({ min: 1, max: 30 }),
      bytes: fc.constantFrom(0, 5, 200, 4000),
    }),
  ),
  weighted(
    24,
    fc.constantFrom('turn', 'turn', 'turn', 'fill', 'write', 'writeEnded').map((one) => ({ do: one })),
  ),
  weighted(
    3,
    fc.constantFrom('acknowledge', 'ping', 'pong', 'life', 'probe').map((one) => ({ do: one })),
  ),
  weighted(
    1,
    fc.constantFrom('expire', 'cancel', 'drain', 'reconnect').map((one) => ({ do: one })),
  ),
)

class World {
  readonly pushes = new Map<string, Push>()
  readonly #queue = new PushQueue()
  readonly #pace = new Pace()
  readonly #withToken: boolean
  readonly #encoder = new MessageEncoder()
  #session!: Session
  #server!: ModelServer
  #now = 1000
  #campaign: Job | undefined

  constructor(withToken: boolean) {
    this.#withToken = withToken
    this.#connect()
  }

  #connect(): void {
    const tokens = this.#withToken ? testTokens(() => this.#now * 100) : undefined
    this.#session = new Session(
      sessionOptions({ queue: this.#queue, pace: this.#pace, tokens, maxConcurrentStreams: 12 }),
    )
    this.#server = new ModelServer(this.#session, (attempt) => this.#onAttempt(attempt))
    this.#server.settings({})
    this.#server.deliver(1e6, this.#now)
    this.#server.look()
  }

  /** A push must not be begun again when it has ended, nor where it could reach the device twice and nobody asked for that. */
  #onAttempt(attempt: Attempt): void {
    const push = this.pushes.get(attempt.token)!
    deepStrictEqual(push.ends, [], 'a push that has ended is sent again')
    const risks = push.attempts.filter(mayHaveArrived).length
    ok(risks < (push.replaysUnknown ? MAX_UNANSWERED : 1), `${risks} attempts may have arrived`)
    ok(push.attempts.length < 5, `${push.attempts.length} attempts before this one`)
    push.attempts.push(attempt)
  }

  #add(pushes: number, bytes: number): void {
    const payload = { aps: { alert: 'x'.repeat(bytes) } }
    const topic = 'com.example.app'
    const message = this.#encoder.encode({ topic, payload })
    const campaign: Job = {
      message: this.#encoder.encode({ topic, payload }, { apnsIdPrefix: 'f81d4fae-7dec-41d0-a765' }),
      detailed: false,
      replaysUnknown: bytes === 5,
      over: false,
      accept: (token) => this.#end(token, { kind: 'accepted' }),
      reject: (token, _index, _number, { head, reason }) =>
        this.#end(token, { kind: 'rejected', status: head.status, reason: reason ?? `Status${head.status}` }),
      unknown: (token) => this.#end(token, { kind: 'unknown' }),
      unsent: (token) => this.#end(token, { kind: 'unsent' }),
    }
    for (let turn = 0; turn < pushes; turn++) {
      const number = this.pushes.size
      const token = tokenOf(number)
      const replaysUnknown = number % 3 === 0 ? number % 2 === 0 : campaign.replaysUnknown
      this.pushes.set(token, { token, body: JSON.stringify(payload), replaysUnknown, attempts: [], ends: [] })
      if (number % 3 === 0) {
        const end = (outcome: Outcome) => this.#end(token, outcome)
        this.#queue.addSend(new SendJob(message, { token }, replaysUnknown, undefined, end))
      } else {
        // As if it had been put back before its first attempt.
        this.#queue.replay(
          { job: campaign, token, index: number, number, attempts: -1, unanswered: 0 },
          cause,
        )
      }
    }
    this.#campaign = campaign
  }

  #end(token: string, outcome: End): void {
    this.pushes.get(token)!.ends.push(outcome)
  }

  run(one: Step): void {
    this.#now += 1
    this.#perform(one)
    this.#server.look()
  }

  #perform(one: Step): void {
    const session = this.#session
    const server = this.#server
    const open = server.unanswered
    const chosen = 'which' in one && open.length > 0 ? open[one.which % open.length] : undefined
    switch (one.do) {
      case 'settings':
        server.settings(one.settings)
        break
      case 'answer':
        if (chosen !== undefined) server.answer(chosen, one.answer, one.shape, one.isEnding)
        break
      case 'interim':
        if (chosen !== undefined) server.interim(chosen)
        break
      case 'reset':
        if (chosen !== undefined) server.reset(chosen, one.code)
        break
      case 'window':
        server.openWindow(one.which % 2 === 0 ? 0 : (chosen?.streamId ?? 0), one.bytes)
        break
      case 'goAway':
        server.goAway(chosen?.streamId ?? 0)
        break
      case 'deliver':
        server.deliver(one.bytes, this.#now)
        break
      case 'wait':
        this.#now += one.ms
        this.#queue.release(this.#now)
        break
      case 'push':
        this.#add(one.pushes, one.bytes)
        break
      case 'turn':
        // What happens in one turn of the event loop where nothing is slow.
        this.#now += 20
        if (!session.isUsable && session.inFlight === 0) {
          session.end(cause)
          this.#connect()
          break
        }
        server.deliver(1e6, this.#now)
        session.fill(this.#now)
        server.look()
        server.write()
        server.writeEnded()
        break
      case 'fill':
        session.fill(this.#now)
        break
      case 'write':
      case 'writeEnded':
      case 'acknowledge':
      case 'ping':
      case 'pong':
        server[one.do]()
        break
      case 'life':
        session.ping()
        break
      case 'probe':
        session.probe()
        break
      case 'expire':
        session.expire(this.#now - 200, cause)
        break
      case 'cancel':
        if (this.#campaign !== undefined) session.cancel(this.#campaign, cause)
        break
      case 'drain':
        session.drain()
        break
      case 'reconnect':
        session.end(cause)
        this.#connect()
    }
  }

  close(): void {
    this.#session.end(cause)
    strictEqual(this.#session.inFlight, 0)
    this.#queue.fail(cause)
  }
}

/** Whether the server may have processed an attempt, as far as the client can know. */
function mayHaveArrived({ left, refused, answered, answer }: Attempt): boolean {
  return left && !refused && !(answered && retried.test(answer?.reason ?? ''))
}

function checkEnd({ token, body, attempts, ends }: Push): void {
  strictEqual(ends.length, 1, `${token} has ended ${ends.length} times`)
  for (const attempt of attempts) {
    strictEqual(attempt.headers[':method'], 'POST')
    strictEqual(attempt.headers['apns-topic'], 'com.example.app')
    if (attempt.complete) strictEqual(attempt.body, body)
    else ok(body.startsWith(attempt.body))
  }
  const end = ends[0]!
  const answers = attempts.flatMap(({ answered, answer }) => (answered ? [answer!] : []))
  if (end.kind === 'accepted') ok(answers.some(({ status }) => status === 200))
  if (end.kind === 'rejected') {
    const isSaid = ({ status, reason = `Status${status}` }: ModelAnswer) =>
      status === end.status && reason === end.reason
    ok(answers.some(isSaid), `nobody said ${end.status} ${end.reason}`)
  }
  if (end.kind === 'unknown') ok(attempts.some(({ complete }) => complete))
  // What had left and was not refused may be on the device: to call it unsent would be a lie.
  if (end.kind === 'unsent') deepStrictEqual(attempts.filter(mayHaveArrived), [])
}

test('each push ends once and as it should, and no rule of HTTP/2 is broken', { timeout: 120_000 }, () => {
  const seen: Record<End['kind'] | 'replayed', number> = {
    accepted: 0,
    rejected: 0,
    unknown: 0,
    unsent: 0,
    replayed: 0,
  }
  fc.assert(
    fc.property(
      fc.array(step, { minLength: 1, maxLength: 200, size: 'max' }),
      fc.boolean(),
      // The large ones use up the window of the connection.
      fc.constantFrom(200, 200, 4000),
      (steps, withToken, bytes) => {
        const world = new World(withToken)
        world.run({ do: 'push', pushes: 25, bytes })
        for (const one of steps) world.run(one)
        world.close()
        for (const push of world.pushes.values()) {
          checkEnd(push)
          seen[push.ends[0]!.kind]++
          if (push.attempts.length > 1) seen.replayed++
        }
      },
    ),
    { numRuns: 200 },
  )
  // Enough of each kind, or the property says nothing.
  for (const [kind, count] of Object.entries(seen)) expect(count, kind).toBeGreaterThan(20)
})
