import type { Duplicates } from '../../src/model/index.js'
import { Random } from '../fuzz/random.js'

/** What happens to a worker in the middle of a push; with `restart` it is killed, and the simulator too. */
type Mishap = 'kill' | 'stop' | 'restart'

/** How long a chunk is held in a sweep, in milliseconds: short, so that runs are. */
export const LEASE_MS = 1_500

/** One run of the sweep: all that is chosen, though not when the operating system lets it happen. */
export interface SweepPlan {
  readonly seed: number
  readonly mishap: Mishap
  readonly duplicates: Duplicates
  readonly collapseId: string | null
  readonly chunkSize: number
  /** Devices of the push. */
  readonly devices: number
  /** More devices of the service that are not in the audience: then that is a list of tokens, else everybody. */
  readonly others: number
  /** How long each answer waits, in milliseconds. */
  readonly responseDelayMs: number
  /** Which of the two workers it happens to. */
  readonly victim: 0 | 1
  /** It happens when so many pushes have been received. */
  readonly moment: number
  /** How long a stopped worker stays so, in milliseconds: longer than its lease. */
  readonly stopMs: number
  /** After how long a killed one is replaced, in milliseconds. */
  readonly replaceMs: number
  /** When the simulator is killed, in pushes received, and for how long it stays away, in milliseconds. */
  readonly restartMoment: number
  readonly awayMs: number
  /** How the simulator answers devices, by number; all others accept. */
  readonly answers: readonly DeviceAnswer[]
}

export interface DeviceAnswer {
  readonly device: number
  /** `gone`: 410. `bad`: BadDeviceToken. `later`: 429 once, `busy`: 503 once, both with Retry-After. */
  readonly kind: 'gone' | 'bad' | 'later' | 'busy'
}

/** A quarter of the runs stop the worker instead of killing it, another quarter restarts the simulator as well. */
const mishaps: readonly Mishap[] = ['kill', 'stop', 'kill', 'restart']

export function sweepPlan(seed: number, devices: number): SweepPlan {
  const random = new Random(seed)
  const answers: DeviceAnswer[] = []
  for (let device = 1; device <= devices; device++) {
    const dice = random.below(500)
    const kind = dice === 0 ? 'gone' : dice === 1 ? 'bad' : dice < 5 ? 'later' : undefined
    if (kind !== undefined) answers.push({ device, kind })
  }
  // After a 503 nothing at all is sent for as long as the server wants, so there is one of them.
  answers.push({ device: 1 + random.below(devices), kind: 'busy' })
  return {
    seed,
    mishap: mishaps[seed % mishaps.length]!,
    duplicates: random.pick(['bounded', 'bounded', 'never', 'allowed']),
    collapseId: random.pick([null, null, 'sweep']),
    chunkSize: random.pick([100, 500, 1_000, 2_500, 10_000]),
    devices,
    others: random.pick([0, Math.ceil(devices / 4)]),
    responseDelayMs: random.below(21),
    victim: random.pick([0, 1] as const),
    moment: random.below(devices),
    stopMs: random.pick([2_000, 3_000, 9_000]),
    replaceMs: random.below(1_000),
    restartMoment: random.below(devices),
    awayMs: random.below(1_500),
    answers,
  }
}

/** The token of device number n. */
export function tokenOf(device: number): string {
  return device.toString(16).padStart(64, '0')
}
