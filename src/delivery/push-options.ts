import type { PushType } from '../apns/index.js'
import { checked, type ErrorCode, PushError, type Report, refuse, shown } from '../base/index.js'
import {
  type Audience,
  checkLocalTime,
  checkTimeZone,
  DEFAULT_MAX_ATTEMPTS,
  type Duplicates,
  type FailedOutcome,
  type OutcomeCounts,
  type PayloadWarning,
  type Push,
  spanOf,
  type Urgency,
} from '../model/index.js'
import type { NewPush } from '../store/index.js'

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
  /** An urgent push is begun before others; `normal` by default. */
  urgency?: Urgency
  /** What may reach a device twice after a crash; `bounded` by default. See docs/delivery.md. */
  duplicates?: Duplicates
  /** How often a device is tried that Apple refuses for now; 1 to 100, 5 by default. */
  maxAttempts?: number
  /** When it is to begin, in milliseconds since 1970. Absent: now. Only with `submit`. */
  dueAt?: number
  /**
   * The local time at which each device gets it, in its own time zone: `2026-12-01T09:00`, seconds may follow. A device's zone is
   * looked at when the push begins, which is when that time comes in the first zone of the world. Not with `dueAt`, only with `submit`.
   */
  localTime?: string
  /** The IANA time zone of devices whose own is not known; UTC by default. Only with `localTime`. */
  timeZone?: string
  /** The caller's name for this request: a second one with the same key and content is the same push. At most 255 characters. */
  idempotencyKey?: string
  /** Who wants it: a user's name. */
  by?: string
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

/** How a push ended, or stands. `accepted + rejected + unknown + unsent + waiting` is `audienceSize`. */
export interface PushResult extends OutcomeCounts {
  pushId: number
  state: Push['state']
  /** Why it was cancelled or failed, or what is to be known of a push that is done: one line. Null: nothing. */
  stateReason: string | null
  audienceSize: number
  skippedInactive: number
  skippedUnregistered: number
  /** Devices without an outcome: 0 once the push has ended. */
  waiting: number
  /** Of those, how many Apple has refused for now, so that they are tried again later. */
  deferred: number
  /** When a paused push goes on by itself, in milliseconds since 1970; null: not by itself. */
  dueAt: number | null
  /** How many devices this push deactivated. */
  deactivated: number
  /** What was not accepted, by outcome and reason: Apple's word, our error code, or `NOT_ATTEMPTED`. */
  reasons: { outcome: FailedOutcome; reason: string; count: number }[]
}

/** What a notification becomes on the wire. */
export interface NotificationPreview {
  /** The body as every device would get it. */
  payload: string
  payloadBytes: number
  /** Bytes that the payload may have at most, by the push type. */
  payloadLimit: number
  /** The one that is given, or that which follows from the payload. */
  pushType: PushType
  /** The request headers, without those that differ from device to device (`:path`, `apns-id`) or are secret. */
  headers: Record<string, string>
  /** Every rule that is broken; `push` would throw the first of them. `field` is null where it is none. */
  problems: { code: ErrorCode; field: string | null; message: string }[]
  /** What is allowed and probably not meant: it is pushed all the same. */
  warnings: PayloadWarning[]
}

/** What a push would be, found out without writing or sending anything. */
export interface Preflight extends NotificationPreview {
  audienceSize: number
  skippedInactive: number
  skippedUnregistered: number
  /**
   * How many of the audience get nothing, as their local time will be over by more than an hour when the push begins; 0 where it is at no
   * local time.
   */
  localTimePassed: number
  chunks: number
}

/** The chunk size to use. PUSH_ERR_INPUT_INVALID unless it is a positive integer. */
export function chunkSizeOf(options: PushOptions, report: Report = refuse): number {
  const size = options.chunkSize ?? DEFAULT_CHUNK_SIZE
  if (Number.isSafeInteger(size) && size > 0) return size
  report(
    new PushError('PUSH_ERR_INPUT_INVALID', `chunkSize must be a positive integer, not ${shown(size)}`, {
      field: 'chunkSize',
    }),
  )
  return DEFAULT_CHUNK_SIZE
}

/** The rules of a push that have names or limits. PUSH_ERR_INPUT_INVALID. */
export function limitsOf(
  options: PushOptions,
  report: Report = refuse,
): {
  urgency: Urgency
  duplicates: Duplicates
  maxAttempts: number
} {
  const { urgency = 'normal', duplicates = 'bounded', maxAttempts = DEFAULT_MAX_ATTEMPTS, dueAt } = options
  if (!['normal', 'urgent'].includes(urgency)) report(notAllowed('urgency', urgency, 'normal or urgent'))
  if (!['never', 'bounded', 'allowed'].includes(duplicates))
    report(notAllowed('duplicates', duplicates, 'never, bounded or allowed'))
  if (!Number.isInteger(maxAttempts) || maxAttempts < 1 || maxAttempts > 100)
    report(notAllowed('maxAttempts', maxAttempts, 'a whole number from 1 to 100'))
  // The year 9999: seconds in place of milliseconds would be a time long past, and are as good as now.
  if (dueAt !== undefined && !(Number.isInteger(dueAt) && dueAt >= 0 && dueAt <= 253_402_300_799_999))
    report(notAllowed('dueAt', dueAt, 'a time in whole milliseconds since 1970'))
  return { urgency, duplicates, maxAttempts }
}

/** When a push is to begin, as the store wants it. PUSH_ERR_INPUT_INVALID. */
export function beginningOf(
  options: PushOptions,
  report: Report = refuse,
): Pick<NewPush, 'dueAt' | 'localTime' | 'timeZone'> {
  return checked(report, () => checkedBeginning(options), {})
}

/** Throws PUSH_ERR_INPUT_INVALID where a local time is over everywhere, or reports it. */
export function refuseOver(
  { localTime }: ReturnType<typeof beginningOf>,
  now: number,
  report: Report = refuse,
): void {
  if (localTime !== undefined && spanOf(localTime).last < now)
    report(notAllowed('localTime', localTime, 'a time that is not over in every time zone'))
}

function checkedBeginning({ dueAt, localTime, timeZone }: PushOptions): ReturnType<typeof beginningOf> {
  if (localTime === undefined) {
    if (timeZone !== undefined) throw notAllowed('timeZone', timeZone, 'it together with localTime')
    return dueAt === undefined ? {} : { dueAt }
  }
  if (dueAt !== undefined) throw notAllowed('localTime', localTime, 'either it or an instant')
  const time = checkLocalTime('localTime', localTime)
  return {
    dueAt: Math.max(spanOf(time).first, 0),
    localTime: time,
    timeZone: checkTimeZone('timeZone', timeZone ?? 'UTC'),
  }
}

function notAllowed(field: string, value: unknown, allowed: string): PushError {
  return new PushError('PUSH_ERR_INPUT_INVALID', `${field}: ${shown(value)} is not allowed; use ${allowed}`, {
    field,
  })
}
