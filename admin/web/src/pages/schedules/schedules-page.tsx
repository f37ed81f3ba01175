import { ActionIcon, Anchor, Badge, Button, Group, Popover, Stack, Text } from '@mantine/core'
import { IconPlayerPause, IconPlayerPlay, IconTrash } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link } from 'wouter'
import { api, type Schemas, take } from '../../api/client'
import { PAGE_SIZE, queryClient } from '../../api/queries'
import { useServiceName } from '../../api/services'
import { runAction } from '../../components/action'
import { confirmed } from '../../components/confirm'
import { Loaded } from '../../components/loaded'
import { PageHeader } from '../../components/page-header'
import { ResourceTable } from '../../components/resource-table'
import { Time } from '../../components/time'
import { usePages } from '../../components/use-pages'
import { messageOf } from '../notifications/notification-name'

type Schedule = Schemas['Schedule']

/** How often the list is loaded anew: a schedule runs by itself. */
const REFRESH_MS = 15_000
/** How long a name is taken to be the same, in milliseconds. */
const NAME_MS = 60_000
/** How many next times are shown. */
const SHOWN_TIMES = 10

/** What is done again and again. */
export default function SchedulesPage() {
  const serviceName = useServiceName()
  const pages = usePages(
    ['schedules', 'list'],
    (after, signal) =>
      take(
        api.GET('/api/v1/schedules', {
          params: { query: { limit: PAGE_SIZE, order: 'desc', ...(after !== undefined && { after }) } },
          signal,
        }),
      ),
    { refetchInterval: REFRESH_MS },
  )
  const add = (
    <Button component={Link} href="/schedules/new">
      Add a schedule
    </Button>
  )
  return (
    <>
      <PageHeader
        title="Schedules"
        about="A schedule pushes a notification, or calls a feedback service, at the times of a cron line."
        actions={add}
      />
      <ResourceTable
        name="schedules"
        pages={pages}
        columns={[
          {
            accessor: 'action',
            title: 'What',
            width: 260,
            render: (schedule) => (
              <Stack gap={0}>
                <What schedule={schedule} />
                <Text size="xs" c="dimmed">
                  {serviceName(schedule.service)}
                </Text>
              </Stack>
            ),
          },
          {
            accessor: 'cron',
            title: 'When',
            render: ({ cron, timeZone }) => (
              <Stack gap={0}>
                <Text size="sm" className="mono" style={{ whiteSpace: 'nowrap' }}>
                  {cron}
                </Text>
                <Text size="xs" c="dimmed">
                  {timeZone}
                </Text>
              </Stack>
            ),
          },
          { accessor: 'nextAt', title: 'Next time', render: (schedule) => <Next schedule={schedule} /> },
          { accessor: 'lastAt', title: 'Last time', render: (schedule) => <Last schedule={schedule} /> },
          {
            accessor: 'actions',
            title: 'Actions',
            width: 100,
            render: (schedule) => <Actions schedule={schedule} />,
          },
        ]}
        empty={
          <>
            <Text>There is no schedule yet.</Text>
            {add}
          </>
        }
      />
    </>
  )
}

const audiences: Record<string, string> = {
  all: 'all active devices',
  where: 'devices that fit a condition',
  tokens: 'named devices',
  devices: 'named devices',
  users: 'devices of named users',
}

function What({ schedule: { action } }: { schedule: Schedule }) {
  const id = action.kind === 'feedback' ? action.feedbackService : action.notification
  const isPush = action.kind === 'push'
  const notification = useQuery({
    queryKey: ['notifications', id, 'named'],
    queryFn: ({ signal }) =>
      take(
        api.GET('/api/v1/notifications/{notification}', { params: { path: { notification: id } }, signal }),
      ),
    enabled: isPush,
    staleTime: NAME_MS,
  }).data
  const feedbackService = useQuery({
    queryKey: ['feedback-services', id, 'named'],
    queryFn: ({ signal }) =>
      take(
        api.GET('/api/v1/feedback-services/{feedbackService}', {
          params: { path: { feedbackService: id } },
          signal,
        }),
      ),
    enabled: !isPush,
    staleTime: NAME_MS,
  }).data
  if (action.kind === 'feedback')
    return (
      <Text size="sm">
        Call feedback service{' '}
        <Anchor component={Link} href={`/feedback-services/${id}`} size="sm">
          {feedbackService?.name ?? id}
        </Anchor>
      </Text>
    )
  return (
    <Text size="sm">
      Push{' '}
      <Anchor component={Link} href={`/notifications/${id}`} size="sm">
        {notification === undefined ? `notification ${id}` : `“${messageOf(notification)}”`}
      </Anchor>{' '}
      to {audiences[action.audience.kind] ?? action.audience.kind}
    </Text>
  )
}

