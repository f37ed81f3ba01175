import { useMemo } from 'react'
import { useSearchParams } from 'wouter'
import type { paths } from '../../api/schema'

/** Conditions of the API's lists of devices. */
export type DeviceQuery = NonNullable<paths['/api/v1/devices/count']['get']['parameters']['query']>

/** Filters that mean what they say. */
const plainFilters = [
  ...(['service', 'active', 'user', 'tag', 'display', 'osVersionFrom', 'osVersionTo'] as const),
  ...(['appVersionFrom', 'appVersionTo', 'locale', 'timeZone', 'deactivationReason'] as const),
]
/** Filters by a time; see `periodOf`. */
const timeFilters = ['lastNotified', 'added', 'deactivated', 'registered'] as const
const filterNames = ['search', ...plainFilters, ...timeFilters] as const

export type FilterName = (typeof filterNames)[number]
type TimeFilter = (typeof timeFilters)[number]
/** What is filtered by, as it stands in the URL. */
export type Filters = Partial<Record<FilterName, string>>

/** Filters that are shown when they are asked for. */
export const moreFilters: readonly FilterName[] = [
  ...(['user', 'tag', 'display', 'osVersionFrom', 'osVersionTo', 'appVersionFrom', 'appVersionTo'] as const),
  ...(['locale', 'timeZone', 'deactivationReason', 'registered'] as const),
]

/** The filters of the URL, so that a link shows the same devices. */
export function useDeviceFilters() {
  const [params, setParams] = useSearchParams()
  const text = params.toString()
  return useMemo(() => {
    const filters: Filters = {}
    const given = new URLSearchParams(text)
    for (const name of filterNames) {
      const value = given.get(name)
      if (value) filters[name] = value
    }
    return {
      filters,
      /** Null or nothing: not by this. */
      set: (name: FilterName, value: string | null) =>
        setParams(
          (before) => {
            const after = new URLSearchParams(before)
            if (value) after.set(name, value)
            else after.delete(name)
            return after
          },
          { replace: true },
        ),
      clear: () => setParams(new URLSearchParams(), { replace: true }),
    }
  }, [text, setParams])
}

/** The conditions that filters mean. Days are those of the reader. */
export function queryOf(filters: Filters): DeviceQuery {
  const query: Record<string, unknown> = {}
  for (const name of plainFilters) {
    const value = filters[name]
    if (value === undefined) continue
    if (name === 'active') query['isActive'] = value === 'yes'
    else query[name] = name === 'service' || name === 'user' ? Number(value) : value
  }
  if (filters.search !== undefined) {
    const { field, text } = searchOf(filters.search)
    query[field] = text
  }
  for (const name of timeFilters) Object.assign(query, boundsOf(name, filters[name]))
  return query
}

/** What a search is for: a token of which four digits or more are known, or else a platform. */
export function searchOf(search: string): { field: 'tokenPrefix' | 'platform'; text: string } {
  const token = search.replaceAll(/[<>\s]/g, '').toLowerCase()
  return /^[0-9a-f]{4,512}$/.test(token)
    ? { field: 'tokenPrefix', text: token }
    : { field: 'platform', text: search.trim() }
}

/** Before the first device of all: what has no time counts as earlier. */
const NEVER = new Date(1).toISOString()

/** `today`, `7d` (today and the seven days before), `over30d` (longer ago, or never), `never`, `2026-11-01..2026-11-24` with either end open. */
function boundsOf(name: TimeFilter, period: string | undefined): Record<string, string> {
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
