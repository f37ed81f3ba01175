import { Anchor, Select, SimpleGrid, Stack, Table, Text, Title } from '@mantine/core'
import { useState } from 'react'
import { Link } from 'wouter'
import { api, type Schemas, take } from '../../api/client'
import { PAGE_SIZE } from '../../api/queries'
import { reasonText } from '../../components/reason-text'
import { ResourceTable } from '../../components/resource-table'
import { Time } from '../../components/time'
import { usePages } from '../../components/use-pages'
import { REFRESH_MS, useReasons } from './use-reasons'

type Push = Schemas['Push']
type Outcome = Schemas['Delivery']['outcome'] | 'failed'

/** The server's word for those that a push has not come to. */
const NOT_ATTEMPTED = 'NotAttempted'
const oneLine = { whiteSpace: 'nowrap' } as const

/** Why devices did not accept, and which ones, as they come. */
export function Failures({ push }: { push: Push }) {
  const { id, finishedAt, rejected, unknown, unsent } = push
  const [chosen, choose] = useState<Outcome | null>(null)
  const [reason, setReason] = useState<string | null>(null)
  const failed = rejected + unknown + unsent
  // In the development environment who accepted is kept, too: they are shown while they keep no failure from being seen.
  const outcome = chosen ?? (failed > 0 ? 'failed' : 'accepted')
  const refetchInterval = finishedAt === null ? { refetchInterval: REFRESH_MS } : {}
  const { data: reasons } = useReasons(push)
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
              outcome,
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
  const notAttempted = reasons?.items.some((cause) => cause.reason === NOT_ATTEMPTED)
  // Whom a push has not come to has no row, but where it was given its local time.
  const unlisted =
    notAttempted &&
    (outcome === 'failed' || outcome === 'unsent') &&
    (reason ?? NOT_ATTEMPTED) === NOT_ATTEMPTED
      ? 'Devices that were not attempted are counted, and not listed one by one.'
      : undefined
  const nothingFailed = (
    <Text c="dimmed">{finishedAt === null ? 'No device has failed so far.' : 'No device failed.'}</Text>
  )
  const nothingToList = pages.items === undefined ? pages.error === null : pages.items.length === 0
  if (failed === 0 && chosen === null && nothingToList) return nothingFailed
  return (
    <Stack>
      {failed === 0 ? (
        nothingFailed
      ) : (
        <Title order={2} size="h4">
          Why devices did not accept
        </Title>
      )}
      {reasons !== undefined && reasons.items.length > 0 && (
        <Table.ScrollContainer minWidth={300}>
          <Table aria-label="reasons" withTableBorder>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>Outcome</Table.Th>
                <Table.Th>Reason</Table.Th>
                <Table.Th>Devices</Table.Th>
                <Table.Th style={oneLine}>A retry</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {reasons.items.map(({ outcome, reason, count, isRetried }) => (
                <Table.Tr key={`${outcome} ${reason}`}>
                  <Table.Td>{outcome}</Table.Td>
                  <Table.Td>
                    {reason || 'no reason given'}
                    <Meaning reason={reason} />
                  </Table.Td>
                  <Table.Td>{count.toLocaleString()}</Table.Td>
                  <Table.Td style={oneLine}>{isRetried ? 'tries again' : 'leaves out'}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
      <Title order={2} size="h4">
        Device by device
      </Title>
      <SimpleGrid cols={{ base: 2, md: 4 }} spacing="xs" role="search" aria-label="Filter devices">
        <Select
          label="Outcome"
          data={[{ value: 'failed', label: 'not accepted' }, 'rejected', 'unknown', 'unsent', 'accepted']}
          allowDeselect={false}
          value={outcome}
          onChange={(value) => choose(value as Outcome | null)}
        />
        <Select
          label="Reason"
          placeholder="any reason"
          data={[...new Set(reasons?.items.map(({ reason }) => reason).filter((reason) => reason !== ''))]}
          clearable
          clearButtonProps={{ 'aria-label': 'Any reason' }}
          value={reason}
          onChange={setReason}
        />
      </SimpleGrid>
      {unlisted !== undefined && push.localTime === null && pages.items?.length !== 0 && (
        <Text size="sm" c="dimmed">
          {unlisted}
        </Text>
      )}
      <ResourceTable
        name="deliveries"
        pages={pages}
        columns={[
          {
            accessor: 'device',
            render: ({ device }) => (
              <Anchor component={Link} href={`/devices/${device}`} size="sm" style={oneLine}>
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
              <Text size="xs" className="mono" style={oneLine}>
                {apnsId}
              </Text>
            ),
          },
        ]}
        empty={<Text c="dimmed">{unlisted ?? 'There is no such device, or it is not kept any more.'}</Text>}
      />
    </Stack>
  )
}

function Meaning({ reason }: { reason: string }) {
  const text = reasonText(reason)
  return (
    text !== undefined && (
      <Text size="xs" c="dimmed">
        {text}
      </Text>
    )
  )
}
