import { Anchor, Select, SimpleGrid, Stack, Text } from '@mantine/core'
import { type ReactNode, useMemo } from 'react'
import { Link } from 'wouter'
import { api, take } from '../../api/client'
import { PAGE_SIZE } from '../../api/queries'
import type { paths } from '../../api/schema'
import { browserText } from '../../components/browser-text'
import { FilterText } from '../../components/filter-text'
import { NothingFound } from '../../components/nothing-found'
import { PageHeader } from '../../components/page-header'
import { ResourceTable } from '../../components/resource-table'
import { SuperusersOnly } from '../../components/superusers-only'
import { Time } from '../../components/time'
import { useFilters } from '../../components/use-filters'
import { usePages } from '../../components/use-pages'

type Listed = paths['/api/v1/audit-log']['get']['responses'][200]['content']['application/json']
type Entry = Listed['items'][number]

const HOUR_MS = 3_600_000

/** How far back, in hours. */
const periods = [
  { value: '1', label: 'the last hour' },
  { value: '24', label: 'the last day' },
  { value: '168', label: 'the last 7 days' },
  { value: '720', label: 'the last 30 days' },
]

const filterNames = ['who', 'operation', 'hours'] as const

/** Who changed what, the newest first. */
export default function AuditLogPage() {
  return (
    <SuperusersOnly title="Audit log">
      <AuditLog />
    </SuperusersOnly>
  )
}

function AuditLog() {
  const { filters, set, isFiltered, clear } = useFilters(filterNames)
  const { who, operation, hours } = filters
  // From when it was chosen, so that the pages of the list fit together.
  const since = useMemo(
    () => (Number(hours) > 0 ? new Date(Date.now() - Number(hours) * HOUR_MS).toISOString() : null),
    [hours],
  )
  const pages = usePages(['audit-log', who, operation, since], (after, signal) =>
    take(
      api.GET('/api/v1/audit-log', {
        params: {
          query: {
            limit: PAGE_SIZE,
            ...(after !== undefined && { after }),
            ...(who !== undefined && { who }),
            ...(operation !== undefined && { operation }),
            ...(since !== null && { since }),
          },
        },
        signal,
      }),
    ),
  )
  return (
    <>
      <PageHeader
        title="Audit log"
        about="Who changed what, over the API, here and on the command line; kept for a year. The values are not in it."
      />
      <SimpleGrid
        cols={{ base: 2, md: 4 }}
        spacing="xs"
        mb="md"
        role="search"
        aria-label="Filter the audit log"
      >
        <FilterText
          label="Who"
          placeholder="the whole name"
          value={who ?? null}
          onChange={(value) => set('who', value)}
        />
        <FilterText
          label="Operation"
          placeholder="such as createPush"
          value={operation ?? null}
          onChange={(value) => set('operation', value)}
        />
        <Select
          label="Since"
          placeholder="the beginning"
          data={periods}
          clearable
          clearButtonProps={{ 'aria-label': 'Since the beginning' }}
          value={hours ?? null}
          onChange={(value) => set('hours', value)}
        />
      </SimpleGrid>
      <ResourceTable
        name="entries"
        pages={pages}
        columns={[
          { accessor: 'at', title: 'When', render: ({ at }) => <Time at={at} /> },
          { accessor: 'who', render: ({ who, via }) => <Two first={who} second={viaTexts[via]} /> },
          {
            accessor: 'operation',
            render: (entry) => <Two first={entry.operation} second={<Resource entry={entry} />} />,
          },
          {
            accessor: 'fields',
            title: 'Fields given',
            render: ({ fields }) => (
              <Text size="sm" miw={200}>
                {fields.join(', ')}
              </Text>
            ),
          },
          { accessor: 'outcome', render: outcomeText },
          {
            accessor: 'address',
            title: 'From',
            render: ({ address, userAgent }) => (
              <Two
                first={address ?? '–'}
                second={userAgent === null ? '' : browserText(userAgent)}
                {...(userAgent !== null && { title: userAgent })}
              />
            ),
          },
        ]}
        empty={
          isFiltered ? <NothingFound what="entry" clear={clear} /> : <Text>Nothing was changed yet.</Text>
        }
      />
    </>
  )
}

const viaTexts: Record<Entry['via'], string> = {
  token: 'by API token',
  basic: 'by name and password',
  session: 'in a browser',
  'command-line': 'on the command line',
}

/** Where the resources of operations have their pages. The first that fits counts. */
const places = [
  [/FeedbackService$/, '/feedback-services'],
  [/Service$/, '/services'],
  [/Notification$/, '/notifications'],
  [/Device$/, '/devices'],
  [/Push$/, '/pushes'],
  [/(User|Password)$/, '/users'],
] as const

/** What was changed, with the way to it where it may still be there. */
function Resource({ entry: { operation, resource } }: { entry: Entry }) {
  if (resource === null || !/^\d+$/.test(resource)) return resource
  const place = places.find(([operations]) => operations.test(operation))?.[1]
  if (place === undefined || operation.startsWith('remove')) return `number ${resource}`
  return (
    <Anchor component={Link} href={`${place}/${resource}`} size="xs">
      number {resource}
    </Anchor>
  )
}

function outcomeText({ outcome, status }: Entry): string {
  if (outcome === 'pending') return 'not ended'
  return status === null ? outcome : `${outcome} (${status})`
}

/** `title`: the whole of the second text, where it is shown shortened. */
function Two({ first, second, title }: { first: string; second: ReactNode; title?: string }) {
  return (
    <Stack gap={0}>
      <Text size="sm">{first}</Text>
      <Text size="xs" c="dimmed" lineClamp={2} miw={110} maw={260} {...(title !== undefined && { title })}>
        {second}
      </Text>
    </Stack>
  )
}
