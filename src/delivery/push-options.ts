import { PushError, shown } from '../base/index.js'
import type { Audience, Delivery, OutcomeCounts, Push } from '../model/index.js'

/**
 * Devices a chunk, where the caller names no number. A chunk is what a worker leases: large enough that leasing costs
 * nothing beside sending, small enough that several workers share a push evenly. It is no unit of loss: what a killed
 * worker had not recorded is bounded whatever the chunk (device-feed.ts).
 */
const DEFAULT_CHUNK_SIZE = 10_000

/** How one push is to be sent. */
export interface PushOptions {
  /** Whom it goes to; all active devices of the service by default. */
  audience?: Audience
  /** Devices a chunk, a positive integer; 10,000 by default. PUSH_ERR_INPUT_INVALID names it `chunkSize`. */
  chunkSize?: number
  /** Whether a notification that is not stored yet is stored; the setting of `Delivery` by default. */
  persist?: boolean
  /** Called with the counts so far, every 100 ms at most, and once at the end. */
  onProgress?: (progress: PushProgress) => void
  /** Ends the push as `cancelled`: what is in flight gets its answers, the rest counts as unsent. No exception. */
  signal?: AbortSignal
}

/** How far a push is. The four counts grow up to `audienceSize`. */
export interface PushProgress extends OutcomeCounts {
  readonly pushId: number
  readonly audienceSize: number
}

/** How a push ended. `accepted + rejected + unknown + unsent` is `audienceSize`. */
export interface PushResult extends OutcomeCounts {
  pushId: number
  state: Push['state']
  /** Why it was cancelled or failed, or what is to be known of a push that is done: one line. Null: nothing. */
  stateReason: string | null
  audienceSize: number
  skippedInactive: number
  skippedUnregistered: number
  /** How many devices this push deactivated. */
  deactivated: number
  /** What was not accepted, by outcome and reason: Apple's word, our error code, or `NOT_ATTEMPTED`. */
  reasons: { outcome: Delivery['outcome']; reason: string; count: number }[]
}

/**
 * The reason of those that were planned and never handed to a connection: the push ended before it came to them, or
 * the device had become inactive by then.
 */
export const NOT_ATTEMPTED = 'NotAttempted'

/** What a push would be, found out without writing or sending anything. */
export interface Preflight {
  audienceSize: number
  skippedInactive: number
  skippedUnregistered: number
  chunks: number
  /** The body as every device would get it. */
  payload: string
  payloadBytes: number
  /** The request headers, without those that differ from device to device (`:path`, `apns-id`) or are secret. */
  headers: Record<string, string>
}

/** The chunk size to use. PUSH_ERR_INPUT_INVALID unless it is a positive integer. */
export function chunkSizeOf(options: PushOptions): number {
  const size = options.chunkSize ?? DEFAULT_CHUNK_SIZE
  if (Number.isSafeInteger(size) && size > 0) return size
  throw new PushError('PUSH_ERR_INPUT_INVALID', `chunkSize must be a positive integer, not ${shown(size)}`, {
    field: 'chunkSize',
  })
}
