/**
 * What waits to be sent by a client, shared by its connections.
 *
 * Order: pushes to be sent again, then single sends, then the jobs of `sendMany` in turns of a fixed number of pushes, so that
 * a single push never waits for a campaign and campaigns share fairly. `take` puts the next push into the fields of the
 * queue; nothing is allocated.
 */
import type { PushError } from '../../base/errors.js'
import type { Job } from './job.js'
import { endUnsent, type Replay } from './replay.js'
import type { SendJob } from './send-job.js'
import type { SendManyJob } from './send-many-job.js'
import { SlowedDevices } from './slowed-devices.js'

/** How many pushes a `sendMany` gets before it is another one's turn. */
const TURN_PUSHES = 64
/**
 * How often one push is sent at most, where the server certainly had not processed it before (GOAWAY, REFUSED_STREAM, an
 * expired provider token, a connection that ended before the request was out). Without a bound, a server that refuses
 * everything would keep a push going round for ever.
 */
const ATTEMPTS = 5
/**
 * How often one push is sent again because no answer came, where its caller accepts duplicates. Without a bound, a server
 * that takes pushes and never answers would send one notification to a device again and again.
 */
const UNKNOWN_REPLAYS = 2

/** How many taken sends may stand in front of the queue before they are cut off. */
const TRIM_SENDS = 1024

export class PushQueue {
  // The push that was taken last.
  job!: Job
  token = ''
  index = 0
  number = 0
  attempts = 0
  unanswered = 0
  /** How often a push has come back: another connection may have room for it. */
  returns = 0

  readonly #replays: (Replay & { cause: PushError })[] = []
  readonly #sends: SendJob[] = []
  /** Where the first send of the queue is; the ones before it are taken. */
  #firstSend = 0
  readonly #jobs: SendManyJob[] = []
  #turn = 0
  #turnPushes = 0
  readonly #slowed = new SlowedDevices()

  /** Takes the next push into the fields; false: there is none now. */
  take(now: number): boolean {
    while (this.#takeReplay() || this.#takeSend() || this.#takeFromJobs()) {
      if (!this.#slowed.holds(this, now)) return true
    }
    return false
  }

  /** Whether a connection is needed. */
  get waiting(): boolean {
    return (
      this.#replays.length > 0 ||
      this.#firstSend < this.#sends.length ||
      this.#jobs.some((job) => job.hasNext)
    )
  }

  /** Whether pushes wait for their device's time. */
  get holding(): boolean {
    return this.#slowed.held > 0
  }

  addSend(job: SendJob): void {
    this.#sends.push(job)
  }

  addJob(job: SendManyJob): void {
    this.#jobs.push(job)
  }

  removeJob(job: SendManyJob): void {
    const position = this.#jobs.indexOf(job)
    if (position >= 0) this.#jobs.splice(position, 1)
  }

  /** Apple wants no more pushes to a device until `until`. */
  slowDown(token: string, until: number): void {
    this.#slowed.add(token, until)
  }

  /** Puts back those pushes whose device may be sent to again. */
  release(now: number): void {
    for (const { push, cause } of this.#slowed.release(now)) this.#replays.push({ ...push, cause })
  }

  /**
   * Puts a push back that the server has not processed, which uses up an attempt, or none. False: its budget is used up, and it
   * is for the caller to end.
   */
  replay(push: Replay, cause: PushError, usedUp = 1): boolean {
    const attempts = push.attempts + usedUp
    if (push.job.over || attempts >= ATTEMPTS) return false
    this.returns++
    this.#replays.push({ ...push, attempts, cause })
    return true
  }

  /** The same for a push that may have been processed. */
  replayUnanswered(push: Replay, cause: PushError): boolean {
    if (!push.job.replaysUnknown || push.unanswered >= UNKNOWN_REPLAYS) return false
    return this.replay({ ...push, unanswered: push.unanswered + 1 }, cause)
  }

  /** Puts a push back as if it had not been taken. */
  putBack(cause: PushError): void {
    const { job, token, index, number, attempts, unanswered } = this
    this.returns++
    this.#replays.push({ job, token, index, number, attempts, unanswered, cause })
  }

  /** Ends everything that waits as unsent, or as unknown where an earlier attempt may have reached the device. */
  fail(cause: PushError): void {
    for (const replay of this.#replays.splice(0))
      endUnsent(replay, replay.unanswered > 0 ? replay.cause : cause)
    for (const { push } of this.#slowed.clear()) endUnsent(push, cause)
    const sends = this.#sends.splice(0).slice(this.#firstSend)
    // First: an observer that hears of one end may send another push.
    this.#firstSend = 0
    for (const job of sends) job.unsent(job.token, 0, 0, cause)
    for (const job of this.#jobs) job.fail(cause)
  }

  /** Hands on what the consumers of `sendMany` may know by now. */
  publish(): void {
    for (const job of this.#jobs) job.publish()
  }

  /** Ends a single send, if it has not been taken; for when it is aborted. */
  dropSend(job: SendJob, cause: PushError): void {
    const position = this.#sends.indexOf(job, this.#firstSend)
    if (position < 0) return
    this.#sends.splice(position, 1)
    job.unsent(job.token, 0, 0, cause)
  }

  /** Ends what a job still has to send again; for when it is aborted. */
  dropReplays(job: Job): void {
    for (const { push, cause } of this.#slowed.clear(job)) endUnsent(push, cause)
    for (let position = this.#replays.length - 1; position >= 0; position--) {
      const replay = this.#replays[position]!
      if (replay.job !== job) continue
      this.#replays.splice(position, 1)
      endUnsent(replay, replay.cause)
    }
  }

  #takeReplay(): boolean {
    const replay = this.#replays.shift()
    if (replay === undefined) return false
    const { job, token, index, number, attempts, unanswered } = replay
    return this.#taken(job, token, index, number, attempts, unanswered)
  }

  #takeSend(): boolean {
    if (this.#firstSend >= this.#sends.length) return false
    const job = this.#sends[this.#firstSend++]!
    if (this.#firstSend === this.#sends.length || this.#firstSend >= TRIM_SENDS) {
      this.#sends.splice(0, this.#firstSend)
      this.#firstSend = 0
    }
    return this.#taken(job, job.token, 0, 0, 0, 0)
  }

  #takeFromJobs(): boolean {
    const jobs = this.#jobs
    for (let tried = 0; tried <= jobs.length && jobs.length > 0; tried++) {
      if (this.#turn >= jobs.length) this.#turn = 0
      const job = jobs[this.#turn]!
      if (this.#turnPushes < TURN_PUSHES && job.next()) {
        this.#turnPushes++
        return this.#taken(job, job.token, job.index, job.number, 0, 0)
      }
      this.#turn++
      this.#turnPushes = 0
    }
    return false
  }

  #taken(job: Job, token: string, index: number, number: number, attempts: number, unanswered: number): true {
    this.job = job
    this.token = token
    this.index = index
    this.number = number
    this.attempts = attempts
    this.unanswered = unanswered
    return true
  }
}
