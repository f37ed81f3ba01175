/**
 * How the pushes in flight on a connection end: an answer, a reset or silence becomes an outcome, or puts the push back into the
 * queue where it may be sent again.
 *
 * What may be sent again, each with its budget in push-queue.ts:
 * - what the server certainly has not processed: refused, above the last id of a GOAWAY, not written completely, or answered
 *   with a reason that is about the connection or the provider token and not about the push;
 * - what may have been processed, only where the caller accepts duplicates.
 */
import { monotonicNow } from '../../base/clock.js'
import { PushError } from '../../base/errors.js'
import type { Logger } from '../../base/logger.js'
import { speaksAgainstConnection } from '../wire/reasons.js'
import { parseBody } from './answer.js'
import type { Job, Refusal, ResponseHead } from './job.js'
import type { ApnsObserver } from './observer.js'
import type { Pace } from './pace.js'
import type { ProviderTokens } from './provider-tokens.js'
import type { PushQueue } from './push-queue.js'
import { RefusalPause } from './refusal-pause.js'
import { endUnsent, type Replay } from './replay.js'
import type { RequestSender } from './request-sender.js'
import type { SendWindows } from './send-windows.js'
import type { StreamTable } from './stream-table.js'

/** How long a device is left alone after `TooManyRequests` without a `Retry-After`, in milliseconds. */
const DEVICE_PAUSE_MS = 1_000

export interface SettlementParts {
  queue: PushQueue
  pace: Pace
  tokens: ProviderTokens | undefined
  logger: Logger
  observer: ApnsObserver | undefined
  streams: StreamTable
  windows: SendWindows
  requests: RequestSender
  /** The connection is to take no more pushes, though the server has not closed it. */
  onUnfit: (cause: PushError) => void
}

export class Settlement {
  /** How many pushes were answered; answers about the connection do not count. */
  answered = 0
  /** Whether the server has taken our credentials: Apple admits one stream until then. */
  proven: boolean
  /** Streams from this one on have not been handed to the socket: nothing of them has left. */
  firstUnwritten = 1
  readonly refusals = new RefusalPause()
  /** The provider token of which a wrong clock was reported. */
  #saidOfVersion = 0
  readonly #parts: SettlementParts
  readonly #streams: StreamTable

  constructor(parts: SettlementParts) {
    this.#parts = parts
    this.#streams = parts.streams
    this.proven = parts.tokens === undefined
  }

