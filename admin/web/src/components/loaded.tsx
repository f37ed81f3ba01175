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

/**
 * What a query has brought; until then grey lines, and where it failed what is wrong. Old data stay while they are loaded anew, and where that
 * fails, with what is wrong above them.
 */
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
  // What does not exist will not do so the next time.
  const retry = !(error instanceof ApiError && error.status === 404) && { retry: () => void refetch() }
  if (data !== undefined)
    return (
      <>
        {error !== null && <Fault error={error} title="This could not be loaded anew" {...retry} />}
        {children(data)}
      </>
    )
  if (error !== null)
    return (
      <>
        {head}
        <Fault error={error} title="This could not be loaded" {...retry} />
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
