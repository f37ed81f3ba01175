/**
 * What can be made to go wrong, as data: which fault can happen at which moment, and which fields it takes.
 *
 * Moments in the life of a connection, in their order:
 * - `accept`: TCP is there, the TLS handshake has not begun;
 * - `secure`: TLS is there, no SETTINGS have been sent;
 * - `settings`: the SETTINGS have just left, no request was read;
 * - `request`: a request is complete, nothing was done with it;
 * - `judged`: the request was judged, counted and logged as usual, its answer has not left;
 * - `head`: the head of the answer has left, its end has not;
 * - `now`: at once, on every connection that is open.
 */
import { OrderedRules, type Schedule } from './ordered-rules.js'
import { invalid, whole } from './simulator-options.js'

/** When a fault happens. */
export type FaultMoment = 'accept' | 'secure' | 'settings' | 'request' | 'judged' | 'head' | 'now'

/** An ordered fault: what goes wrong, when, and how often. */
export interface FaultOrder extends Schedule {
  /**
   * - `goaway`: GOAWAY; what came before it is answered, then the connection is closed.
   * - `refuse`: RST_STREAM with REFUSED_STREAM.
   * - `reset`: RST_STREAM with `errorCode`.
   * - `tcp-reset`: the TCP connection is reset.
   * - `close`: the connection is closed in order (FIN), without GOAWAY.
   * - `silence`: from now on the connection reads nothing and says nothing, not even to PING, and stays open.
   * - `tls-alert`: the TLS handshake is ended with a fatal alert.
   * - `drip`: from now on all that the connection says leaves byte by byte, each in a TLS record of its own.
   * - `streams`: SETTINGS_MAX_CONCURRENT_STREAMS is changed to `streams`, and stays.
   * - `window`: SETTINGS_INITIAL_WINDOW_SIZE is changed to `bytes`; back after `ms`, if given.
   */
  readonly kind: FaultKind
  /** Absent: `accept` for `tls-alert`, else `request`. */
  readonly at?: FaultMoment
  /** Of GOAWAY (0, NO_ERROR, by default) and `reset` (2, INTERNAL_ERROR): a code of RFC 9113, section 7. */
  readonly errorCode?: number
  /** `goaway`: sent as its debug data, `{"reason": …}`. Absent: none. */
  readonly reason?: string
  /** `goaway`: false closes the connection at once, though requests may be without an answer; true by default. */
  readonly drain?: boolean
  /** `tls-alert`: a code of RFC 8446, section 6; 40, handshake_failure, by default. */
  readonly alert?: number
  /** `drip`: how long each byte waits for the one before it, in milliseconds; `window`: how long it stays so. */
  readonly ms?: number
  /** `streams`: how many; needed there. */
  readonly streams?: number
  /** `window`: how many; needed there. */
  readonly bytes?: number
}

/** A fault with its defaults. */
export type Fault = { readonly at: FaultMoment } & (
  | { readonly kind: 'goaway'; readonly errorCode: number; readonly data: string; readonly drain: boolean }
  | { readonly kind: 'refuse' | 'tcp-reset' | 'close' | 'silence' }
  | { readonly kind: 'reset'; readonly errorCode: number }
  | { readonly kind: 'tls-alert'; readonly alert: number }
  | { readonly kind: 'drip'; readonly ms: number }
  | { readonly kind: 'streams'; readonly streams: number }
  | { readonly kind: 'window'; readonly bytes: number; readonly ms: number | undefined }
)

export type FaultKind =
  | 'goaway'
  | 'refuse'
  | 'reset'
  | 'tcp-reset'
  | 'close'
  | 'silence'
  | 'tls-alert'
  | 'drip'
  | 'streams'
  | 'window'

const wholeConnection: readonly FaultMoment[] = ['request', 'accept', 'secure', 'settings', 'judged', 'now']
const session: readonly FaultMoment[] = ['request', 'settings', 'now']

/** For each fault the moments that it can have, the usual one first, and its own fields. */
export const faultTable: Readonly<
  Record<FaultKind, { readonly at: readonly FaultMoment[]; readonly fields: readonly (keyof FaultOrder)[] }>
> = {
  goaway: { at: [...session, 'judged'], fields: ['errorCode', 'reason', 'drain'] },
  refuse: { at: ['request'], fields: [] },
  reset: { at: ['request', 'judged', 'head'], fields: ['errorCode'] },
  'tcp-reset': { at: wholeConnection, fields: [] },
  close: { at: wholeConnection, fields: [] },
  silence: { at: wholeConnection, fields: [] },
  'tls-alert': { at: ['accept'], fields: ['alert'] },
  drip: { at: session, fields: ['ms'] },
  streams: { at: session, fields: ['streams'] },
  window: { at: session, fields: ['bytes', 'ms'] },
}

