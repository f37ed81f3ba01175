import { Alert, Button, Group, Text } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import { ApiError } from '../api/client'
import { faultText } from './action'

/** Something that could not be loaded, or was refused. With `retry` there is a button for another try. */
export function Fault({ error, retry, title }: { error: unknown; retry?: () => void; title?: string }) {
  // The head of the page says it once for all of its parts, which are loaded when the server is back.
  if (error instanceof ApiError && error.status === 0)
    return <Text c="dimmed">Not loaded yet: the server does not answer.</Text>
  return (
    <Alert
      color="red"
      role="alert"
      title={title ?? 'This did not work'}
      icon={<IconAlertTriangle aria-hidden />}
      my="sm"
    >
      {faultText(error)}
      {retry && (
        <Group mt="sm">
          <Button size="xs" variant="default" onClick={retry}>
            Try again
          </Button>
        </Group>
      )}
    </Alert>
  )
}
