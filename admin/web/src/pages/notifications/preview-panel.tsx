import { Alert, Paper, Skeleton, Stack, Text } from '@mantine/core'
import type { UseQueryResult } from '@tanstack/react-query'
import type { Schemas } from '../../api/client'
import { Fault } from '../../components/fault'
import { type Draft, draftPayload } from './draft'
import { LockScreen } from './lock-screen'
import { customFault } from './notification-form'
import { ByteCounter, OnTheWire, Problems } from './wire-facts'

interface PreviewPanelProps {
  draft: Draft
  preview: UseQueryResult<Schemas['NotificationPreview']>
  /** What the app is called. */
  app: string
}

/** What becomes of a draft: how it looks, how large it is, and what is wrong with it. */
export function PreviewPanel({ draft, preview, app }: PreviewPanelProps) {
  const { data, error, refetch } = preview
  const fault = faultOf(draft)
  const payload = draftPayload(draft) ?? {}
  const isBlank = JSON.stringify(payload) === '{"aps":{}}'
  return (
    <Paper withBorder p="md">
      <Stack>
        <LockScreen payload={payload} app={app} />
        {error !== null && (
          <Fault error={error} retry={() => void refetch()} title="It could not be checked" />
        )}
        {fault !== undefined && (
          <Alert color="red" title="It is not checked yet" role="status">
            {fault}
          </Alert>
        )}
        {data !== undefined && fault === undefined && (
          <>
            <ByteCounter preview={data} />
            {isBlank && data.problems.length === 0 ? (
              // Nobody who has just begun is warned.
              <Text size="sm" c="dimmed">
                {data.warnings.map(({ message }) => `${message}.`).join(' ')}
              </Text>
            ) : (
              <Problems problems={data.problems} warnings={data.warnings} good="It keeps Apple’s rules." />
            )}
            <OnTheWire title="What Apple gets" {...data} />
          </>
        )}
        {data === undefined && error === null && fault === undefined && (
          <Waiting hasService={draft.service !== null} />
        )}
      </Stack>
    </Paper>
  )
}

/** Why there is nothing that could be checked. */
function faultOf(draft: Draft): string | undefined {
  if (draftPayload(draft) === undefined) return 'There is a mistake in the JSON.'
  return customFault(draft) === undefined ? undefined : 'There is a mistake in the custom payload.'
}

function Waiting({ hasService }: { hasService: boolean }) {
  if (hasService) return <Skeleton height={40} role="status" aria-label="Checking" />
  return (
    <Text size="sm" c="dimmed">
      Choose a service to see its size and whether it keeps Apple’s rules.
    </Text>
  )
}
