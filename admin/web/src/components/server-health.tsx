import { Alert } from '@mantine/core'
import { useServerHealth } from '../api/connection'

/** Says so where the server does not do its work, above whatever is shown. */
export function ServerHealth() {
  const health = useServerHealth()
  if (health === 'well') return null
  return (
    <Alert
      color="red"
      mb="md"
      pos="sticky"
      top={60}
      style={{ zIndex: 50 }}
      title={health === 'silent' ? 'The server does not answer' : 'The server can not do its work'}
      role="alert"
    >
      {health === 'unable' && 'It runs and answers, but can’t reach its database, or has too much to do. '}
      What you see may be old. It is asked again every two seconds; the page goes on by itself.
    </Alert>
  )
}
