import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { api, type Schemas, take } from '../../api/client'

/** How often the failures of a push are looked for while it goes on, in milliseconds. */
export const REFRESH_MS = 2_000

/** Why devices did not accept a push, and how many of them. */
export function useReasons({ id, finishedAt }: Pick<Schemas['Push'], 'id' | 'finishedAt'>) {
  return useQuery({
    // The end brings the last ones.
    queryKey: ['pushes', id, 'reasons', finishedAt],
    queryFn: ({ signal }) =>
      take(api.GET('/api/v1/pushes/{push}/reasons', { params: { path: { push: id } }, signal })),
    placeholderData: keepPreviousData,
    ...(finishedAt === null && { refetchInterval: REFRESH_MS }),
  })
}
