import { useEffect, useState } from 'react'

/** The parts of a list that is loaded page by page. */
interface Paged {
  /** What it lists: with another one it begins anew. */
  about: string
  /** How many items a page should have. */
  pageSize: number
  /** How many there are; undefined: the first page is not there yet. */
  count: number | undefined
  hasNextPage: boolean
  isFetching: boolean
  error: Error | null
  fetchNextPage: () => unknown
}

/**
 * Makes a list go on by itself where the API has answered with less than a page, though there may be more: until there is a page, or the end
 * is reached, or it is stopped.
 */
export function useGoOn({ about, pageSize, count, hasNextPage, isFetching, error, fetchNextPage }: Paged) {
  const start = { about, wanted: pageSize, isStopped: false }
  const [goal, setGoal] = useState(start)
  const { wanted, isStopped } = goal.about === about ? goal : start
  const isSearching = count !== undefined && count < wanted && hasNextPage && !isStopped && error === null
  // biome-ignore lint/correctness/useExhaustiveDependencies: what loads the next page may be made anew each time.
  useEffect(() => {
    if (isSearching && !isFetching) fetchNextPage()
  }, [isSearching, isFetching])
  return {
    /** Whether it goes on by itself. */
    isSearching,
    /** Goes on until there is another page. */
    more: () => setGoal({ about, wanted: (count ?? 0) + pageSize, isStopped: false }),
    stop: () => setGoal({ about, wanted, isStopped: true }),
  }
}
