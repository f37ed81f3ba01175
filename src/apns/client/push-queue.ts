/**
 * What waits to be sent by a client, shared by its connections.
 *
 * Order: pushes to be sent again, then single sends, then the jobs of `sendMany` in turns of a fixed number of pushes, so that
 * a single push never waits for a campaign and campaigns share fairly. `take` puts the next push into the fields of the
 * queue; nothing is allocated.
 */
import type { PushError } from '../../base/errors.js'
import type { Job } from './job.js'
import type { SendJob } from './send-job.js'
import type { SendManyJob } from './send-many-job.js'

/** How many pushes a `sendMany` gets before it is another one's turn. */
const TURN_PUSHES = 64
/**
 * How often one push is sent again because the server certainly had not processed it (GOAWAY, REFUSED_STREAM, an expired
 * provider token, a connection that ended before the request was out). Without a bound, a server that refuses everything
 * would keep a push going round for ever.
 */
const REPLAY_BUDGET = 5

/** How many taken sends may stand in front of the queue before they are cut off. */
const TRIM_SENDS = 1024

interface Replay {
  job: Job
  token: string
  index: number
  number: number
  attempts: number
  cause: PushError
}

export class PushQueue {
  // The push that was taken last.
  job!: Job
  token = ''
  index = 0
  number = 0
  /** How often it has been sent before. */
  attempts = 0

  readonly #replays: Replay[] = []
  readonly #sends: SendJob[] = []
  /** Where the first send of the queue is; the ones before it are taken. */
  #firstSend = 0
  readonly #jobs: SendManyJob[] = []
  #turn = 0
  #turnPushes = 0

  /** Takes the next push into the fields; false: there is none now. */
  take(): boolean {
    return this.#takeReplay() || this.#takeSend() || this.#takeFromJobs()
  }

  /** Whether a connection is needed. */
  get waiting(): boolean {
    return (
      this.#replays.length > 0 ||
      this.#firstSend < this.#sends.length ||
      this.#jobs.some((job) => job.hasNext)
    )
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

  /** Puts a push back that the server has not processed; ends it as unsent when its budget is used up. */
  replay(job: Job, token: string, index: number, number: number, attempts: number, cause: PushError): void {
    if (job.over || attempts + 1 >= REPLAY_BUDGET) job.unsent(token, index, number, cause)
    else this.#replays.push({ job, token, index, number, attempts: attempts + 1, cause })
  }

  /** Ends everything that waits as unsent. */
  fail(cause: PushError): void {
    for (const { job, token, index, number } of this.#replays.splice(0))
      job.unsent(token, index, number, cause)
    for (const job of this.#sends.splice(0).slice(this.#firstSend)) job.unsent(job.token, 0, 0, cause)
    this.#firstSend = 0
    for (const job of this.#jobs) job.fail(cause)
  }

  /** Hands on what the consumers of `sendMany` may know by now. */
  publish(): void {
    for (const job of this.#jobs) job.publish()
  }

  /** Ends what a job still has to send again; for when it is aborted. */
  dropReplays(job: Job): void {
    for (let position = this.#replays.length - 1; position >= 0; position--) {
      const replay = this.#replays[position]!
      if (replay.job !== job) continue
      this.#replays.splice(position, 1)
      job.unsent(replay.token, replay.index, replay.number, replay.cause)
    }
  }

  #takeReplay(): boolean {
    const replay = this.#replays.shift()
    if (replay === undefined) return false
    this.job = replay.job
    this.token = replay.token
    this.index = replay.index
    this.number = replay.number
    this.attempts = replay.attempts
    return true
  }

  #takeSend(): boolean {
    while (this.#firstSend < this.#sends.length) {
      const job = this.#sends[this.#firstSend++]!
      if (this.#firstSend === this.#sends.length || this.#firstSend >= TRIM_SENDS) {
        this.#sends.splice(0, this.#firstSend)
        this.#firstSend = 0
      }
      if (job.over) continue
      this.job = job
      this.token = job.token
      this.index = 0
      this.number = 0
      this.attempts = 0
      return true
    }
    return false
  }

  #takeFromJobs(): boolean {
    const jobs = this.#jobs
    for (let tried = 0; tried <= jobs.length && jobs.length > 0; tried++) {
      if (this.#turn >= jobs.length) this.#turn = 0
      const job = jobs[this.#turn]!
      if (this.#turnPushes < TURN_PUSHES && job.next()) {
        this.#turnPushes++
        this.job = job
        this.token = job.token
        this.index = job.index
        this.number = job.number
        this.attempts = 0
        return true
      }
      this.#turn++
      this.#turnPushes = 0
    }
    return false
  }
}
