import { Anchor, Button, Code, SimpleGrid, Stack, Text } from '@mantine/core'
import { IconSearch } from '@tabler/icons-react'
import { Link } from 'wouter'
import { api, take } from '../../api/client'
import { PAGE_SIZE } from '../../api/queries'
import { useServiceName } from '../../api/services'
import { FilterPeriod } from '../../components/filter-period'
import { FilterText } from '../../components/filter-text'
import { NothingFound } from '../../components/nothing-found'
import { PageHeader } from '../../components/page-header'
import { periodBounds } from '../../components/period-bounds'
import { ResourceTable } from '../../components/resource-table'
import { ServiceSelect } from '../../components/service-select'
import { Time } from '../../components/time'
import { useFilters } from '../../components/use-filters'
import { usePages } from '../../components/use-pages'
import { messageOf } from './notification-name'

/** Characters of a custom payload that are shown. */
const SHOWN_LENGTH = 60

const filterNames = ['search', 'service', 'created', 'lastSent'] as const

/** The stored notifications. */
export default function NotificationsPage() {
  const serviceName = useServiceName()
  const { filters, isFiltered, set, clear } = useFilters(filterNames)
  const { search, created, lastSent } = filters
  const service = Number(filters.service) || null
  const pages = usePages(['notifications', 'list', filters], (after, signal) =>
    take(
      api.GET('/api/v1/notifications', {
        params: {
          query: {
            ...{ limit: PAGE_SIZE, order: 'desc' },
            ...(after !== undefined && { after }),
            ...(search !== undefined && { search }),
            ...(service !== null && { service }),
            ...periodBounds('created', created),
            ...periodBounds('lastSent', lastSent),
          },
        },
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
      <SimpleGrid
        cols={{ base: 2, md: 4 }}
        spacing="xs"
        mb="md"
        role="search"
        aria-label="Filter notifications"
      >
        <FilterText
          label="Search"
          placeholder="Message or custom payload"
          leftSection={<IconSearch size={16} aria-hidden />}
          value={search ?? null}
          onChange={(text) => set('search', text)}
        />
        <ServiceSelect
          placeholder="any service"
          clearable
          value={service}
          onChange={(id) => set('service', id === null ? null : String(id))}
        />
        <FilterPeriod label="Created" value={created} set={(period) => set('created', period)} />
        <FilterPeriod
          label="Last sent"
          value={lastSent}
          set={(period) => set('lastSent', period)}
          others={[{ value: 'never', label: 'never' }]}
        />
      </SimpleGrid>
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
          isFiltered ? (
            <NothingFound what="notification" clear={clear} />
          ) : (
            <>
              <Text>There is no notification yet.</Text>
              {compose}
            </>
          )
        }
      />
    </>
  )
}

function shortened(text: string): string {
  return text.length <= SHOWN_LENGTH ? text : `${text.slice(0, SHOWN_LENGTH)}…`
}
