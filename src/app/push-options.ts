import { PushError } from '../base/index.js'
import type { PushOptions as DeliveryOptions, PushProgress } from '../delivery/index.js'
import type { Audience } from '../model/index.js'

/** How a push is to be sent. At most one of `tokens`, `devices` and `users`; none: all active devices of the service. */
export interface PushOptions {
  /** Device tokens, in any spelling that a registration accepts. Those that are not registered or not active are skipped. */
  tokens?: readonly string[]
  /** Ids of devices. */
  devices?: readonly number[]
  /** Ids of users: all of their devices. */
  users?: readonly number[]
  /** Devices a chunk, a positive integer; 10,000 by default. A chunk is what a worker takes on at once. */
  chunkSize?: number
  /** Whether a notification that is not stored yet is stored; the setting `persistNotifications` by default. */
  persist?: boolean
  /** Called with the counts so far, every 100 ms at most, and once at the end. */
  onProgress?: (progress: PushProgress) => void
  /** Ends the push as `cancelled`: what is in flight gets its answers, the rest counts as unsent. No exception. */
  signal?: AbortSignal
}

/** The same in the words of the delivery. PUSH_ERR_INPUT_INVALID where more than one audience is named. */
export function deliveryOptions({ tokens, devices, users, ...rest }: PushOptions): DeliveryOptions {
  const audiences: Audience[] = []
  if (tokens !== undefined) audiences.push({ kind: 'tokens', tokens })
  if (devices !== undefined) audiences.push({ kind: 'devices', ids: devices })
  if (users !== undefined) audiences.push({ kind: 'users', ids: users })
  if (audiences.length > 1)
    throw new PushError('PUSH_ERR_INPUT_INVALID', 'give one of tokens, devices and users, not several', {
      field: 'tokens',
    })
  const [audience = { kind: 'all' }] = audiences
  return { ...rest, audience }
}
