import { useDebouncedValue } from '@mantine/hooks'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { api, take } from '../../api/client'
import { type Draft, inputOf } from './draft'

/** How long nobody has typed before the server is asked. */
const PAUSE_MS = 250

/** What the server makes of a draft: the payload, its size, the headers and every problem. */
export function usePreview(draft: Draft) {
  const input = inputOf(draft)
  const body = draft.service === null || input === undefined ? null : { service: draft.service, ...input }
  const [asked] = useDebouncedValue(JSON.stringify(body), PAUSE_MS)
  return useQuery({
    queryKey: ['notifications', 'preview', asked],
    queryFn: ({ signal }) =>
      take(api.POST('/api/v1/notifications/preview', { body: JSON.parse(asked), signal })),
    enabled: asked !== 'null',
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 10_000,
    placeholderData: asked === 'null' ? undefined : keepPreviousData,
  })
}
