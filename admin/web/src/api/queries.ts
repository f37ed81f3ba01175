import { QueryClient } from '@tanstack/react-query'
import { ApiError } from './client'
import { onServerHealed } from './connection'

/** How many items a page of a list has. */
export const PAGE_SIZE = 50

/** What is on the page. A refusal is an answer and is not asked for again; silence is, when the server is back. */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      // A server that has just begun, or has much to do (503), gets some seconds more.
      retry: (failures, error) =>
        error instanceof ApiError && error.status >= 500 && failures < (error.status === 503 ? 4 : 2),
      // The browser may be offline and the server on this machine.
      networkMode: 'always',
    },
    // What was sent may be a password or a key.
    mutations: { networkMode: 'always', gcTime: 0 },
  },
})

onServerHealed(() => void queryClient.invalidateQueries())
