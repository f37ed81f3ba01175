import { PushError } from '../base/index.js'
import type { PushOptions as DeliveryOptions, PushProgress } from '../delivery/index.js'
import type { Audience, DeviceCondition, Duplicates, Urgency } from '../model/index.js'

/** How a push is to be sent. At most one of `tokens`, `devices`, `users` and `where`; none: all active devices of the service. */
export interface PushOptions {
  /** Device tokens, in any spelling that a registration accepts. Those that are not registered or not active are skipped. */
  tokens?: readonly string[]
  /** Ids of devices. */
  devices?: readonly number[]
  /** Ids of users: all of their devices. */
  users?: readonly number[]
  /**
   * Devices that fit a condition: `{ and: [{ platform: ['iPhone'] }, { not: { tags: ['beta'] } }] }`. They are looked for by whoever sends the
   * push, some thousand at a time; until all are found it is `scheduled`.
   */
  where?: DeviceCondition
  /** Devices a chunk, a positive integer; 10,000 by default. A chunk is what a worker takes on at once. */
  chunkSize?: number
  /** An urgent push is begun before others; `normal` by default. */
  urgency?: Urgency
  /**
   * What may reach a device twice. `bounded` (default): after a crash what was not recorded is sent again, at most 2,000 devices a
   * worker. `never`: those are `unknown` instead. `allowed`: a push without an answer is sent again as well.
   */
  duplicates?: Duplicates
  /** How often a device is tried that Apple refuses for now; 1 to 100, 5 by default. */
  maxAttempts?: number
  /** Whether a notification that is not stored yet is stored; the setting `persistNotifications` by default. */
  persist?: boolean
  /** The caller's name for this request: a second one with the same key and content is the same push. At most 255 characters. */
  idempotencyKey?: string
  /** Who wants it: a user's name. */
  by?: string
  /** Called with the counts so far, every 100 ms at most, and once at the end. */
  onProgress?: (progress: PushProgress) => void
  /** Ends the push as `cancelled`: what is in flight gets its answers, the rest counts as unsent. No exception. */
  signal?: AbortSignal
}

/** How a push is to be sent that nobody waits for. */
export interface SubmitOptions extends Omit<PushOptions, 'onProgress' | 'signal'> {
  /** When it is to begin; its audience is resolved then. Absent: at once. */
  at?: Date
  /**
   * The local time at which each device gets it, in its own time zone: `2026-12-01T09:00`, seconds may follow. The audience is
   * resolved when that time comes in the first zone of the world, and a device's zone is what it is then. Not with `at`.
   */
  localTime?: string
  /** The IANA time zone of devices whose own is not known; UTC by default. Only with `localTime`. */
  timeZone?: string
}

/** The same in the words of the delivery. PUSH_ERR_INPUT_INVALID where more than one audience is named. */
export function deliveryOptions(options: PushOptions | SubmitOptions): DeliveryOptions {
  const { tokens, devices, users, where, at, ...rest }: PushOptions & SubmitOptions = options
  const audiences: Audience[] = []
  if (tokens !== undefined) audiences.push({ kind: 'tokens', tokens })
  if (devices !== undefined) audiences.push({ kind: 'devices', ids: devices })
  if (users !== undefined) audiences.push({ kind: 'users', ids: users })
  if (where !== undefined) audiences.push({ kind: 'where', where })
  if (audiences.length > 1)
    throw new PushError(
      'PUSH_ERR_INPUT_INVALID',
      'give one of tokens, devices, users and where, not several',
      {
        field: 'tokens',
      },
    )
  const [audience = { kind: 'all' }] = audiences
  return { ...rest, audience, ...(at !== undefined && { dueAt: at.getTime() }) }
}