/** Fields of an order that every fault has; those of the schedule only where something is waited for. */
const commonFields: readonly (keyof FaultOrder)[] = ['kind', 'at']
const scheduleFields: readonly (keyof FaultOrder)[] = ['count', 'skip']
const requestMoments: readonly FaultMoment[] = ['request', 'judged', 'head']

/** All fields that an order may have. */
export const faultFields: readonly string[] = [
  ...new Set([
    ...commonFields,
    'token',
    ...scheduleFields,
    ...Object.values(faultTable).flatMap(({ fields }) => fields),
  ]),
]

/** Which fields an order of this kind and moment may have. */
function fieldsOf(kind: FaultKind, at: FaultMoment): readonly (keyof FaultOrder)[] {
  return [
    ...commonFields,
    ...faultTable[kind].fields,
    ...(at === 'now' ? [] : scheduleFields),
    ...(requestMoments.includes(at) ? (['token'] as const) : []),
  ]
}

/** Checks an order and adds the defaults. */
export function faultOf(order: FaultOrder): Fault {
  const { kind } = order
  if (typeof kind !== 'string' || !Object.hasOwn(faultTable, kind))
    throw invalid('kind', kind, `one of ${Object.keys(faultTable).join(', ')}`)
  const moments = faultTable[kind].at
  const at = order.at ?? moments[0]!
  if (!moments.includes(at)) throw invalid('at', at, `one of ${moments.join(', ')} with ${kind}`)
  const allowed = fieldsOf(kind, at)
  for (const [field, value] of Object.entries(order)) {
    if (value !== undefined && !allowed.includes(field as keyof FaultOrder))
      throw invalid(field, value, `allowed with ${kind} at ${at}; there are ${allowed.join(', ')}`)
  }
  switch (kind) {
    case 'goaway':
      return { kind, at, errorCode: code(order, 0), data: goAwayData(order.reason), drain: drains(order) }
    case 'reset':
      return { kind, at, errorCode: code(order, 2) }
    case 'tls-alert':
      return { kind, at, alert: whole('alert', order.alert ?? 40, 0, 255) }
    case 'drip':
      return { kind, at, ms: whole('ms', order.ms ?? 0, 0, 60_000) }
    case 'streams':
      return { kind, at, streams: whole('streams', order.streams, 0, 2_147_483_647) }
    case 'window': {
      const ms = order.ms === undefined ? undefined : whole('ms', order.ms, 0, 2_147_483_647)
      return { kind, at, bytes: whole('bytes', order.bytes, 0, 2_147_483_647), ms }
    }
    default:
      return { kind, at }
  }
}

function code({ errorCode }: FaultOrder, standard: number): number {
  return whole('errorCode', errorCode ?? standard, 0, 0xffff_ffff)
}

function goAwayData(reason: unknown): string {
  if (reason === undefined) return ''
  if (typeof reason === 'string') return JSON.stringify({ reason })
  throw invalid('reason', reason, 'a text such as "Shutdown"')
}

function drains({ drain = true }: FaultOrder): boolean {
  if (typeof drain === 'boolean') return drain
  throw invalid('drain', drain, 'true or false')
}

/** The faults that the caller ordered for requests and connections that are still to come. */
export class FaultPlan {
  readonly #requests = new OrderedRules<Fault>()
  readonly #connections = {
    accept: new OrderedRules<Fault>(),
    secure: new OrderedRules<Fault>(),
    settings: new OrderedRules<Fault>(),
  }

  /** Takes a fault that is not for now. */
  add(fault: Fault, schedule: Schedule): void {
    const { at } = fault
    const rules =
      at === 'accept' || at === 'secure' || at === 'settings' ? this.#connections[at] : this.#requests
    rules.add(schedule, fault)
  }

  /** What is to go wrong with the next request, which is for this device. */
  ofRequest(token: string): Fault | undefined {
    return this.#requests.next(token)
  }

  /** What is to go wrong with the next connection at this moment. */
  ofConnection(at: 'accept' | 'secure' | 'settings'): Fault | undefined {
    return this.#connections[at].next()
  }

  clear(): void {
    this.#requests.clear()
    for (const rules of Object.values(this.#connections)) rules.clear()
  }
}
