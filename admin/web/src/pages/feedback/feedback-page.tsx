import { Button, Group, Text } from '@mantine/core'
import { useState } from 'react'
import { api, type Schemas, take } from '../../api/client'
import { PAGE_SIZE, queryClient } from '../../api/queries'
import { useServiceName } from '../../api/services'
import { useMay } from '../../api/session'
import { runAction, tell } from '../../components/action'
import { confirmed } from '../../components/confirm'
import { counted } from '../../components/counted'
import { NothingFound } from '../../components/nothing-found'
import { PageHeader } from '../../components/page-header'
import { ResourceTable } from '../../components/resource-table'
import { ServiceSelect } from '../../components/service-select'
import { Time } from '../../components/time'
import { useFilters } from '../../components/use-filters'
import { usePages } from '../../components/use-pages'
import { DeviceLink } from '../devices/device-parts'
import { FeedbackTabs } from './feedback-tabs'

const filterNames = ['service'] as const

type Entry = Schemas['Feedback']

/** What Apple said of dead device tokens, the newest first; to be undone. */
export default function FeedbackPage() {
  const { filters, set, isFiltered, clear } = useFilters(filterNames)
  const service = Number(filters.service) || null
  const serviceName = useServiceName()
  const mayUndo = useMay('devices')
  const [chosen, choose] = useState<Entry[]>([])
  const pages = usePages(['feedback', service], (after, signal) =>
    take(
      api.GET('/api/v1/feedback', {
        params: {
          query: {
            ...{ limit: PAGE_SIZE, order: 'desc' },
            ...(after !== undefined && { after }),
            ...(service !== null && { service }),
          },
        },
        signal,
      }),
    ),
  )
  return (
    <>
      <PageHeader
        title="Feedback"
        about="Device tokens that Apple calls dead (status 410): the app was deleted, or the device has a new token."
        actions={
          mayUndo && (
            <Button
              variant="default"
              disabled={chosen.length === 0}
              onClick={async () => {
                if (await undo(chosen)) choose([])
              }}
            >
              Undo {chosen.length === 0 ? 'what is chosen' : counted(chosen.length, 'entry', 'entries')}
            </Button>
          )
        }
      />
      <FeedbackTabs />
      <Group mb="md" role="search" aria-label="Filter feedback">
        <ServiceSelect
          placeholder="any service"
          clearable
          value={service}
          onChange={(id) => {
            choose([])
            set('service', id === null ? null : String(id))
          }}
        />
      </Group>
      <ResourceTable<Entry>
        name="entries"
        pages={pages}
        {...(mayUndo && {
          selection: { items: chosen, choose, labelOf: ({ token }) => `the entry of ${token.slice(0, 12)}` },
        })}
        columns={[
          {
            accessor: 'token',
            title: 'Device',
            render: ({ device, token }) => <DeviceLink device={{ id: device, token }} />,
          },
          { accessor: 'service', render: ({ service }) => serviceName(service) },
          { accessor: 'reason' },
          { accessor: 'timestamp', title: 'Dead since', render: ({ timestamp }) => <Time at={timestamp} /> },
          {
            accessor: 'receivedAt',
            title: 'Apple said so',
            render: ({ receivedAt }) => <Time at={receivedAt} />,
          },
          {
            accessor: 'state',
            title: 'What came of it',
            render: (entry) => <State {...entry} />,
            noWrap: true,
          },
        ]}
        empty={
          isFiltered ? (
            <NothingFound what="entry" clear={clear} />
          ) : (
            <Text>Apple has called no device token dead yet. What it says at pushes is noted here.</Text>
          )
        }
      />
    </>
  )
}

function State({ appliedAt, undoneAt }: Entry) {
  if (undoneAt !== null)
    return (
      <>
        Undone, <Time at={undoneAt} />
      </>
    )
  if (appliedAt !== null)
    return (
      <>
        Device deactivated, <Time at={appliedAt} />
      </>
    )
  return <>Only noted</>
}

/** Whether it was done. */
async function undo(chosen: readonly Entry[]): Promise<boolean> {
  const entries = chosen.map(({ id }) => id)
  const isSure = await confirmed({
    title: `Undo ${counted(entries.length, 'entry', 'entries')}?`,
    about:
      'Their devices become active again, and get pushes. The entries are never applied again; what Apple says anew makes new ones.',
    action: 'Undo',
  })
  if (!isSure) return false
  const isDone = await runAction(async () => {
    const { devices } = await take(api.POST('/api/v1/feedback/undo', { body: { entries } }))
    tell(`${counted(devices, 'device is', 'devices are')} active again.`)
  })
  await queryClient.invalidateQueries({ queryKey: ['feedback'] })
  await queryClient.invalidateQueries({ queryKey: ['devices'] })
  return isDone
}
