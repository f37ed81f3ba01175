/** Limits that change, and what is between client and server: proxy, names, clocks. */
import type { FaultOrder } from '../../src/simulator/index.js'
import { type FaultCell, until } from './fault-cell.js'
import type { Expected, FaultRow, Moment } from './fault-row.js'

const hourMs = 3_600_000
const lost = 'PUSH_ERR_APNS_CONNECTION_LOST'

const untouched: Expected = { accepted: 'all', connection: 'kept' }

function row(fault: string, moment: Moment, order: FaultOrder, expected: Expected): FaultRow {
  return { fault, moment, order: (cell) => cell.fault(order), expected }
}

const windowShut = 'windows of streams shut for 300 ms'

/** No streams; when the last is over, one; when a few have gone, many; then one again. */
async function openStreams(cell: FaultCell): Promise<void> {
  const { simulator } = cell
  const received = () => simulator.stats().received
  await cell.happened('streams')
  await until(() => simulator.stats().streams.open === 0)
  simulator.fault({ kind: 'streams', streams: 1, at: 'now' })
  const before = received()
  await until(() => received() >= before + 3)
  simulator.fault({ kind: 'streams', streams: 1000, at: 'now' })
  await until(() => received() >= before + 5)
  simulator.fault({ kind: 'streams', streams: 1, at: 'now' })
}

/** In flight is what the server was silent on when the proxy died; nothing can be sent after that. */
const cutOff = (whyUnsent: string): Expected => ({
  unknown: 'in flight',
  why: lost,
  accepted: 'some',
  unsent: 'rest',
  whyUnsent,
  connection: 'given up',
})

export const limitRows: readonly FaultRow[] = [
  {
    fault: 'concurrency 0, 1, 1000, 1',
    moment: 'before',
    order: (cell) => cell.fault({ kind: 'streams', streams: 0, at: 'settings' }),
    beside: openStreams,
    expected: untouched,
  },
  {
    fault: 'concurrency 0, 1, 1000, 1',
    moment: 'middle',
    order: (cell) => cell.fault({ kind: 'streams', streams: 0 }),
    beside: openStreams,
    expected: untouched,
  },
  row(windowShut, 'before', { kind: 'window', at: 'settings', bytes: 0, ms: 300 }, untouched),
  row(windowShut, 'first', { kind: 'window', bytes: 0, ms: 300 }, untouched),
  row(windowShut, 'middle', { kind: 'window', bytes: 0, ms: 300 }, untouched),
  row(windowShut, 'after', { kind: 'window', bytes: 0, ms: 300 }, untouched),
  {
    ...row('windows of streams of 10 bytes', 'first', { kind: 'window', bytes: 10 }, untouched),
    pushes: 100,
  },
  {
    fault: 'proxy that is dead',
    moment: 'before',
    throughProxy: true,
    connectAttempts: 2,
    order: (cell) => cell.proxy?.die(),
    heal: (cell) => cell.proxy?.comeBack(),
    expected: { unsent: 'all', why: 'PUSH_ERR_APNS_PROXY', connection: 'given up' },
  },
  {
    fault: 'proxy that dies',
    moment: 'middle',
    throughProxy: true,
    connectAttempts: 2,
    order: (cell) => cell.fault({ kind: 'silence' }),
    beside: async (cell) => {
      await cell.happened('silence')
      await cell.proxy?.die()
    },
    heal: (cell) => cell.proxy?.comeBack(),
    expected: cutOff('PUSH_ERR_APNS_PROXY'),
  },
  {
    fault: 'DNS that fails',
    moment: 'before',
    connectAttempts: 2,
    order: ({ names }) => {
      names.found = false
    },
    heal: ({ names }) => {
      names.found = true
    },
    expected: { unsent: 'all', why: 'PUSH_ERR_APNS_CONNECT', connection: 'given up' },
  },
  {
    fault: 'DNS that fails when a connection was reset',
    moment: 'middle',
    connectAttempts: 2,
    order: (cell) => cell.fault({ kind: 'tcp-reset', at: 'judged' }),
    halfway: ({ names }) => {
      names.found = false
    },
    heal: ({ names }) => {
      names.found = true
    },
    expected: cutOff('PUSH_ERR_APNS_CONNECT'),
  },
  {
    fault: 'an hour passes in sleep',
    moment: 'middle',
    halfway: ({ clientClock, serverClock }) => {
      clientClock.aheadMs = hourMs
      serverClock.aheadMs = hourMs
    },
    // Pushes that left before with a token that is an hour old by now are refused, and sent again.
    expected: { accepted: 'all' },
  },
  ...(['key', 'certificate'] as const).map(
    (authentication): FaultRow => ({
      fault: 'clock jumps two hours forward',
      moment: 'middle',
      authentication,
      halfway: ({ clientClock }) => {
        clientClock.aheadMs = 2 * hourMs
      },
      heal: ({ clientClock, serverClock }) => {
        serverClock.aheadMs = clientClock.aheadMs
      },
      expected:
        authentication === 'certificate'
          ? untouched
          : { rejected: 'rest', why: 'ExpiredProviderToken', accepted: 'some', connection: 'kept' },
    }),
  ),
  {
    fault: 'clock jumps two hours back',
    moment: 'middle',
    halfway: ({ clientClock }) => {
      clientClock.aheadMs = -2 * hourMs
    },
    expected: untouched,
  },
]
