import { Anchor, Text } from '@mantine/core'
import { Link } from 'wouter'
import { PageHeader } from '../components/page-header'

/** Where there is no page. */
export function NotFoundPage() {
  return (
    <>
      <PageHeader title="There is no such page" />
      <Text>
        It may have been moved or removed.{' '}
        <Anchor component={Link} href="/">
          Go to the dashboard
        </Anchor>
        .
      </Text>
    </>
  )
}
