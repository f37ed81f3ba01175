import type { Schemas } from '../../api/client'
import type { ChartSeries } from '../../components/chart'
import { type OutcomeCounts, outcomes } from '../pushes/outcome-words'

/** How often what is shown live is looked at anew, in milliseconds. */
export const LIVE_MS = 5_000

/**
 * When the server has answered, by its own clock, which is the one that its minutes go by; that of the browser may be minutes away. A proxy
 * may have taken the time out of the answer: then it is the browser's.
 */
export function answeredAt({ headers }: Response): number {
  const at = Date.parse(headers.get('date') ?? '')
  return Number.isNaN(at) ? Date.now() : at
}

/** The sums of many. */
export function sumOf(items: readonly OutcomeCounts[]): OutcomeCounts {
  const sum: OutcomeCounts = { accepted: 0, rejected: 0, unknown: 0, unsent: 0 }
  for (const item of items) for (const [outcome] of outcomes) sum[outcome] += item[outcome]
  return sum
}

/** Which part Apple accepted of what it answered: `99.5 %`; a dash where it answered nothing. */
export function acceptance({ accepted, rejected }: OutcomeCounts): string {
  const answered = accepted + rejected
  if (answered === 0) return '–'
  const percent = (accepted / answered) * 100
  // 99.96 is not all.
  return `${percent === 100 ? 100 : Math.min(99.9, Math.round(percent * 10) / 10)} %`
}

/** The outcomes of each of the last minutes, with zeros for those in which nothing was; the last one is under way. */
export function minuteSeries(
  items: readonly (OutcomeCounts & { minute: string })[],
  minutes: number,
  now: number,
) {
  const last = Math.floor(now / 60_000)
  const times = Array.from({ length: minutes }, (_, index) => (last - minutes + 1 + index) * 60)
  const indexOf = (minute: string) => Date.parse(minute) / 60_000 - (last - minutes + 1)
  const series: ChartSeries[] = outcomes.map(([label, color]) => {
    const values = times.map(() => 0)
    for (const item of items) {
      const index = indexOf(item.minute)
      if (index >= 0 && index < minutes) values[index] = (values[index] ?? 0) + item[label]
    }
    return { label, color, values }
  })
  return { times, series }
}

/** Why Apple rejected, over some days: the most frequent first. */
export function reasonsOf(items: readonly Schemas['DayStats'][]): { reason: string; count: number }[] {
  const sums = new Map<string, number>()
  for (const { reasons } of items)
    for (const { reason, count } of reasons) sums.set(reason, (sums.get(reason) ?? 0) + count)
  return [...sums].map(([reason, count]) => ({ reason, count })).sort((a, b) => b.count - a.count)
}

/** Active devices of all services by day. A service that was not counted on a day counts as it was before. */
export function activeByDay(items: readonly Schemas['DayStats'][]): { times: number[]; values: number[] } {
  const days = [...new Set(items.filter((item) => item.activeDevices !== null).map(({ day }) => day))].sort()
  const known = new Map<number, number>()
  const values = days.map((day) => {
    for (const item of items)
      if (item.day === day && item.activeDevices !== null) known.set(item.service, item.activeDevices)
    return [...known.values()].reduce((sum, count) => sum + count, 0)
  })
  return { times: days.map((day) => Date.parse(day) / 1000), values }
}
