/** Faults that come as answers. */
import type { ScriptedAnswer } from '../../src/simulator/index.js'
import type { Expected, FaultRow, Moment } from './fault-row.js'

const minuteMs = 60_000

const refused = (why: string, count: number): Expected => ({
  rejected: count,
  why,
  accepted: 'rest',
  connection: 'kept',
  sentAgain: false,
})

function row(fault: string, moment: Moment, order: ScriptedAnswer, expected: Expected): FaultRow {
  return { fault, moment, order: (cell) => cell.answer(order), expected }
}

/** Both moments at which an answer can come. */
function rows(fault: string, order: ScriptedAnswer, expected: Expected): FaultRow[] {
  return [row(fault, 'first', order, expected), row(fault, 'middle', order, expected)]
}

/** A date in HTTP has whole seconds: this one is one or two of them away. */
const soon = () => new Date(Date.now() + 2_000).toUTCString()

const elsewhere: Expected = { accepted: 'all', connection: 'another', sentAgain: true }

export const answerRows: readonly FaultRow[] = [
  ...rows('429 TooManyRequests', { reason: 'TooManyRequests' }, refused('TooManyRequests', 1)),
  ...rows(
    '500 InternalServerError, 3 times',
    { reason: 'InternalServerError', count: 3 },
    refused('InternalServerError', 3),
  ),
  ...rows(
    '503 ServiceUnavailable, 3 times',
    { reason: 'ServiceUnavailable', count: 3 },
    refused('ServiceUnavailable', 3),
  ),
  ...rows(
    '503 with Retry-After in seconds',
    { reason: 'ServiceUnavailable', headers: { 'retry-after': '1' } },
    refused('ServiceUnavailable', 1),
  ),
  ...(['first', 'middle'] as const).map(
    (moment): FaultRow => ({
      fault: '503 with Retry-After as a date',
      moment,
      order: (cell) => cell.answer({ reason: 'ServiceUnavailable', headers: { 'retry-after': soon() } }),
      expected: refused('ServiceUnavailable', 1),
    }),
  ),
  ...rows('503 Shutdown', { reason: 'Shutdown' }, elsewhere),
  {
    fault: 'ExpiredProviderToken, 5 times, with a new token',
    moment: 'middle',
    authentication: 'key',
    order: (cell) => cell.answer({ reason: 'ExpiredProviderToken', count: 5 }),
    expected: refused('ExpiredProviderToken', 5),
  },
  {
    fault: 'ExpiredProviderToken storm, with a token of 30 minutes',
    moment: 'middle',
    authentication: 'key',
    halfway: (cell) => {
      cell.clientClock.aheadMs = 30 * minuteMs
      cell.serverClock.aheadMs = 30 * minuteMs
      cell.simulator.answer({ reason: 'ExpiredProviderToken', count: 4 })
    },
    check: ({ simulator }) => {
      const { tokenVerifications } = simulator.stats()
      if (tokenVerifications !== 2) throw new Error(`${tokenVerifications} provider tokens`)
    },
    expected: elsewhere,
  },
  {
    fault: 'TooManyProviderTokenUpdates',
    moment: 'first',
    authentication: 'key',
    order: (cell) => cell.answer({ reason: 'TooManyProviderTokenUpdates' }),
    expected: elsewhere,
  },
  {
    fault: 'TooManyProviderTokenUpdates',
    moment: 'middle',
    authentication: 'key',
    order: (cell) => cell.answer({ reason: 'TooManyProviderTokenUpdates' }),
    expected: elsewhere,
  },
]