function Next({ schedule: { id, isPaused, nextAt } }: { schedule: Schedule }) {
  return (
    <Stack gap={2} align="flex-start">
      {isPaused ? (
        <Badge variant="light" color="orange">
          paused
        </Badge>
      ) : (
        <Time at={nextAt} />
      )}
      <Popover width={260} withArrow trapFocus>
        <Popover.Target>
          <Button size="compact-xs" variant="subtle" aria-label={`Next times of schedule ${id}`}>
            Next times
          </Button>
        </Popover.Target>
        <Popover.Dropdown>
          <Times id={id} isPaused={isPaused} />
        </Popover.Dropdown>
      </Popover>
    </Stack>
  )
}

function Times({ id, isPaused }: { id: number; isPaused: boolean }) {
  const query = useQuery({
    queryKey: ['schedules', id, 'times'],
    queryFn: ({ signal }) =>
      take(
        api.GET('/api/v1/schedules/{schedule}/times', {
          params: { path: { schedule: id }, query: { count: SHOWN_TIMES } },
          signal,
        }),
      ),
  })
  return (
    <Loaded query={query}>
      {({ items }) => (
        <Stack gap={4} tabIndex={0}>
          <Text size="xs" c="dimmed">
            In your time zone{isPaused && ', were it not paused'}
          </Text>
          {items.map((at) => (
            <Text key={at} size="sm">
              <Time at={at} />
            </Text>
          ))}
        </Stack>
      )}
    </Loaded>
  )
}

function Last({ schedule: { lastAt, lastPush, lastResult } }: { schedule: Schedule }) {
  return (
    <Stack gap={0}>
      <Time at={lastAt} />
      {lastPush !== null && (
        <Anchor component={Link} href={`/pushes/${lastPush}`} size="sm">
          Push {lastPush}
        </Anchor>
      )}
      {lastResult !== null && (
        <Text size="xs" c="dimmed" lineClamp={3} title={lastResult}>
          {lastResult}
        </Text>
      )}
    </Stack>
  )
}

function Actions({ schedule: { id, isPaused } }: { schedule: Schedule }) {
  const params = { path: { schedule: id } }
  const run = async (action: () => Promise<unknown>, done: string) => {
    await runAction(action, done)
    await queryClient.invalidateQueries({ queryKey: ['schedules'] })
  }
  const pause = () =>
    run(() => take(api.POST('/api/v1/schedules/{schedule}/pause', { params })), 'The schedule is paused.')
  const resume = () =>
    run(() => take(api.POST('/api/v1/schedules/{schedule}/resume', { params })), 'The schedule goes on.')
  const remove = async () => {
    const isSure = await confirmed({
      title: `Delete schedule ${id}?`,
      about:
        'Nothing more is done by it; pushes that it has made stay. It can’t be brought back: pause it instead, to go on later.',
      action: 'Delete',
      isDangerous: true,
    })
    if (isSure)
      await run(
        () => take(api.DELETE('/api/v1/schedules/{schedule}', { params })),
        'The schedule is deleted.',
      )
  }
  return (
    <Group gap={4} wrap="nowrap">
      {isPaused ? (
        <ActionIcon variant="default" aria-label={`Resume schedule ${id}`} onClick={() => void resume()}>
          <IconPlayerPlay size={16} aria-hidden />
        </ActionIcon>
      ) : (
        <ActionIcon variant="default" aria-label={`Pause schedule ${id}`} onClick={() => void pause()}>
          <IconPlayerPause size={16} aria-hidden />
        </ActionIcon>
      )}
      <ActionIcon
        variant="outline"
        color="red"
        aria-label={`Delete schedule ${id}`}
        onClick={() => void remove()}
      >
        <IconTrash size={16} aria-hidden />
      </ActionIcon>
    </Group>
  )
}
