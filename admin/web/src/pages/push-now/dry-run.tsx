import { Loader, Paper, Stack, Text } from '@mantine/core'
import { ApiError, type Schemas } from '../../api/client'
import { faultText } from '../../components/action'
import { counted } from '../../components/counted'
import { Fault } from '../../components/fault'
import { ByteCounter, OnTheWire, Problems } from '../notifications/wire-facts'
import type { useDryRun } from './use-dry-run'

interface DryRunProps {
  dryRun: ReturnType<typeof useDryRun>
  /** What is to be chosen before anything can be counted; empty: nothing. */
  missing: string
  /** A message of the server in the words of the page. */
  said: (message: string) => string
}

/** How many devices a push would be sent to. */
export function reachedBy({ audienceSize, localTimePassed }: Schemas['Preflight']): number {
  return audienceSize - localTimePassed
}

/** What would come of a push: how many devices, what they would get, and what is wrong. Nothing is sent for it. */
export function DryRun({ dryRun: { data, error, isCurrent, refetch }, missing, said }: DryRunProps) {
  return (
    <Paper withBorder p="md" component="section" aria-label="Dry run">
      <Stack gap="sm">
        <Text size="lg" fw={600} role="status">
          {missing !== '' ? missing : countText(data && reachedBy(data), isCurrent, error)}{' '}
          {missing === '' && error === null && !isCurrent && (
            <Loader size="xs" role="status" aria-label="Counting" />
          )}
        </Text>
        {missing === '' && error !== null && (
          <Fault
            error={isRefusal(error) ? new Error(said(faultText(error))) : error}
            retry={() => void refetch()}
            title="It can’t be pushed like this"
          />
        )}
        {missing === '' && error === null && data !== undefined && (
          <>
            <Skipped preflight={data} />
            <ByteCounter preview={data} />
            <Problems
              problems={data.problems.map((problem) => ({ ...problem, message: said(problem.message) }))}
              warnings={data.warnings}
              good="Apple’s rules allow it."
            />
            <OnTheWire title="What Apple would get" {...data} />
          </>
        )}
      </Stack>
    </Paper>
  )
}

function countText(count: number | undefined, isCurrent: boolean, error: Error | null): string {
  if (error !== null) return isRefusal(error) ? 'Nobody would get it.' : 'It could not be counted.'
  if (count === undefined || !isCurrent) return 'Counting …'
  return `${counted(count, 'device')} would get it.`
}

/** Whether it is refused as it is. Anything else says nothing of the push. */
function isRefusal(error: Error): boolean {
  return error instanceof ApiError && error.status >= 400 && error.status < 500 && error.status !== 429
}

function Skipped({ preflight }: { preflight: Schemas['Preflight'] }) {
  const { skippedInactive: inactive, skippedUnregistered: unregistered, localTimePassed: late } = preflight
  const parts = [
    ...(inactive > 0 ? [`${inactive.toLocaleString()} inactive`] : []),
    ...(unregistered > 0 ? [`${unregistered.toLocaleString()} not registered`] : []),
    ...(late > 0 ? [`${late.toLocaleString()} whose local time is over already`] : []),
  ]
  if (parts.length === 0) return null
  return (
    <Text size="sm" c="dimmed">
      Left out: {parts.join(', ')}.
    </Text>
  )
}
