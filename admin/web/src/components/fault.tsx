import { Alert, Button, Group } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import { faultText } from './action'

/** Something that could not be loaded, or was refused. With `retry` there is a button for another try. */
export function Fault({ error, retry, title }: { error: unknown; retry?: () => void; title?: string }) {
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
