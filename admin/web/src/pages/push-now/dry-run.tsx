import { Loader, Paper, Stack, Text } from '@mantine/core'
import { ApiError } from '../../api/client'
import { counted } from '../../components/counted'
import { Fault } from '../../components/fault'
import { ByteCounter, OnTheWire, Problems } from '../notifications/wire-facts'
import type { useDryRun } from './use-dry-run'

interface DryRunProps {
  dryRun: ReturnType<typeof useDryRun>
  /** What is to be chosen before anything can be counted; empty: nothing. */
  missing: string
}

/** What would come of a push: how many devices, what they would get, and what is wrong. Nothing is sent for it. */
export function DryRun({ dryRun: { data, error, isCurrent, refetch }, missing }: DryRunProps) {
  return (
    <Paper withBorder p="md" component="section" aria-label="Dry run">
      <Stack gap="sm">
        <Text size="lg" fw={600} role="status">
          {missing !== '' ? missing : countText(data?.audienceSize, isCurrent, error)}{' '}
          {missing === '' && error === null && !isCurrent && (
            <Loader size="xs" role="status" aria-label="Counting" />
          )}
        </Text>
        {missing === '' && error !== null && (
          <Fault error={error} retry={() => void refetch()} title="It can’t be pushed like this" />
        )}
        {missing === '' && error === null && data !== undefined && (
          <>
            <Skipped inactive={data.skippedInactive} unregistered={data.skippedUnregistered} />
            <ByteCounter preview={data} />
            <Problems problems={data.problems} warnings={data.warnings} good="Apple’s rules allow it." />
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

function Skipped({ inactive, unregistered }: { inactive: number; unregistered: number }) {
  const parts = [
    ...(inactive > 0 ? [`${inactive.toLocaleString()} inactive`] : []),
    ...(unregistered > 0 ? [`${unregistered.toLocaleString()} not registered`] : []),
  ]
  if (parts.length === 0) return null
  return (
    <Text size="sm" c="dimmed">
      Left out: {parts.join(', ')}.
    </Text>
  )
}
