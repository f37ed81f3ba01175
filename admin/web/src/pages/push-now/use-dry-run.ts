import { useDebouncedValue } from '@mantine/hooks'
import { keepPreviousData, queryOptions, useQuery } from '@tanstack/react-query'
import { api, type Schemas, take } from '../../api/client'
import { queryClient } from '../../api/queries'

/** How long nobody has changed anything before the server counts. */
const PAUSE_MS = 350
/** How long a count is taken to be true. */
const FRESH_MS = 60_000

/**
 * What a push would be, without making it. Undefined: it is not known yet what is to be pushed to whom. `content`: what the notification
 * says, of which the input has the id only.
 */
export function useDryRun(input: Schemas['PushInput'] | undefined, content: string) {
  const json = JSON.stringify(input ?? null)
  const [asked] = useDebouncedValue(json, PAUSE_MS)
  const options = queryOptions({
    queryKey: ['pushes', 'dry', content, asked],
    queryFn: async ({ signal }) => {
      const body: Schemas['PushInput'] = { ...JSON.parse(asked), dryRun: true }
      return (await take(api.POST('/api/v1/pushes', { body, signal }))) as Schemas['Preflight']
    },
    retry: false,
    // To count millions takes the server some work; each change of the audience asks anyway.
    staleTime: FRESH_MS,
    // Whoever comes again from another page may have changed whom it reaches there.
    gcTime: 0,
  })
  const query = useQuery({
    ...options,
    enabled: asked !== 'null',
    refetchOnWindowFocus: false,
    placeholderData: keepPreviousData,
  })
  /** Whether what is known is about what is chosen now. */
  const isCurrent = asked === json && asked !== 'null' && !query.isPlaceholderData
  return {
    ...query,
    isCurrent,
    data: asked === 'null' ? undefined : query.data,
    /** What it would be by now: asked for anew where what is known is old. */
    fresh: () => queryClient.fetchQuery(options),
  }
}
