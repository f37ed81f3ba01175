import { Anchor, Card, Group, Progress, SimpleGrid, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense, useMemo } from 'react'
import { Link, useSearchParams } from 'wouter'
import { api, take } from '../../api/client'
import { useMay } from '../../api/session'
import { Loaded } from '../../components/loaded'
import { PageHeader } from '../../components/page-header'
import { Panel } from '../../components/panel'
import { ServiceSelect } from '../../components/service-select'
import { outcomes } from '../pushes/outcome-words'
import { Credentials } from './credentials'
import { acceptance, activeByDay, answeredAt, LIVE_MS, minuteSeries, reasonsOf, sumOf } from './figures'
import { Work } from './work'

/** The chart's library is not needed to see the figures. */
const Chart = lazy(() => import('../../components/chart'))

const MINUTES = 60
const number = new Intl.NumberFormat()

/** What goes on, and what needs somebody. */
export default function DashboardPage() {
  const [search, setSearch] = useSearchParams()
  const chosen = Number(search.get('service')) || undefined
  const query = chosen === undefined ? {} : { service: chosen }
  const minutes = useQuery({
    queryKey: ['stats', 'minutes', chosen],
    queryFn: async ({ signal }) => {
      const asked = api.GET('/api/v1/stats/minutes', {
        params: { query: { ...query, minutes: MINUTES } },
        signal,
      })
      const { items } = await take(asked)
      return { items, at: answeredAt((await asked).response) }
    },
    refetchInterval: LIVE_MS,
  })
  const days = useQuery({
    queryKey: ['stats', 'days', chosen],
    queryFn: ({ signal }) => take(api.GET('/api/v1/stats', { params: { query }, signal })),
    refetchInterval: 60_000,
  })
  return (
    <>
      <PageHeader
        title="Dashboard"
        about="What goes on, and what needs somebody. It keeps itself up to date."
        actions={
          <ServiceSelect
            label="Service"
            value={chosen ?? null}
            onChange={(id) => setSearch(id === null ? {} : { service: String(id) })}
            placeholder="All services"
            clearable
          />
        }
      />
      <Stack>
        {useMay('services') && <Credentials />}
        <Loaded query={minutes}>{({ items, at }) => <Minutes items={items} now={at} />}</Loaded>
        <SimpleGrid cols={{ base: 1, md: 2 }}>
          <Work service={chosen} />
          <Panel title="Rejected, by reason, in 30 days">
            <Loaded query={days}>{(data) => <Reasons items={data.items} />}</Loaded>
          </Panel>
        </SimpleGrid>
        <Panel title="Active devices in 30 days">
          <Loaded query={days}>{(data) => <ActiveDevices items={data.items} service={chosen} />}</Loaded>
        </Panel>
      </Stack>
    </>
  )
}

type MinuteItems = Parameters<typeof minuteSeries>[0]

/** `now`: when it was answered; the minutes go on though nothing new is in them. */
function Minutes({ items, now }: { items: MinuteItems; now: number }) {
  const chart = useMemo(() => minuteSeries(items, MINUTES, now), [items, now])
  const sum = sumOf(items)
  const total = outcomes.reduce((all, [outcome]) => all + sum[outcome], 0)
  // The minute before the one that is under way.
  const lastMinute = chart.series.reduce(
    (all, { label, values }) => (label === 'unsent' ? all : all + (values.at(-2) ?? 0)),
    0,
  )
  return (
    <>
      <SimpleGrid cols={{ base: 2, md: 4 }}>
        <Figure name="Pushed in the last whole minute" value={number.format(lastMinute)} />
        <Figure name="Pushed in the last hour" value={number.format(total - sum.unsent)} />
        <Figure name="Accepted of what Apple answered" value={acceptance(sum)} />
        <Figure name="Rejected in the last hour" value={number.format(sum.rejected)} />
      </SimpleGrid>
      <Panel title="Pushed a minute, in the last hour">
        {total === 0 ? (
          <Text c="dimmed">Nothing was pushed in the last hour.</Text>
        ) : (
          <>
            <Suspense fallback={null}>
              <Chart
                kind="bars"
                label={`Devices pushed to in each of the last 60 minutes: ${number.format(total)} in all`}
                {...chart}
              />
            </Suspense>
            <Legend sum={sum} />
          </>
        )}
      </Panel>
    </>
  )
}

/** What the colours mean, with the sums. */
function Legend({ sum }: { sum: ReturnType<typeof sumOf> }) {
  return (
    <Group gap="lg" mt="xs">
      {outcomes.map(([outcome, color]) => (
        <Group key={outcome} gap={6}>
          <span
            aria-hidden
            style={{ width: 10, height: 10, background: `var(--mantine-color-${color}-filled)` }}
          />
          <Text size="sm">
            {outcome} {number.format(sum[outcome])}
          </Text>
        </Group>
      ))}
    </Group>
  )
}

function Figure({ name, value }: { name: string; value: string }) {
  return (
    <Card withBorder padding="sm">
      <Text size="sm" c="dimmed">
        {name}
      </Text>
      <Text size="xl" fw={700}>
        {value}
      </Text>
    </Card>
  )
}

type DayItems = Parameters<typeof reasonsOf>[0]

function Reasons({ items }: { items: DayItems }) {
  const reasons = reasonsOf(items).slice(0, 8)
  const most = reasons[0]?.count ?? 0
  if (most === 0) return <Text c="dimmed">Apple rejected nothing.</Text>
  return (
    <Stack gap="xs">
      {reasons.map(({ reason, count }) => (
        <div key={reason}>
          <Group justify="space-between">
            <Text size="sm">{reason}</Text>
            <Text size="sm">{number.format(count)}</Text>
          </Group>
          <Progress value={(count / most) * 100} color="red" size="sm" aria-hidden />
        </div>
      ))}
    </Stack>
  )
}

function ActiveDevices({ items, service }: { items: DayItems; service: number | undefined }) {
  const { times, values } = useMemo(() => activeByDay(items), [items])
  const series = useMemo(() => [{ label: 'active devices', color: 'blue', values }], [values])
  const last = values.at(-1)
  if (last === undefined)
    return <Text c="dimmed">They are counted once a day by a worker; there is no count yet.</Text>
  return (
    <>
      <Text mb="xs">
        {number.format(last)} at the last count, which is made once a day.{' '}
        <Anchor
          component={Link}
          href={`/devices?active=yes${service === undefined ? '' : `&service=${service}`}`}
        >
          See them
        </Anchor>
      </Text>
      {values.length > 1 && (
        <Suspense fallback={null}>
          <Chart
            kind="lines"
            label={`Active devices by day, ${number.format(last)} at the end`}
            times={times}
            series={series}
          />
        </Suspense>
      )}
    </>
  )
}
