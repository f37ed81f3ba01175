import { Anchor, Button, Progress, Select, SimpleGrid, Stack, Text } from '@mantine/core'
import { Link } from 'wouter'
import { api, type Schemas, take } from '../../api/client'
import { PAGE_SIZE } from '../../api/queries'
import { useServiceName } from '../../api/services'
import { NothingFound } from '../../components/nothing-found'
import { PageHeader } from '../../components/page-header'
import { ResourceTable } from '../../components/resource-table'
import { ServiceSelect } from '../../components/service-select'
import { Time } from '../../components/time'
import { useFilters } from '../../components/use-filters'
import { usePages } from '../../components/use-pages'
import { PushState, pushStates, pushText, settledOf } from './push-state'

type Push = Schemas['Push']

/** How often the list is loaded anew while one of its pushes goes on. */
const REFRESH_MS = 5_000

const filterNames = ['state', 'service'] as const

/** Everything that was pushed, or is. */
export default function PushesPage() {
  const { filters, isFiltered, set, clear } = useFilters(filterNames)
  const state = pushStateOf(filters.state)
  const service = Number(filters.service) || null
  const serviceName = useServiceName()
  const pages = usePages(
    ['pushes', 'list', state, service],
    (after, signal) =>
      take(
        api.GET('/api/v1/pushes', {
          params: {
            query: {
              ...{ limit: PAGE_SIZE, order: 'desc' },
              ...(after !== undefined && { after }),
              ...(state !== null && { state }),
              ...(service !== null && { service }),
            },
          },
          signal,
        }),
      ),
    { refetchInterval: REFRESH_MS },
  )
  return (
    <>
      <PageHeader
        title="Pushes"
        about="Each time that a notification was sent, the newest first."
        actions={
          <Button component={Link} href="/notifications">
            Push a notification
          </Button>
        }
      />
      <SimpleGrid cols={{ base: 2, md: 4 }} spacing="xs" mb="md" role="search" aria-label="Filter pushes">
        <Select
          label="State"
          placeholder="any state"
          data={Object.keys(pushStates)}
          clearable
          clearButtonProps={{ 'aria-label': 'Any state' }}
          value={state}
          onChange={(value) => set('state', value)}
        />
        <ServiceSelect
          placeholder="any service"
          clearable
          value={service}
          onChange={(id) => set('service', id === null ? null : String(id))}
        />
      </SimpleGrid>
      <ResourceTable
        name="pushes"
        pages={pages}
        columns={[
          {
            accessor: 'id',
            title: 'Push',
            width: 230,
            render: (push) => (
              <Stack gap={0}>
                <Anchor component={Link} href={`/pushes/${push.id}`} size="sm" lineClamp={2}>
                  {push.id}: {pushText(push)}
                </Anchor>
                <Text size="xs" c="dimmed">
                  {serviceName(push.service)}
                </Text>
              </Stack>
            ),
          },
          { accessor: 'state', render: ({ state }) => <PushState state={state} /> },
          { accessor: 'audienceSize', title: 'Devices', render: (push) => <Share push={push} /> },
          { accessor: 'accepted', render: ({ accepted }) => accepted.toLocaleString() },
          {
            accessor: 'failed',
            title: 'Not accepted',
            render: ({ rejected, unknown, unsent }) => (rejected + unknown + unsent).toLocaleString(),
          },
          { accessor: 'createdAt', title: 'Made', render: ({ createdAt }) => <Time at={createdAt} /> },
          { accessor: 'finishedAt', title: 'Ended', render: ({ finishedAt }) => <Time at={finishedAt} /> },
        ]}
        empty={
          isFiltered ? (
            <NothingFound what="push" clear={clear} />
          ) : (
            <>
              <Text>Nothing was pushed yet.</Text>
              <Button component={Link} href="/notifications/new">
                Compose a notification
              </Button>
            </>
          )
        }
      />
    </>
  )
}

function pushStateOf(text: string | undefined): Push['state'] | null {
  return text !== undefined && Object.hasOwn(pushStates, text) ? (text as Push['state']) : null
}

/** How many devices it is for; while it goes on, how far it is. */
function Share({ push }: { push: Push }) {
  const { audienceSize, finishedAt } = push
  if (finishedAt !== null || audienceSize === 0) return audienceSize.toLocaleString()
  const percent = Math.floor((100 * settledOf(push)) / audienceSize)
  return (
    <Stack gap={2} miw={90}>
      <Text size="sm">
        {audienceSize.toLocaleString()} ({percent} %)
      </Text>
      <Progress size="sm" value={percent} aria-label={`Push ${push.id}: done`} />
    </Stack>
  )
}
