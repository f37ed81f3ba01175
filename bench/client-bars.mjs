// Bars A1 to A4 of the client, judged by the figures of one run.
import { find } from './client-figures.mjs'

const cpu = (groups, sender, sink) => find(groups, { experiment: 'one', sender, sink })?.cpuMicros
const ratio = (sink, sender, other) => (groups) => cpu(groups, sender, sink) / cpu(groups, other, sink)
const size = (groups, pushes) => find(groups, { experiment: 'sizes', pushes })

const times = (value) => `${value.toFixed(2)} ×`
const part = (value) => (value < 1 ? `1/${Number((1 / value).toFixed(1))}` : times(value))
const megabytes = (value) => `${value.toFixed(1)} MB`

/** `value` gives NaN where something was not measured; `unmeasured` says why that is always so. */
const bars = [
  {
    name: 'A1',
    what: '`sendMany`, nghttpd: CPU a push against h2load',
    limit: 0.7,
    as: times,
    value: ratio('nghttpd', 'sendMany', 'h2load'),
  },
  {
    name: 'A1',
    what: '`sendMany`, nghttpd: against node:http2',
    limit: 1 / 15,
    as: part,
    value: ratio('nghttpd', 'sendMany', 'node:http2'),
  },
  {
    name: 'A2',
    what: '`sendMany`, nginx: against h2load',
    limit: 1,
    as: times,
    value: ratio('nginx', 'sendMany', 'h2load'),
  },
  {
    name: 'A2',
    what: '`sendMany`, nginx: against @parse/node-apn',
    limit: 1 / 6,
    as: part,
    value: ratio('nginx', 'sendMany', '@parse/node-apn'),
  },
  {
    name: 'A2',
    what: '`sendMany`, nginx: against apns2 for Go',
    limit: 1 / 4,
    as: part,
    value: () => Number.NaN,
    unmeasured: 'neither npm nor Debian has it',
  },
  {
    name: 'A3',
    what: '`send`, nghttpd: against `sendMany`',
    limit: 3,
    as: times,
    value: ratio('nghttpd', 'send', 'sendMany'),
  },
  {
    name: 'A3',
    what: '`send`, nghttpd: against node:http2',
    limit: 1 / 5,
    as: part,
    value: ratio('nghttpd', 'send', 'node:http2'),
  },
  {
    name: 'A4',
    what: '10,000,000 pushes with `sendMany`: CPU a push against that of A1',
    limit: 1.1,
    as: times,
    value: (groups) => size(groups, 10_000_000)?.cpuMicros / cpu(groups, 'sendMany', 'nghttpd'),
  },
  {
    name: 'A4',
    what: '10,000,000 pushes: peak memory above that of 100,000',
    limit: 20,
    as: megabytes,
    value: (groups) => size(groups, 10_000_000)?.megabytes - size(groups, 100_000)?.megabytes,
  },
]

/** Rows for a table: name, what, bar, measured, verdict. A quick run is mostly start-up: it judges nothing. */
export function judge(groups, quick) {
  return bars.map(({ name, what, limit, as, value, unmeasured }) => {
    const measured = value(groups)
    const row = [name, what, `≤ ${as(limit)}`]
    if (Number.isNaN(measured)) return [...row, '–', `not measured${unmeasured ? `: ${unmeasured}` : ''}`]
    if (quick) return [...row, as(measured), 'not judged']
    return [...row, as(measured), measured <= limit ? 'met' : '**missed**']
  })
}
