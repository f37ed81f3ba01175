import { Button, Group, Menu, Paper, Progress, Text } from '@mantine/core'
import { IconDownload } from '@tabler/icons-react'
import { useState } from 'react'
import { Link } from 'wouter'
import type { Schemas } from '../../api/client'
import { useServiceName } from '../../api/services'
import { counted } from '../../components/counted'
import { NothingFound } from '../../components/nothing-found'
import { PageHeader } from '../../components/page-header'
import { ResourceTable } from '../../components/resource-table'
import { Time } from '../../components/time'
import { deactivate, reactivate, remove } from './device-changes'
import { DeviceFilterBar } from './device-filter-bar'
import { type DeviceQuery, queryOf, useDeviceFilters } from './device-filters'
import { DeviceActivity, DeviceLink, shortToken } from './device-parts'
import { type DeviceList, useDeviceCount, useDeviceList } from './use-device-list'

type Device = Schemas['Device']

/** The registry. */
export default function DevicesPage() {
  const { filters, set, clear } = useDeviceFilters()
  const query = queryOf(filters)
  const list = useDeviceList(query)
  const count = useDeviceCount(query, list)
  const serviceName = useServiceName()
  const [chosen, choose] = useState<Device[]>([])
  const isFiltered = Object.keys(filters).length > 0
  // What was chosen and is not shown any more is not meant any more.
  const shown = new Set(list.items?.map(({ id }) => id))
  const selected = chosen.filter(({ id }) => shown.has(id))
  return (
    <>
      <PageHeader
        title="Devices"
        about={<span role="status">{countText(count, isFiltered, list)}</span>}
        actions={
          <>
            <ExportMenu query={query} isFiltered={isFiltered} />
            <Button component={Link} href="/devices/import" variant="default">
              Import a file
            </Button>
            <Button component={Link} href="/devices/new">
              Add a device
            </Button>
          </>
        }
      />
      <DeviceFilterBar filters={filters} set={set} clear={clear} />
      <SearchProgress list={list} />
      <ForChosen devices={selected} done={() => choose([])} />
      <ResourceTable
        name="devices"
        pages={list}
        selection={{ items: selected, choose, labelOf: ({ token }) => `device ${shortToken(token)}` }}
        columns={[
          { accessor: 'token', noWrap: true, render: (device) => <DeviceLink device={device} /> },
          {
            accessor: 'isActive',
            title: 'Active',
            noWrap: true,
            render: (device) => <DeviceActivity device={device} />,
          },
          { accessor: 'service', render: ({ service }) => serviceName(service) },
          {
            accessor: 'lastNotifiedAt',
            title: 'Last notified',
            render: ({ lastNotifiedAt }) => <SmallTime at={lastNotifiedAt} />,
          },
          { accessor: 'platform' },
          { accessor: 'display' },
          { accessor: 'osVersion', title: 'OS version' },
          { accessor: 'addedAt', title: 'Added', render: ({ addedAt }) => <SmallTime at={addedAt} /> },
          {
            accessor: 'deactivatedAt',
            title: 'Deactivated',
            render: ({ deactivatedAt }) => <SmallTime at={deactivatedAt} />,
          },
        ]}
        empty={
          isFiltered ? (
            <NothingFound what="device" clear={clear} />
          ) : (
            <Text maw={500} ta="center">
              There is no device yet. Apps register theirs at every launch, by{' '}
              <code>POST /api/v1/devices</code>; a list that you have can be imported as a file.
            </Text>
          )
        }
      />
    </>
  )
}

/** Three of them stand beside each other. */
function SmallTime({ at }: { at: string | null }) {
  return (
    <Text size="xs">
      <Time at={at} />
    </Text>
  )
}

function countText(
  count: number | undefined,
  isFiltered: boolean,
  { items, isSearching }: DeviceList,
): string {
  if (items === undefined) return 'Loading …'
  if (isSearching) return `${items.length.toLocaleString()} found so far`
  if (count === undefined) return 'Counting …'
  const devices = counted(count, 'device')
  return isFiltered ? `${devices} ${count === 1 ? 'fits' : 'fit'} the filters` : devices
}

/** While the list goes on by itself, because few devices fit. */
function SearchProgress({ list: { isSearching, done, stop } }: { list: DeviceList }) {
  if (!isSearching) return null
  const percent = done === undefined ? 0 : Math.floor(done * 100)
  return (
    <Paper withBorder p="xs" mb="sm">
      <Group gap="sm">
        <Text size="sm">Few devices fit. Looking through the registry: {percent} %</Text>
        <Progress
          value={percent}
          flex={1}
          miw={80}
          aria-label="How much of the registry has been looked at"
        />
        <Button size="compact-sm" variant="default" onClick={stop}>
          Stop
        </Button>
      </Group>
    </Paper>
  )
}

function ForChosen({ devices, done }: { devices: Device[]; done: () => void }) {
  const [isBusy, setBusy] = useState(false)
  if (devices.length === 0) return null
  const run = (action: (devices: readonly Device[]) => Promise<boolean>) => async () => {
    setBusy(true)
    if (await action(devices)) done()
    setBusy(false)
  }
  return (
    <Paper withBorder p="xs" mb="sm" role="toolbar" aria-label="For the devices that are chosen">
      <Group gap="xs">
        <Text size="sm" fw={600} mr="xs">
          {devices.length} chosen
        </Text>
        <Button size="compact-sm" variant="default" loading={isBusy} onClick={run(deactivate)}>
          Deactivate
        </Button>
        <Button size="compact-sm" variant="default" loading={isBusy} onClick={run(reactivate)}>
          Reactivate
        </Button>
        <Button size="compact-sm" variant="outline" color="red" loading={isBusy} onClick={run(remove)}>
          Delete
        </Button>
        <Button size="compact-sm" variant="subtle" onClick={done}>
          Choose none
        </Button>
      </Group>
    </Paper>
  )
}

function ExportMenu({ query, isFiltered }: { query: DeviceQuery; isFiltered: boolean }) {
  const hrefOf = (format: string) => {
    const params = new URLSearchParams({ format })
    for (const [name, value] of Object.entries(query)) params.set(name, String(value))
    return `/api/v1/devices/export?${params}`
  }
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button variant="default" leftSection={<IconDownload size={16} aria-hidden />}>
          Export
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{isFiltered ? 'The devices that fit the filters' : 'All devices'}</Menu.Label>
        <Menu.Item component="a" href={hrefOf('csv')} download="devices.csv">
          As CSV, for a spreadsheet
        </Menu.Item>
        <Menu.Item component="a" href={hrefOf('ndjson')} download="devices.ndjson">
          As NDJSON, one device a line
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
