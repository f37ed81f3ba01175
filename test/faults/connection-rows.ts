/** Faults of connections: how they end, and how they fall silent. */
import type { FaultOrder } from '../../src/simulator/index.js'
import type { Expected, FaultRow, Moment } from './fault-row.js'

const lost = 'PUSH_ERR_APNS_CONNECTION_LOST'
const timeout = 'PUSH_ERR_APNS_TIMEOUT'
/** Long enough for a handshake on a busy machine. */
const shortMs = 2_000

const allAgain: Expected = { accepted: 'all', connection: 'another', sentAgain: true }
const allElsewhere: Expected = { accepted: 'all', connection: 'another' }
const lostInFlight: Expected = { unknown: 'in flight', why: lost, accepted: 'rest', connection: 'another' }
const oneUnknown: Expected = { unknown: 1, why: lost, accepted: 'rest', connection: 'kept', sentAgain: false }
const silentInFlight: Expected = { ...lostInFlight, why: timeout }
const kept: Expected = { accepted: 'all', connection: 'kept', sentAgain: false }
const tried: Expected = { accepted: 'all', connection: 'tried again', sentAgain: false }

function row(fault: string, moment: Moment, order: FaultOrder, expected: Expected): FaultRow {
  return { fault, moment, order: (cell) => cell.fault(order), expected }
}

/** The same with pushes that may be sent twice: nothing is left unknown. */
function replayed(it: FaultRow): FaultRow {
  const { unknown: _unknown, why: _why, ...expected } = it.expected
  return { ...it, onUnknown: 'replay', expected: { ...expected, accepted: 'all', sentAgain: true } }
}

const goAway = 'GOAWAY, in-flight streams answered'
const goAwayCut = 'GOAWAY, then closed at once'
const tcpReset = 'TCP reset'
const fin = 'FIN without GOAWAY'
const silence = 'half-open silence'

const resets: FaultRow[] = [
  row(tcpReset, 'before', { kind: 'tcp-reset', at: 'accept' }, tried),
  row(tcpReset, 'first', { kind: 'tcp-reset', at: 'judged' }, lostInFlight),
  row(tcpReset, 'middle', { kind: 'tcp-reset', at: 'judged' }, lostInFlight),
  row(tcpReset, 'after', { kind: 'tcp-reset' }, allElsewhere),
]

const silences: FaultRow[] = [
  row(silence, 'before', { kind: 'silence', at: 'accept' }, tried),
  row(`${silence}, after the TLS handshake`, 'before', { kind: 'silence', at: 'secure' }, tried),
  row(silence, 'first', { kind: 'silence' }, silentInFlight),
  row(silence, 'middle', { kind: 'silence' }, silentInFlight),
  row(
    silence,
    'after',
    { kind: 'silence' },
    { accepted: 'all', connection: 'kept', next: 'unknown', why: timeout },
  ),
].map((it) => ({ ...it, timeoutMs: shortMs }))

const drips: FaultRow[] = [
  row('byte by byte', 'before', { kind: 'drip', at: 'settings' }, kept),
  row('byte by byte', 'first', { kind: 'drip' }, kept),
  row('byte by byte', 'middle', { kind: 'drip' }, kept),
  row('byte by byte', 'after', { kind: 'drip' }, kept),
].map((it) => ({ ...it, pushes: 60 }))

export const connectionRows: readonly FaultRow[] = [
  row(
    goAway,
    'before',
    { kind: 'goaway', at: 'settings', reason: 'Shutdown' },
    { accepted: 'all', connection: 'another' },
  ),
  row(goAway, 'first', { kind: 'goaway' }, allAgain),
  row(goAway, 'middle', { kind: 'goaway' }, allAgain),
  row(goAway, 'after', { kind: 'goaway' }, allElsewhere),
  row(goAwayCut, 'first', { kind: 'goaway', at: 'judged', drain: false }, lostInFlight),
  row(goAwayCut, 'middle', { kind: 'goaway', at: 'judged', drain: false }, lostInFlight),
  row(goAwayCut, 'after', { kind: 'goaway', drain: false }, allElsewhere),
  ...resets,
  replayed(resets[1]!),
  replayed(resets[2]!),
  row(fin, 'before', { kind: 'close', at: 'secure' }, tried),
  row(fin, 'first', { kind: 'close', at: 'judged' }, lostInFlight),
  row(fin, 'middle', { kind: 'close', at: 'judged' }, lostInFlight),
  row(fin, 'after', { kind: 'close' }, allElsewhere),
  ...silences,
  replayed(silences[3]!),
  row(
    'TLS alert',
    'before',
    { kind: 'tls-alert' },
    { unsent: 'all', why: 'PUSH_ERR_APNS_TLS', connection: 'given up' },
  ),
  ...drips,
  row(
    'REFUSED_STREAM',
    'first',
    { kind: 'refuse' },
    { accepted: 'all', connection: 'kept', sentAgain: true },
  ),
  row(
    'REFUSED_STREAM',
    'middle',
    { kind: 'refuse' },
    { accepted: 'all', connection: 'kept', sentAgain: true },
  ),
  row(
    'REFUSED_STREAM, 10 times',
    'middle',
    { kind: 'refuse', count: 10 },
    { accepted: 'all', connection: 'kept', sentAgain: true },
  ),
  row('RST_STREAM before the answer', 'first', { kind: 'reset' }, oneUnknown),
  row('RST_STREAM before the answer', 'middle', { kind: 'reset' }, oneUnknown),
  row('RST_STREAM in mid-answer', 'first', { kind: 'reset', at: 'head' }, oneUnknown),
  row('RST_STREAM in mid-answer', 'middle', { kind: 'reset', at: 'head' }, oneUnknown),
  replayed(row('RST_STREAM in mid-answer', 'middle', { kind: 'reset', at: 'head' }, oneUnknown)),
]
