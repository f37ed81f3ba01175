import { Anchor, Button, Code, Stack, Text } from '@mantine/core'
import { Link } from 'wouter'
import { api, take } from '../../api/client'
import { PAGE_SIZE } from '../../api/queries'
import { useServiceName } from '../../api/services'
import { PageHeader } from '../../components/page-header'
import { ResourceTable } from '../../components/resource-table'
import { Time } from '../../components/time'
import { usePages } from '../../components/use-pages'
import { messageOf } from './notification-name'

/** Characters of a custom payload that are shown. */
const SHOWN_LENGTH = 60

/** The stored notifications. */
export default function NotificationsPage() {
  const serviceName = useServiceName()
  const pages = usePages(['notifications', 'list'], (after, signal) =>
    take(
      api.GET('/api/v1/notifications', {
        params: { query: { limit: PAGE_SIZE, ...(after !== undefined && { after }) } },
        signal,
      }),
    ),
  )
  const compose = (
    <Button component={Link} href="/notifications/new">
      Compose a notification
    </Button>
  )
  return (
    <>
      <PageHeader
        title="Notifications"
        about="What is to be said. It is sent when you push it, as often as you like."
        actions={compose}
      />
      <ResourceTable
        name="notifications"
        pages={pages}
        columns={[
          {
            accessor: 'message',
            width: 260,
            render: (notification) => (
              <Stack gap={0}>
                <Anchor component={Link} href={`/notifications/${notification.id}`} lineClamp={2} size="sm">
                  {messageOf(notification)}
                </Anchor>
                <Text size="xs" c="dimmed">
                  {serviceName(notification.service)}
                </Text>
              </Stack>
            ),
          },
          { accessor: 'badge' },
          { accessor: 'sound' },
          {
            accessor: 'customPayload',
            title: 'Custom payload',
            render: ({ customPayload }) =>
              customPayload && <Code className="mono">{shortened(JSON.stringify(customPayload))}</Code>,
          },
          {
            accessor: 'createdAt',
            title: 'Created',
            render: ({ createdAt }) => <Time at={createdAt} />,
          },
          {
            accessor: 'lastSentAt',
            title: 'Last sent',
            render: ({ lastSentAt }) => <Time at={lastSentAt} />,
          },
        ]}
        empty={
          <>
            <Text>There is no notification yet.</Text>
            {compose}
          </>
        }
      />
    </>
  )
}

function shortened(text: string): string {
  return text.length <= SHOWN_LENGTH ? text : `${text.slice(0, SHOWN_LENGTH)}…`
}
