/** Before the first item of all: what has no time counts as earlier. */
const NEVER = new Date(1).toISOString()

/**
 * The bounds of a period of time as the API's lists take them: `<name>Since`, `<name>Before`. The period is `today`, `7d` (today and the seven
 * days before), `over30d` (longer ago, or never), `never`, or `2026-11-01..2026-11-24` with either end open. Days are those of the reader.
 */
export function periodBounds(name: string, period: string | undefined): Record<string, string> {
  const since = (at: Date) => ({ [`${name}Since`]: at.toISOString() })
  const before = (at: Date) => ({ [`${name}Before`]: at.toISOString() })
  if (period === undefined) return {}
  if (period === 'today') return since(midnight(0))
  if (period === 'never') return { [`${name}Before`]: NEVER }
  const days = /^(over)?(\d{1,4})d$/.exec(period)
  if (days !== null) return (days[1] === undefined ? since : before)(midnight(-Number(days[2])))
  const { from, to } = datesOf(period)
  return { ...(from !== undefined && since(from)), ...(to !== undefined && before(nextDay(to))) }
}

/** The first and the last day of `2026-11-01..2026-11-24`. */
function datesOf(period: string): { from: Date | undefined; to: Date | undefined } {
  const [from, to] = period.split('..').map((text) => {
    const date = new Date(`${text}T00:00`)
    return Number.isNaN(date.getTime()) ? undefined : date
  })
  return { from, to }
}

function midnight(days: number): Date {
  const now = new Date()
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() + days)
}

function nextDay(date: Date): Date {
  return new Date(date.getFullYear(), date.getMonth(), date.getDate() + 1)
}