  /** Status 200. */
  accept(slot: number, head: ResponseHead | undefined): void {
    const streams = this.#streams
    const { pace, windows, observer } = this.#parts
    const job = streams.jobs[slot]!
    const token = streams.tokens[slot]!
    const index = streams.indexes[slot]!
    if (observer?.answered !== undefined) observer.answered(200, undefined, this.#latencyMs(slot))
    if (windows.waiting.size > 0) this.#close(slot)
    else streams.remove(slot)
    this.proven = true
    this.answered++
    this.refusals.forget()
    if (pace.isLowered) pace.accepted()
    job.accept(token, index, head)
  }

  /** The end of an answer. */
  finish(slot: number, now: number): void {
    const streams = this.#streams
    const head = streams.heads[slot]
    if (streams.statuses[slot] === 200) {
      this.accept(slot, head)
      return
    }
    const { reason, timestamp } = parseBody(Buffer.from(streams.bodies[slot]!, 'latin1').toString())
    const refusal: Refusal = { head: head!, reason, timestamp, cause: undefined }
    this.#parts.observer?.answered?.(refusal.head.status, reason, this.#latencyMs(slot))
    if (this.#isSentAgain(slot, refusal, now)) return
    const push = streams.push(slot)
    this.#close(slot)
    // Apple says 410 about a device only to whom it knows.
    if (refusal.head.status === 410) this.proven = true
    this.answered++
    this.refusals.forget()
    push.job.reject(push.token, push.index, push.number, refusal)
  }

  /**
   * The server has ended the connection in order after it processed others: that uses up no attempt. What bounds it is that
   * on each such connection at least one push comes to its end or uses up an attempt. nginx with `keepalive_requests 100` puts a push back ten times
   * when a thousand are in flight.
   */
  postponed(slot: number, cause: PushError): void {
    this.#sendAgain(slot, cause, (push) => endUnsent(push, cause), 0)
  }

  /** The server has not processed the stream. */
  refused(slot: number, cause: PushError): void {
    this.#sendAgain(slot, cause, (push) => endUnsent(push, cause))
  }

  /** No answer will come. A request that is not out completely can not have been processed. */
  lose(slot: number, cause: PushError): void {
    const streamId = this.#streams.streamIds[slot]!
    // The server may answer before it has the whole body; it has processed the push then.
    const isUnanswered = this.#streams.statuses[slot] === 0
    const isIncomplete = streamId >= this.firstUnwritten || this.#parts.windows.waiting.has(streamId)
    if (isIncomplete && isUnanswered) this.refused(slot, cause)
    else this.#loseWritten(slot, cause)
  }

  /** Ends what was written before `time`. Returns how many pushes. */
  expire(time: number, cause: PushError): number {
    let expired = 0
    for (let slot = this.#streams.olderThan(time); slot >= 0; slot = this.#streams.olderThan(time)) {
      this.#abandon(slot, cause)
      expired++
    }
    return expired
  }

  /** Ends what is in flight of one job. */
  cancel(job: Job, cause: PushError): void {
    const { jobs } = this.#streams
    for (let slot = jobs.indexOf(job); slot >= 0; slot = jobs.indexOf(job, slot + 1))
      this.#abandon(slot, cause)
  }

  /** We wait no longer, though the connection lives: what lies in the output still leaves. */
  #abandon(slot: number, cause: PushError): void {
    const { windows, requests } = this.#parts
    const streamId = this.#streams.streamIds[slot]!
    if (windows.waiting.has(streamId)) {
      this.refused(slot, cause)
      return
    }
    requests.reset(streamId)
    this.#loseWritten(slot, cause)
  }

  #loseWritten(slot: number, cause: PushError): void {
    const push = this.#streams.push(slot)
    this.#close(slot)
    if (this.#parts.queue.replayUnanswered(push, cause)) this.#parts.observer?.replayed?.(cause)
    else push.job.unknown(push.token, push.index, push.number, cause)
  }

  /** Draws the consequences of a refusal; true: they include sending the push again. */
  #isSentAgain(slot: number, refusal: Refusal, now: number): boolean {
    const { head, reason } = refusal
    const { pace, queue, tokens } = this.#parts
    const streams = this.#streams
    const authorization = streams.authorizations[slot]!
    if (head.status === 503) pace.lower(streams.sentAt[slot]!, now, streams.open)
    if (reason === 'TooManyRequests') {
      queue.slowDown(streams.tokens[slot]!, now + (head.retryAfterMs ?? DEVICE_PAUSE_MS))
    } else if (head.retryAfterMs !== undefined) {
      pace.pause(now, head.retryAfterMs)
    }
    if (reason === 'TooManyProviderTokenUpdates') tokens?.hold()
    if (reason === undefined) return false
    if (
      speaksAgainstConnection(reason) ||
      (reason === 'ExpiredProviderToken' && tokens?.expired(authorization))
    ) {
      this.#leave(slot, refusal, reason)
      return true
    }
    if (/ProviderToken$/.test(reason)) refusal.cause = tokens?.clockError(reason, head.serverTime)
    if (refusal.cause !== undefined) this.#sayOnce(refusal.cause)
    return false
  }

  /** A wrong clock makes every push fail; one line says so for each token. */
  #sayOnce({ code, message }: PushError): void {
    const { version } = this.#parts.tokens!.current()
    if (version === this.#saidOfVersion) return
    this.#saidOfVersion = version
    this.#parts.logger.error({ code }, message)
  }

  /** Sends a push again over another connection. When its budget is used up, it ends with Apple's answer. */
  #leave(slot: number, refusal: Refusal, reason: string): void {
    const cause = new PushError(
      'PUSH_ERR_APNS_CONNECTION_LOST',
      `Apple takes no more on this connection: ${reason}`,
    )
    this.#sendAgain(slot, cause, ({ job, token, index, number }) => job.reject(token, index, number, refusal))
    this.#parts.onUnfit(cause)
  }

  #sendAgain(slot: number, cause: PushError, end: (push: Replay) => void, usedUp = 1): void {
    const push = this.#streams.push(slot)
    this.#close(slot)
    if (this.#parts.queue.replay(push, cause, usedUp)) this.#parts.observer?.replayed?.(cause)
    else end(push)
  }

  #close(slot: number): void {
    const { windows, requests } = this.#parts
    const streamId = this.#streams.streamIds[slot]!
    // The answer came before the body was out: tell the server that the rest will not come.
    if (windows.waiting.delete(streamId)) requests.reset(streamId)
    this.#streams.remove(slot)
  }

  #latencyMs(slot: number): number {
    return monotonicNow() - this.#streams.sentAt[slot]!
  }
}
