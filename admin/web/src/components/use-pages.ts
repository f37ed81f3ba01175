import { type QueryKey, useInfiniteQuery } from '@tanstack/react-query'

/** A page of a list of the API. */
interface ListPage<Item> {
  items: Item[]
  next: number | null
}

/** A list that is loaded page by page, as its reader goes on. */
export interface Pages<Item> {
  items: Item[] | undefined
  error: Error | null
  /** Whether there is more. */
  hasMore: boolean
  /** Whether another page is being loaded, because somebody wants more. */
  isLoadingMore: boolean
  more: () => void
  refetch: () => void
}

/**
 * Loads a list by its keys. A page may be empty though there is more (the API looks at so many devices at a time): `more` goes on from there.
 * `refetchInterval` is in milliseconds; absent: when the window is looked at again.
 */
export function usePages<Item>(
  queryKey: QueryKey,
  load: (after: number | undefined, signal: AbortSignal) => Promise<ListPage<Item>>,
  { refetchInterval }: { refetchInterval?: number } = {},
): Pages<Item> {
  const query = useInfiniteQuery({
    queryKey,
    queryFn: ({ pageParam, signal }) => load(pageParam, signal),
    initialPageParam: undefined as number | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
    ...(refetchInterval !== undefined && { refetchInterval }),
  })
  return {
    items: query.data?.pages.flatMap((page) => page.items),
    error: query.error,
    hasMore: query.hasNextPage,
    isLoadingMore: query.isFetchingNextPage,
    more: () => void query.fetchNextPage(),
    refetch: () => void query.refetch(),
  }
}
