import { Anchor, Group, Progress, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from 'wouter'
import { api, type Schemas, take } from '../../api/client'
import { useServiceName } from '../../api/services'
import { Loaded } from '../../components/loaded'
import { Panel } from '../../components/panel'
import { Time } from '../../components/time'
import { PushState, settledOf } from '../pushes/push-state'
import { LIVE_MS } from './figures'

/** What is shown of pushes that are under way. Those that wait for a worker come to their turn by age: the next ones, not the last. */
const states = [
  ['sending', 'desc'],
  ['queued', 'asc'],
  ['paused', 'desc'],
] as const
/** How many are shown of each. */
const SHOWN = 5
/** How many that wait for their time are looked at, and how often, in milliseconds. */
const SCHEDULED = 1000
const SLOW_MS = 15_000
const number = new Intl.NumberFormat()

/** What runs, what comes next, and who does it. */
export function Work({ service }: { service: number | undefined }) {
  const query = service === undefined ? {} : { service }
  const pushes = useQuery({
    queryKey: ['pushes', 'work', service],
    queryFn: async ({ signal }) => {
      const lists = await Promise.all(
        states.map(([state, order]) =>
          take(
            api.GET('/api/v1/pushes', {
              // One more says that there are more.
              params: { query: { ...query, state, order, limit: SHOWN + 1 } },
              signal,
            }),
          ),
        ),
      )
      return states.map(([state], index) => ({ state, items: lists[index]?.items ?? [] }))
    },
    refetchInterval: LIVE_MS,
  })
  // The API gives them by id, and the first one made may be the last one due.
  const scheduled = useQuery({
    queryKey: ['pushes', 'scheduled', service],
    queryFn: ({ signal }) =>
      take(
        api.GET('/api/v1/pushes', {
          params: { query: { ...query, state: 'scheduled', limit: SCHEDULED } },
          signal,
        }),
      ),
    refetchInterval: SLOW_MS,
  })
  const schedules = useQuery({
    queryKey: ['schedules', 'next'],
    queryFn: ({ signal }) =>
      take(api.GET('/api/v1/schedules', { params: { query: { limit: 1000 } }, signal })),
    refetchInterval: LIVE_MS,
  })
  const workers = useQuery({
    queryKey: ['workers'],
    queryFn: ({ signal }) => take(api.GET('/api/v1/workers', { signal })),
    refetchInterval: LIVE_MS,
  })
  return (
    <Panel title="Running and next">
      <Stack gap="xs">
        <Loaded query={workers}>{({ items }) => <Workers items={items} />}</Loaded>
        <Loaded query={pushes}>
          {(lists) =>
            lists.every(({ items }) => items.length === 0) ? (
              <Text c="dimmed">No push is under way.</Text>
            ) : (
              lists.map((list) => <First key={list.state} {...list} service={service} />)
            )
          }
        </Loaded>
        <Loaded query={scheduled}>
          {({ items }) => (
            <First
              state="scheduled"
              items={items.toSorted((a, b) => String(a.dueAt).localeCompare(String(b.dueAt)))}
              service={service}
            />
          )}
        </Loaded>
        <Loaded query={schedules}>{({ items }) => <Next items={items} service={service} />}</Loaded>
      </Stack>
    </Panel>
  )
}

function Workers({ items }: { items: readonly Schemas['Worker'][] }) {
  if (items.length === 0)
    return (
      <Text c="red" fw={600} role="alert">
        No worker is alive: nothing is sent. Start `ios-notifications serve` or `ios-notifications worker`.
      </Text>
    )
  const names = items.map(({ host, pid }) => `${host} (process ${pid})`).join(', ')
  return (
    <Text size="sm">
      {items.length === 1 ? '1 worker is alive' : `${items.length} workers are alive`}: {names}
    </Text>
  )
}

interface FirstProps {
  state: Schemas['Push']['state']
  items: readonly Schemas['Push'][]
  service: number | undefined
}

/** The first pushes of a state, and the way to all of them where there are more. */
function First({ state, items, service }: FirstProps) {
  return (
    <>
      {items.slice(0, SHOWN).map((push) => (
        <Running key={push.id} push={push} />
      ))}
      {items.length > SHOWN && (
        <Anchor
          component={Link}
          href={`/pushes?state=${state}${service === undefined ? '' : `&service=${service}`}`}
          size="sm"
        >
          There are more: all that are {state}
        </Anchor>
      )}
    </>
  )
}

function Running({ push }: { push: Schemas['Push'] }) {
  const nameOf = useServiceName()
  const { id, state, audienceSize, dueAt } = push
  const done = settledOf(push)
  const percent = audienceSize === 0 ? 0 : (done / audienceSize) * 100
  return (
    <div>
      <Group justify="space-between">
        <Anchor component={Link} href={`/pushes/${id}`} size="sm">
          Push {id} to {nameOf(push.service)}
        </Anchor>
        <PushState state={state} />
      </Group>
      {state === 'scheduled' ? (
        <Text size="sm" c="dimmed">
          begins <Time at={dueAt} />
        </Text>
      ) : (
        <Group gap="xs">
          <Progress value={percent} aria-label={`Push ${id}`} flex={1} />
          <Text size="sm">
            {number.format(done)} of {number.format(audienceSize)}
          </Text>
        </Group>
      )}
    </div>
  )
}

/** The next times of schedules, the first ones first. */
function Next({ items, service }: { items: readonly Schemas['Schedule'][]; service: number | undefined }) {
  const next = items
    .filter((schedule) => !schedule.isPaused && schedule.nextAt !== null)
    .filter((schedule) => service === undefined || schedule.service === service)
    .sort((a, b) => String(a.nextAt).localeCompare(String(b.nextAt)))
  if (next.length === 0) return null
  return (
    <Stack gap={2}>
      {next.slice(0, SHOWN).map(({ id, action, nextAt }) => (
        <Text key={id} size="sm">
          <Time at={nextAt} />:{' '}
          <Anchor component={Link} href="/schedules">
            schedule {id}
          </Anchor>{' '}
          {action.kind === 'push' ? 'pushes' : 'calls a feedback service'}
        </Text>
      ))}
      {next.length > SHOWN && (
        <Anchor component={Link} href="/schedules" size="sm">
          There are more: all schedules
        </Anchor>
      )}
    </Stack>
  )
}
