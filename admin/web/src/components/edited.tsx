import { Alert, Button, Group } from '@mantine/core'
import { type QueryKey, useQuery } from '@tanstack/react-query'
import { ApiError } from '../api/client'

/**
 * Loads what a form edits, once: what somebody types is not taken away when the window is looked at again, or the server is back. `etag` goes back as `If-Match`,
 * and is the form's `key`, so that it begins anew when something else was loaded.
 */
export function useEdited<Data>(
  queryKey: QueryKey,
  load: (signal: AbortSignal) => Promise<{ data: Data; etag: string | undefined }>,
) {
  return useQuery({
    queryKey,
    queryFn: ({ signal }) => load(signal),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    refetchOnWindowFocus: false,
    meta: { edited: true },
  })
}

/** The header of a change that is refused where somebody else was quicker. */
export function ifMatch(etag: string | undefined): Record<string, string> {
  return etag === undefined ? {} : { 'If-Match': etag }
}

/** Whether a change was refused because somebody else was quicker. */
export function isOutdated(error: unknown): boolean {
  return error instanceof ApiError && error.status === 412
}

/** The button that was pressed may be far below. */
const intoView = (alert: HTMLElement | null) => alert?.scrollIntoView({ block: 'center' })

/** Says that somebody else was quicker, where that is why a change was refused. */
export function Outdated({ error, reload }: { error: unknown; reload: () => void }) {
  if (!isOutdated(error)) return null
  return (
    <Alert
      ref={intoView}
      color="orange"
      role="alert"
      title="Somebody else has changed this meanwhile"
      my="sm"
    >
      Nothing was saved. Load it anew to see what it is now; what you have typed here is lost by that.
      <Group mt="sm">
        <Button size="xs" variant="default" onClick={reload}>
          Load it anew
        </Button>
      </Group>
    </Alert>
  )
}
