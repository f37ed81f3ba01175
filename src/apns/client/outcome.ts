import type { PushError } from '../../base/errors.js'

/** Apple took the push; that is no promise that the device has shown it. */
export interface Accepted {
  kind: 'accepted'
  token: string
  /** The position of the token in the input of `sendMany`, from 0; 0 for `send`. */
  index: number
  /** The `apns-id` that Apple answered with. */
  apnsId: string | undefined
  status: 200
  /** `apns-unique-id`, which finds the push in Apple's delivery log; Apple sends it in the development environment only. */
  apnsUniqueId?: string
}

/** Apple said no, for a reason. */
export interface Rejected {
  kind: 'rejected'
  token: string
  index: number
  apnsId: string | undefined
  status: number
  /** Apple's word, kept as it came; `Status<code>` where an answer had none. */
  reason: string
  /** Only with status 410: since when the token has been dead, in milliseconds since 1970. */
  timestamp?: number
  /** The answer's `Retry-After`, in milliseconds from its arrival. */
  retryAfterMs?: number
  /** What is known beyond Apple's word: PUSH_ERR_APNS_CLOCK where a clock is wrong. */
  cause?: PushError
}

/** The push may have left, and no answer came: it may or may not reach the device. */
export interface Unknown {
  kind: 'unknown'
  token: string
  index: number
  /** The id that was sent, where one was. */
  apnsId: string | undefined
  cause: PushError
}

/** The push has certainly not left. */
export interface Unsent {
  kind: 'unsent'
  token: string
  index: number
  apnsId: string | undefined
  cause: PushError
}

/** How a push ended. Never an exception: those are for misuse and abort. */
export type Outcome = Accepted | Rejected | Unknown | Unsent

/** What became known since the batch before. Over all batches the four add up to the tokens that were taken. */
export interface OutcomeBatch {
  accepted: number
  /**
   * Of those who accepted, whom the server gave an `apns-unique-id`: all of them in Apple's development environment. Absent: none, as in
   * production. At most 255 characters each.
   */
  named?: { index: number; apnsUniqueId: string }[]
  rejected: Rejected[]
  unknown: Unknown[]
  unsent: Unsent[]
  /**
   * How many tokens from the beginning of the input have all got their outcomes, those of this batch included. It
   * advances in blocks of 100 tokens at the most (the end of the input closes the last one), so that whoever saves a
   * position may go on from here.
   */
  settled: number
}
