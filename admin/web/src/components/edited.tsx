import { Alert, Button, Group } from '@mantine/core'
import { type QueryKey, useQuery } from '@tanstack/react-query'
import { type ReactNode, useEffect, useState } from 'react'
import { ApiError } from '../api/client'
import { faultText, tell } from './action'

/**
 * Loads what a form edits, once: whatever else is loaded anew, what somebody types is not taken away. `etag` goes back as `If-Match`.
 */
export function useEdited<Data>(
  queryKey: QueryKey,
  load: (signal: AbortSignal) => Promise<{ data: Data; etag: string | undefined }>,
) {
  const query = useQuery({
    queryKey,
    queryFn: ({ signal }) => load(signal),
    // Only by `reload` and `saved`.
    staleTime: 'static',
    gcTime: 0,
  })
  const [formKey, setFormKey] = useState(0)
  // The button that asked for it goes away with the old form.
  useEffect(() => {
    if (formKey > 0) document.querySelector('h1')?.focus()
  }, [formKey])
  return {
    query,
    /** The `key` of the form: another one when it is to begin anew. */
    formKey,
    /** Loads it anew, when somebody else has changed it; what was typed is dropped. */
    reload: async () => {
      const { error } = await query.refetch()
      if (error !== null) return tell(faultText(error), 'failed')
      setFormKey((key) => key + 1)
    },
    /** Brings what is stored after a save, for the form to go on with; where it can't be loaded, what the save has answered. */
    saved: async (answer: Data): Promise<Data> => {
      const { data, isSuccess } = await query.refetch()
      return isSuccess ? data.data : answer
    },
  }
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

interface OutdatedProps {
  error: unknown
  reload: () => void
  /** Who was quicker; somebody else by default. */
  title?: string
  /** What is to be known of it. */
  about?: string
  /** The word on the button that loads anew. */
  loads?: string
  /** Other ways to go on: buttons. */
  children?: ReactNode
}

/** Says that somebody else was quicker, where that is why a change was refused. */
export function Outdated({
  error,
  reload,
  title = 'Somebody else has changed this meanwhile',
  about = 'Nothing was saved. Load it anew to see what it is now; what you have typed here is lost by that.',
  loads = 'Load it anew',
  children,
}: OutdatedProps) {
  if (!isOutdated(error)) return null
  return (
    <Alert ref={intoView} color="orange" role="alert" title={title} my="sm" maw={760}>
      {about}
      <Group mt="sm" gap="xs">
        <Button size="xs" variant="default" onClick={reload}>
          {loads}
        </Button>
        {children}
      </Group>
    </Alert>
  )
}
