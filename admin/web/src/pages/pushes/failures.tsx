import { Anchor, Group, Select, Stack, Text, Title } from '@mantine/core'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { DataTable } from 'mantine-datatable'
import { useState } from 'react'
import { Link } from 'wouter'
import { api, type Schemas, take } from '../../api/client'
import { PAGE_SIZE } from '../../api/queries'
import { ResourceTable } from '../../components/resource-table'
import { Time } from '../../components/time'
import { usePages } from '../../components/use-pages'

type Push = Schemas['Push']
type Outcome = Schemas['Delivery']['outcome']

/** How often it is looked for more while the push goes on. */
const REFRESH_MS = 2_000

/** Why devices did not accept, and which ones, as they come. */
export function Failures({ push }: { push: Push }) {
  const { id, finishedAt, rejected, unknown, unsent } = push
  const [outcome, setOutcome] = useState<Outcome | null>(null)
  const [reason, setReason] = useState<string | null>(null)
  const failed = rejected + unknown + unsent
  const refetchInterval = finishedAt === null ? { refetchInterval: REFRESH_MS } : {}
  const { data: reasons } = useQuery({
    // The end brings the last ones.
    queryKey: ['pushes', id, 'reasons', finishedAt],
    queryFn: ({ signal }) =>
      take(api.GET('/api/v1/pushes/{push}/reasons', { params: { path: { push: id } }, signal })),
    placeholderData: keepPreviousData,
    ...refetchInterval,
  })
  const pages = usePages(
    ['pushes', id, 'deliveries', outcome, reason, finishedAt],
    async (after, signal) => {
      const { items, next } = await take(
        api.GET('/api/v1/pushes/{push}/deliveries', {
          params: {
            path: { push: id },
            query: {
              limit: PAGE_SIZE,
              // While it goes on, the newest are watched; after that they can be paged through.
              ...(finishedAt === null && { order: 'latest' as const }),
              ...(after !== undefined && { after }),
              ...(outcome !== null && { outcome }),
              ...(reason !== null && { reason }),
            },
          },
          signal,
        }),
      )
      return { items: items.map((delivery) => ({ ...delivery, id: delivery.device })), next }
    },
    refetchInterval,
  )
  if (failed === 0 && pages.items?.length === 0)
    return (
      <Text c="dimmed">{finishedAt === null ? 'No device has failed so far.' : 'No device failed.'}</Text>
    )
  return (
    <Stack>
      <Title order={2} size="h4">
        Why devices did not accept
      </Title>
      {reasons !== undefined && reasons.items.length > 0 && (
        <DataTable
          aria-label="reasons"
          withTableBorder
          records={reasons.items.map((item) => ({ ...item, id: `${item.outcome} ${item.reason}` }))}
          columns={[
            { accessor: 'outcome' },
            { accessor: 'reason', render: ({ reason }) => reason || 'no reason given' },
            { accessor: 'count', title: 'Devices', render: ({ count }) => count.toLocaleString() },
          ]}
        />
      )}
      <Title order={2} size="h4">
        Device by device
      </Title>
      <Group gap="xs" role="search" aria-label="Filter devices">
        <Select
          label="Outcome"
          w={220}
          placeholder="any outcome"
          data={['rejected', 'unknown', 'unsent', 'accepted']}
          clearable
          clearButtonProps={{ 'aria-label': 'Any outcome' }}
          value={outcome}
          onChange={(value) => setOutcome(value as Outcome | null)}
        />
        <Select
          label="Reason"
          w={220}
          placeholder="any reason"
          data={[...new Set(reasons?.items.map(({ reason }) => reason).filter((reason) => reason !== ''))]}
          clearable
          clearButtonProps={{ 'aria-label': 'Any reason' }}
          value={reason}
          onChange={setReason}
        />
      </Group>
      <ResourceTable
        name="deliveries"
        pages={pages}
        columns={[
          {
            accessor: 'device',
            render: ({ device }) => (
              <Anchor component={Link} href={`/devices/${device}`} size="sm">
                device {device}
              </Anchor>
            ),
          },
          { accessor: 'outcome' },
          { accessor: 'reason' },
          { accessor: 'status' },
          { accessor: 'at', title: 'When', render: ({ at }) => <Time at={at} /> },
          {
            accessor: 'apnsId',
            title: 'apns-id',
            render: ({ apnsId }) => (
              <Text size="xs" className="mono">
                {apnsId}
              </Text>
            ),
          },
        ]}
        empty={<Text c="dimmed">There is no such device, or it is not kept any more.</Text>}
      />
    </Stack>
  )
}
