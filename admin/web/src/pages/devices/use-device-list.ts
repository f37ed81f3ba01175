import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { api, type Schemas, take } from '../../api/client'
import { PAGE_SIZE, queryClient } from '../../api/queries'
import { useGoOn } from '../../components/use-go-on'
import type { Pages } from '../../components/use-pages'
import type { DeviceQuery } from './device-filters'

/** How long what took more than one page stays as it was found, unless something is changed here. */
const LONG_SEARCH_MS = 10 * 60_000

/** The list of devices, and how far the search for them is. */
export interface DeviceList extends Pages<Schemas['Device']> {
  /** Whether it goes on by itself, because there are few devices that fit, or none. */
  isSearching: boolean
  /** How much of the registry has been looked at, 0 to 1; undefined: not known. */
  done: number | undefined
  stop: () => void
}

/**
 * Devices that fit, the newest first. The API looks at so many devices for a page; where few of them fit, the list goes on by itself until there is a
 * page of them, or all have been looked at, or it is stopped.
 */
export function useDeviceList(filter: DeviceQuery): DeviceList {
  const queryKey = ['devices', 'list', filter]
  const query = useInfiniteQuery({
    queryKey,
    queryFn: ({ pageParam, signal }) =>
      take(
        api.GET('/api/v1/devices', {
          params: {
            query: {
              ...filter,
              order: 'desc',
              limit: PAGE_SIZE,
              ...(pageParam !== undefined && { after: pageParam }),
            },
          },
          signal,
        }),
      ),
    initialPageParam: undefined as number | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
    // A long search would begin anew whenever somebody looks at the window, or comes back from a device.
    refetchOnWindowFocus: false,
    staleTime: ({ state }) => ((state.data?.pages.length ?? 0) > 1 ? LONG_SEARCH_MS : 5_000),
  })
  const { data, hasNextPage, isFetching, fetchNextPage, error } = query
  const items = data?.pages.flatMap((page) => page.items)

  const goOn = useGoOn({
    about: JSON.stringify(filter),
    pageSize: PAGE_SIZE,
    count: items?.length,
    ...{ hasNextPage, isFetching, error, fetchNextPage },
  })

  const newest = useQuery({
    queryKey: ['devices', 'newest'],
    queryFn: ({ signal }) =>
      take(api.GET('/api/v1/devices', { params: { query: { order: 'desc', limit: 1 } }, signal })),
    enabled: goOn.isSearching,
  }).data?.items[0]?.id
  const next = data?.pages.at(-1)?.next
  return {
    items,
    error,
    hasMore: hasNextPage,
    isLoadingMore: query.isFetchingNextPage,
    more: goOn.more,
    refetch: () => void query.refetch(),
    isSearching: goOn.isSearching,
    done: newest === undefined || typeof next !== 'number' ? undefined : Math.max(0, 1 - next / newest),
    stop: () => {
      goOn.stop()
      void queryClient.cancelQueries({ queryKey })
    },
  }
}

/** How many devices fit; undefined while they are counted. Given up as soon as others are asked for. */
export function useDeviceCount(filter: DeviceQuery, { items, hasMore, isSearching }: DeviceList) {
  const isAllThere = items !== undefined && !hasMore
  const counted = useQuery({
    queryKey: ['devices', 'count', filter],
    queryFn: ({ signal }) => take(api.GET('/api/v1/devices/count', { params: { query: filter }, signal })),
    // What is being searched for is counted after that, if there is more of it: both read all devices.
    enabled: items !== undefined && !isAllThere && !isSearching,
    refetchOnWindowFocus: false,
    staleTime: 60_000,
  })
  return isAllThere ? items.length : counted.data?.count
}
