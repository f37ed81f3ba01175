import type { paths } from '../../api/schema'
import { periodBounds } from '../../components/period-bounds'
import { useFilters } from '../../components/use-filters'

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
/** What is filtered by, as it stands in the URL. */
export type Filters = Partial<Record<FilterName, string>>

/** Filters that are shown when they are asked for. */
export const moreFilters: readonly FilterName[] = [
  ...(['user', 'tag', 'display', 'osVersionFrom', 'osVersionTo', 'appVersionFrom', 'appVersionTo'] as const),
  ...(['locale', 'timeZone', 'deactivationReason', 'registered'] as const),
]

/** The filters of the URL, so that a link shows the same devices. */
export function useDeviceFilters() {
  return useFilters(filterNames)
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
  for (const name of timeFilters) Object.assign(query, periodBounds(name, filters[name]))
  return query
}

/** What a search is for: a token of which four digits or more are known, or else a part of a platform. */
export function searchOf(search: string): { field: 'tokenPrefix' | 'platformContains'; text: string } {
  const token = search.replaceAll(/[<>\s]/g, '').toLowerCase()
  return /^[0-9a-f]{4,512}$/.test(token)
    ? { field: 'tokenPrefix', text: token }
    : { field: 'platformContains', text: search.trim() }
}
