import { Skeleton, Stack } from '@mantine/core'
import type { ReactNode } from 'react'
import { ApiError } from '../api/client'
import { Fault } from './fault'

/** The part of a query that is looked at. */
interface Query<Data> {
  data: Data | undefined
  error: Error | null
  refetch: () => unknown
}

/** What a query has brought; until then grey lines, and where it failed what is wrong. Old data stay while they are loaded anew. */
export function Loaded<Data>({
  query,
  head,
  children,
}: {
  query: Query<Data>
  /** The head of the page, as long as there is nothing that has one. */
  head?: ReactNode
  children: (data: Data) => ReactNode
}) {
  const { data, error, refetch } = query
  if (data !== undefined) return children(data)
  if (error !== null)
    return (
      <>
        {head}
        <Fault
          error={error}
          title="This could not be loaded"
          // What does not exist will not do so the next time.
          {...(!(error instanceof ApiError && error.status === 404) && { retry: () => void refetch() })}
        />
      </>
    )
  return (
    <>
      {head}
      <Stack gap="xs" role="status" aria-label="Loading">
        {['90%', '80%', '95%', '70%'].map((width) => (
          <Skeleton key={width} height={18} width={width} />
        ))}
      </Stack>
    </>
  )
}
