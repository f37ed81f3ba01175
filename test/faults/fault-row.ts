import type { FaultCell } from './fault-cell.js'

/** When the fault happens, in the life of a client that sends its pushes. */
export type Moment = 'before' | 'first' | 'middle' | 'after'
export type Authentication = 'key' | 'certificate'
export type Call = 'send' | 'sendMany'

/** How many of the pushes end in one way. */
export type Share =
  /** Each of them. */
  | 'all'
  /** At least one: those that no other word is about. */
  | 'rest'
  /** At least one, and no more than were in flight. */
  | 'in flight'
  /** At least one, beside others. */
  | 'some'
  /** Exactly so many. */
  | number

/** What is to come out. Ways that are not named are those of no push. */
export interface Expected {
  readonly accepted?: Share
  readonly rejected?: Share
  readonly unknown?: Share
  readonly unsent?: Share
  /** The reason of the rejected ones, or the code of the others' cause. */
  readonly why?: string
  /** That of the unsent ones, where it is another. */
  readonly whyUnsent?: string
  /** `after`: how the first push after the fault ends; accepted by default. */
  readonly next?: 'unknown'
  /** Whether pushes are sent again; absent: that is left to chance. */
  readonly sentAgain?: boolean
  /** What becomes of the connection; absent: that is left to chance. */
  readonly connection?: 'kept' | 'another' | 'tried again' | 'given up'
}

/** One fault at one moment: run with each authentication and each call. */
export interface FaultRow {
  readonly fault: string
  readonly moment: Moment
  /** Absent: both. */
  readonly authentication?: Authentication
  /** Absent: `report`. */
  readonly onUnknown?: 'replay'
  /** How long an answer or a connection may take, in milliseconds; a time that no load of the machine uses up by default. */
  readonly timeoutMs?: number
  /** Attempts to connect; 5 by default. */
  readonly connectAttempts?: number
  readonly throughProxy?: true
  /** How many pushes a `sendMany` has; 600 by default. */
  readonly pushes?: number
  /** Orders the fault; before the sending, or after it with `after`. */
  readonly order?: (cell: FaultCell) => unknown
  /** Is called when the first half of the pushes was taken (`sendMany`) or has ended (`send`). */
  readonly halfway?: (cell: FaultCell) => void
  /** Goes on beside the sending. */
  readonly beside?: (cell: FaultCell) => Promise<void>
  /** Ends the fault, where `simulator.reset()` does not. */
  readonly heal?: (cell: FaultCell) => unknown
  /** What else is to be true afterwards; throws where it is not. */
  readonly check?: (cell: FaultCell) => void
  readonly expected: Expected
}
