import { dispositionOf, topicFor } from '../apns/index.js'
import { PushError, shown } from '../base/index.js'
import {
  type FailedOutcome,
  LOCAL_TIME_PASSED,
  type Push,
  type PushContent,
  type RetryAudience,
  type Service,
} from '../model/index.js'
import type { PushResult } from './push-options.js'

/** Whom of a push that has ended another is to try again. */
export interface RetryOptions {
  /** Only devices with these outcomes; `unknown`, `unsent` and `rejected` by default. */
  outcomes?: readonly FailedOutcome[]
  /**
   * Only devices with these reasons: Apple's words, or our error codes. Absent: those whose cause may be over, which leaves out tokens that
   * are dead or of another app, and devices whose local time had passed.
   */
  reasons?: readonly string[]
  /**
   * The caller's name for this request. Without one the same retry of the same push is made once, however often it is asked for: try
   * that one again, when it has ended.
   */
  idempotencyKey?: string
  /** Who wants it: a user's name. */
  by?: string
}

const outcomes: readonly FailedOutcome[] = ['rejected', 'unknown', 'unsent']

/** Devices of a push by how it ended for them, as far as the options mean them. PUSH_ERR_INPUT_INVALID, PUSH_ERR_AUDIENCE_EMPTY. */
export function retryAudience(
  pushId: number,
  ended: PushResult['reasons'],
  options: RetryOptions,
): RetryAudience {
  const wanted = options.outcomes ?? outcomes
  for (const outcome of wanted)
    if (!outcomes.includes(outcome)) {
      const message = `outcomes: ${shown(outcome)} is not allowed; use ${outcomes.join(', ')}`
      throw new PushError('PUSH_ERR_INPUT_INVALID', message, { field: 'outcomes' })
    }
  const causes = ended
    .filter(({ outcome }) => wanted.includes(outcome))
    .filter((cause) => options.reasons?.includes(cause.reason) ?? isRetried(cause))
    .map(({ outcome, reason }) => ({ outcome, reason }))
    .sort((a, b) => (`${a.outcome} ${a.reason}` < `${b.outcome} ${b.reason}` ? -1 : 1))
  if (causes.length > 0) return { kind: 'retry', pushId, causes }
  const named = options.reasons === undefined ? ' for a cause that may be over' : ''
  throw new PushError(
    'PUSH_ERR_AUDIENCE_EMPTY',
    `There is nobody to push to: no device of push ${pushId} ended so${named}`,
  )
}

/**
 * Whether a retry that names no reasons means devices that ended so: their cause may be over. A reason that nobody knows is judged as an
 * answer 4xx: it speaks against the device or the service.
 */
export function isRetried({ outcome, reason }: PushResult['reasons'][number]): boolean {
  if (outcome === 'unknown') return true
  if (outcome === 'unsent') return reason !== LOCAL_TIME_PASSED && reason !== 'PUSH_ERR_DEVICE_TOKEN_INVALID'
  const disposition = dispositionOf(400, reason)
  return disposition !== 'drop-device' && disposition !== 'quarantine'
}

/** The same content once more, for the topic that the service has now. PUSH_ERR_PUSH_STATE where it has not ended, or has expired. */
export function contentAgain(push: Push, service: Service, now: number): PushContent {
  const { id, state, finishedAt, payload, pushType, priority, expiration, collapseId } = push
  if (finishedAt === null) throw notNow(`push ${id} is ${state}; it can be tried again when it has ended`)
  if (expiration !== null && expiration > 0 && expiration * 1000 <= now)
    throw notNow(`what push ${id} said expired at ${new Date(expiration * 1000).toISOString()}`)
  const topic = topicFor(pushType, service.topic)
  return { payload, pushType, topic, priority, expiration, collapseId }
}

/** PUSH_ERR_PUSH_STATE. */
export function notNow(message: string): PushError {
  return new PushError('PUSH_ERR_PUSH_STATE', message, { field: 'push' })
}
