import type { PushError } from '../../base/errors.js'
import type { Job } from './job.js'

/** A push that is to be sent again. */
export interface Replay {
  readonly job: Job
  readonly token: string
  readonly index: number
  readonly number: number
  /** How often it has been sent before. */
  readonly attempts: number
  /** How many of those may have reached the device: with one, it can never end as unsent. */
  readonly unanswered: number
}

/** Ends a push that will not be sent again. */
export function endUnsent({ job, token, index, number, unanswered }: Replay, cause: PushError): void {
  if (unanswered > 0) job.unknown(token, index, number, cause)
  else job.unsent(token, index, number, cause)
}
