import { Alert, Button, Group, Text } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import { ApiError } from '../api/client'
import { useServerHealth } from '../api/connection'
import { faultText } from './action'

/** Something that could not be loaded, or was refused. With `retry` there is a button for another try. */
export function Fault({ error, retry, title }: { error: unknown; retry?: () => void; title?: string }) {
  const health = useServerHealth()
  // The head of the page says it once for all of its parts, which are loaded when the server is back.
  if (health !== 'well' && error instanceof ApiError && (error.status === 0 || error.status >= 502))
    return <Text c="dimmed">No answer: the server does not do its work at the moment.</Text>
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
