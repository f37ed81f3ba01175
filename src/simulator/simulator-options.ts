import { isIP } from 'node:net'
import { type Clock, PushError, shown, systemClock } from '../base/index.js'
import { providerTokenMaxAgeMs, providerTokenRefreshMs, usualConcurrentStreams } from './apple-rules.js'

/** Options of `startSimulator`; none is needed. */
export interface SimulatorOptions {
  /** Address to listen on for pushes; `127.0.0.1` by default. */
  host?: string
  /** Port for pushes; 0, the default, takes a free one. */
  port?: number
  /** Port of the control server, which listens on `127.0.0.1` only; 0, the default, takes a free one. */
  controlPort?: number
  /**
   * Folder for the certificate authority, the server's certificate and the `.p8` key; made if it is not there, used
   * again if it is. Absent: a temporary one that `close()` removes.
   */
  dir?: string
  /** Names and addresses that the server's certificate is for. Absent: `localhost`, `127.0.0.1`, `::1`, and `host`. */
  certificateHosts?: readonly string[]
  /** Id of the `.p8` key: 10 capital letters and digits; `SIMULATED1` by default. */
  keyId?: string
  /** Id of the key's team: 10 capital letters and digits; `SIMULATION` by default. */
  teamId?: string
  /** Bundle ids that the key may push to. Absent: any. */
  topics?: readonly string[]
  /** Streams that a connection may have open at once; 1 to 2147483647, 1000 by default. */
  maxConcurrentStreams?: number
  /**
   * The same under token authentication until the first push of the connection is accepted; 1 by default, as with
   * Apple. More is for load generators that do not wait for the server's settings.
   */
  initialConcurrentStreams?: number
  /** How old a provider token may be, in milliseconds; an hour by default. */
  providerTokenMaxAgeMs?: number
  /** A connection may change its provider token once in this time, in milliseconds; 20 minutes by default. */
  providerTokenRefreshMs?: number
  /**
   * Which of Apple's environments it stands for: `development` sends an `apns-unique-id` with every 200, as Apple does there alone;
   * `production`, the default, sends none.
   */
  environment?: 'production' | 'development'
  /** How long every answer waits, in milliseconds; 0 by default. */
  responseDelayMs?: number
  /** How many received pushes are remembered, the newest ones; 0 to Infinity, 10,000 by default. Counters are always exact. */
  receivedLimit?: number
  /** Time for the age of provider tokens and for timestamps. Certificates go by the machine's clock. */
  clock?: Clock
}

/** Options with their defaults. */
export type SimulatorSettings = Readonly<
  Required<Omit<SimulatorOptions, 'dir' | 'topics'>> & Pick<SimulatorOptions, 'dir' | 'topics'>
>

const largestDelay = 2_147_483_647
const wildcards = ['0.0.0.0', '::']

/** Checks the options and adds the defaults. */
export function simulatorSettings(options: SimulatorOptions): SimulatorSettings {
  const host = options.host ?? '127.0.0.1'
  const maxConcurrentStreams = options.maxConcurrentStreams ?? usualConcurrentStreams
  const settings: SimulatorSettings = {
    ...(options.dir === undefined ? {} : { dir: text('dir', options.dir) }),
    ...(options.topics === undefined ? {} : { topics: texts('topics', options.topics) }),
    host: text('host', host),
    port: whole('port', options.port ?? 0, 0, 65_535),
    controlPort: whole('controlPort', options.controlPort ?? 0, 0, 65_535),
    certificateHosts: texts('certificateHosts', options.certificateHosts ?? defaultHosts(host)),
    keyId: identifier('keyId', options.keyId ?? 'SIMULATED1'),
    teamId: identifier('teamId', options.teamId ?? 'SIMULATION'),
    maxConcurrentStreams: whole('maxConcurrentStreams', maxConcurrentStreams, 1, 2_147_483_647),
    initialConcurrentStreams: whole(
      'initialConcurrentStreams',
      options.initialConcurrentStreams ?? 1,
      1,
      maxConcurrentStreams,
    ),
    providerTokenMaxAgeMs: duration('providerTokenMaxAgeMs', options, providerTokenMaxAgeMs),
    providerTokenRefreshMs: duration('providerTokenRefreshMs', options, providerTokenRefreshMs),
    environment: environment(options.environment ?? 'production'),
    responseDelayMs: duration('responseDelayMs', options, 0),
    receivedLimit:
      options.receivedLimit === Number.POSITIVE_INFINITY
        ? options.receivedLimit
        : whole('receivedLimit', options.receivedLimit ?? 10_000, 0, 1_000_000_000),
    clock: options.clock ?? systemClock,
  }
  return Object.freeze(settings)
}

/** The name under which a server that listens on `host` is reached from the same machine. */
export function reachableName(host: string): string {
  return wildcards.includes(host) ? 'localhost' : host
}

/** Checks an id of a key or a team. */
export function identifier(field: string, value: unknown): string {
  if (typeof value === 'string' && /^[A-Z0-9]{10}$/.test(value)) return value
  throw invalid(field, value, '10 capital letters and digits')
}

/** Checks a whole number. */
export function whole(field: string, value: unknown, least: number, most: number): number {
  if (Number.isSafeInteger(value) && Number(value) >= least && Number(value) <= most) return Number(value)
  throw invalid(field, value, `a whole number from ${least} to ${most}`)
}

/** The error for an option or a field that is not what it has to be. */
export function invalid(field: string, value: unknown, allowed: string): PushError {
  return new PushError('PUSH_ERR_INPUT_INVALID', `${field}: ${shown(value)} is not ${allowed}`, { field })
}

function duration(
  field: 'providerTokenMaxAgeMs' | 'providerTokenRefreshMs' | 'responseDelayMs',
  options: SimulatorOptions,
  standard: number,
): number {
  return whole(field, options[field] ?? standard, 0, largestDelay)
}

function environment(value: unknown): 'production' | 'development' {
  if (value === 'production' || value === 'development') return value
  throw invalid('environment', value, 'production or development')
}

function text(field: string, value: unknown): string {
  if (typeof value === 'string' && value !== '') return value
  throw invalid(field, value, 'a text that is not empty')
}

/** Checks a list of texts. */
export function texts(field: string, value: unknown): readonly string[] {
  if (Array.isArray(value) && value.length > 0) return Object.freeze(value.map((item) => text(field, item)))
  throw invalid(field, value, 'a list of texts with at least one')
}

function defaultHosts(host: string): readonly string[] {
  const local = ['localhost', '127.0.0.1', '::1']
  const usable = isIP(host) !== 0 || /^[a-z0-9.-]+$/i.test(host)
  return local.includes(host) || wildcards.includes(host) || !usable ? local : [...local, host]
}
