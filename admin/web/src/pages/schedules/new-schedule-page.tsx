import { Button, Group, Paper, Radio, Select, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Link, useLocation } from 'wouter'
import { api, type Schemas, take } from '../../api/client'
import { useMay } from '../../api/session'
import { runAction } from '../../components/action'
import { FormButtons } from '../../components/form-buttons'
import { Loaded } from '../../components/loaded'
import { PageHeader } from '../../components/page-header'
import { useUnsavedGuard } from '../../components/unsaved'
import { useGo } from '../../components/use-go'
import { messageOf } from '../notifications/notification-name'
import { newTiming, nextTimes, type Timing } from '../push-now/timing'
import { CronFields } from '../push-now/timing-fields'
import { makeSchedule } from './make-schedule'

/** How many notifications are offered, the newest first. */
const OFFERED = 100

/** Makes a schedule. */
export default function NewSchedulePage() {
  const [kind, setKind] = useState('push')
  // What calls a feedback service takes the scope that changing services takes.
  const mayCall = useMay('services')
  return (
    <>
      <PageHeader title="New schedule" parent={{ href: '/schedules', label: 'Schedules' }} />
      <Paper withBorder p="md" maw={720}>
        <Stack>
          <Radio.Group label="What is done" value={kind} onChange={setKind}>
            <Group mt="xs">
              <Radio value="push" label="Push a notification" />
              {mayCall && <Radio value="feedback" label="Call a feedback service" />}
            </Group>
          </Radio.Group>
          {/* Both stay: what was chosen in one is there again. */}
          <Stack hidden={kind !== 'push'}>
            <ForNotification />
          </Stack>
          {mayCall && (
            <Stack hidden={kind !== 'feedback'}>
              <ForFeedbackService />
            </Stack>
          )}
        </Stack>
      </Paper>
    </>
  )
}

/** Audience, times and options are chosen where notifications are pushed. */
function ForNotification() {
  const [chosen, choose] = useState<string | null>(null)
  const [, navigate] = useLocation()
  const query = useQuery({
    queryKey: ['notifications', 'offered'],
    queryFn: ({ signal }) =>
      take(
        api.GET('/api/v1/notifications', { params: { query: { limit: OFFERED, order: 'desc' } }, signal }),
      ),
  })
  return (
    <Loaded query={query}>
      {({ items }) =>
        items.length === 0 ? (
          <>
            <Text>There is no notification yet.</Text>
            <Group>
              <Button component={Link} href="/notifications/new">
                Compose a notification
              </Button>
            </Group>
          </>
        ) : (
          <>
            <Select
              label="Notification"
              description="It is sent as it is at each time: what is changed until then counts."
              searchable
              nothingFoundMessage="No such notification among the last ones"
              data={items.map((notification) => ({
                value: String(notification.id),
                label: `${notification.id}: ${messageOf(notification)}`.slice(0, 100),
              }))}
              value={chosen}
              onChange={choose}
            />
            <Group>
              <Button
                disabled={chosen === null}
                onClick={() => navigate(`/notifications/${chosen}/push?when=cron`)}
              >
                Choose audience and times
              </Button>
              <Button variant="default" component={Link} href="/notifications/new">
                Compose a new one
              </Button>
            </Group>
          </>
        )
      }
    </Loaded>
  )
}

function ForFeedbackService() {
  const query = useQuery({
    queryKey: ['feedback-services', 'all'],
    queryFn: ({ signal }) =>
      take(api.GET('/api/v1/feedback-services', { params: { query: { limit: 1000 } }, signal })),
  })
  return (
    <Loaded query={query}>
      {({ items }) =>
        items.length === 0 ? (
          <>
            <Text>There is no feedback service yet.</Text>
            <Group>
              <Button component={Link} href="/feedback-services/new">
                Add a feedback service
              </Button>
            </Group>
          </>
        ) : (
          <CallForm feedbackServices={items} />
        )
      }
    </Loaded>
  )
}

const daily: Timing = { ...newTiming, kind: 'cron', cron: '0 4 * * *' }

function CallForm({ feedbackServices }: { feedbackServices: readonly Schemas['FeedbackService'][] }) {
  const [only] = useState(feedbackServices.length === 1 ? String(feedbackServices[0]!.id) : null)
  const [chosen, choose] = useState(only)
  const [timing, setTiming] = useState(daily)
  const [isBusy, setBusy] = useState(false)
  const go = useGo()
  useUnsavedGuard(chosen !== only || timing.cron !== daily.cron || timing.timeZone !== daily.timeZone)
  const { cron, timeZone } = timing
  const make = async () => {
    setBusy(true)
    const body = { cron: cron.trim(), timeZone, feedbackService: Number(chosen) }
    const isMade = await runAction(() => makeSchedule(body), 'The schedule is made.')
    setBusy(false)
    if (isMade) go('/schedules')
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        void make()
      }}
    >
      <Stack inert={isBusy}>
        <Select
          label="Feedback service"
          description="Switches off the devices whose tokens Apple has called dead, as far as that is not done at once."
          data={feedbackServices.map(({ id, name }) => ({ value: String(id), label: name }))}
          allowDeselect={false}
          value={chosen}
          onChange={choose}
        />
        <CronFields timing={timing} change={setTiming} />
        <FormButtons
          action="Make the schedule"
          isBusy={isBusy}
          isDisabled={chosen === null || 'fault' in nextTimes(cron, timeZone)}
          back="/schedules"
        />
      </Stack>
    </form>
  )
}
