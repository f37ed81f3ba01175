import { Accordion, Anchor, Button, Grid, Group, Paper, Stack } from '@mantine/core'
import { useRef, useState } from 'react'
import { flushSync } from 'react-dom'
import { Link } from 'wouter'
import { api, type Schemas, take } from '../../api/client'
import { queryClient } from '../../api/queries'
import { useServiceName } from '../../api/services'
import { runAction, tell } from '../../components/action'
import { confirmed } from '../../components/confirm'
import { counted } from '../../components/counted'
import { PageHeader } from '../../components/page-header'
import { Panel } from '../../components/panel'
import { useUnsavedGuard } from '../../components/unsaved'
import { useGo } from '../../components/use-go'
import { storedPayload } from '../notifications/fields'
import { LockScreen } from '../notifications/lock-screen'
import { messageOf } from '../notifications/notification-name'
import { makeSchedule } from '../schedules/make-schedule'
import { audienceInput, audienceMissing, newAudience } from './audience'
import { AudienceFields } from './audience-fields'
import { DryRun } from './dry-run'
import { defaultOptions, PushOptionFields } from './push-options'
import { submit } from './submit'
import { TestPush } from './test-push'
import { newTiming, nextTimes, type Timing, timingInput } from './timing'
import { TimingFields } from './timing-fields'
import { useDryRun } from './use-dry-run'

interface PushNowProps {
  notification: Schemas['Notification']
  device: number | undefined
  when: Timing['kind']
}

/** To whom, when and how a notification is pushed, with what would come of it. */
export function PushNow({ notification, device, when }: PushNowProps) {
  const { id, service } = notification
  const [audience, setAudience] = useState(() => newAudience(device))
  const [timing, setTiming] = useState<Timing>({ ...newTiming, kind: when })
  const [options, setOptions] = useState(defaultOptions)
  const [isBusy, setBusy] = useState(false)
  const button = useRef<HTMLButtonElement>(null)
  const chosen = JSON.stringify([audience, timing, options])
  const [first] = useState(chosen)
  useUnsavedGuard(chosen !== first)
  const go = useGo()
  const app = useServiceName()(service)
  const says = beginningOf(messageOf(notification))
  const to = audienceInput(audience)
  const time = timingInput(timing)
  const body = to && { notification: id, ...to, ...options }
  // Whom it would reach does not hang on its time.
  const dryRun = useDryRun(body, contentOf(notification))
  const { data } = dryRun
  const isSchedule = timing.kind === 'cron'
  const isReady =
    body !== undefined &&
    time !== undefined &&
    dryRun.isCurrent &&
    data !== undefined &&
    (isSchedule
      ? 'times' in nextTimes(timing.cron, timing.timeZone) &&
        // Who is there today is no matter.
        data.problems.every(({ code }) => code === 'PUSH_ERR_AUDIENCE_EMPTY')
      : data.problems.length === 0 && data.audienceSize > 0)
  const devices = data === undefined ? '' : counted(data.audienceSize, 'device')

  /** What is shown is what is pushed. */
  const refuseChanged = async () => {
    const path = { notification: id }
    const fresh = await take(api.GET('/api/v1/notifications/{notification}', { params: { path } }))
    if (contentOf(fresh) === contentOf(notification)) return
    void queryClient.invalidateQueries({ queryKey: ['notifications', id] })
    throw new Error(
      'Somebody else has changed this notification meanwhile. Look at it again; nothing was pushed.',
    )
  }

  const ask = async () => {
    const isSame = await runAction(refuseChanged)
    // The button is on again, and has the keyboard, before the question takes it: so it comes back.
    flushSync(() => setBusy(false))
    if (document.activeElement === document.body) button.current?.focus()
    if (!isSame) return false
    return await confirmed(
      isSchedule
        ? {
            title: `Push it again and again to devices of ${app}?`,
            about: `It says “${says}”, at the times of ${timing.cron} in ${timing.timeZone}; today that would be ${devices}. The schedule can be paused and removed at any time.`,
            action: 'Make the schedule',
          }
        : {
            title: `Push to ${devices} of ${app} ${whenText(timing)}?`,
            about: `It says “${says}”. What has been sent can’t be called back; a push that is running can be paused and cancelled.`,
            action: timing.kind === 'now' ? 'Push now' : 'Push then',
          },
    )
  }

  const make = async () => {
    if (body === undefined || time === undefined) return
    if (isSchedule) {
      await makeSchedule({ ...body, cron: timing.cron.trim(), timeZone: timing.timeZone })
      tell('The schedule is made.')
      go('/schedules')
    } else {
      const made = await submit({ ...body, ...time })
      tell(`Push ${made.id} is made.`)
      go(`/pushes/${made.id}`)
    }
  }

  const push = async () => {
    // From here on, not only when it is sent: a second click asks nothing more.
    setBusy(true)
    if (await ask()) {
      setBusy(true)
      await runAction(make)
    }
    setBusy(false)
  }

  return (
    <>
      <PageHeader
        title={titles[timing.kind]}
        parent={{ href: `/notifications/${id}`, label: `Notification ${id}` }}
        about={
          <>
            “{says}”, through{' '}
            <Anchor component={Link} href={`/services/${service}`} size="sm">
              {app}
            </Anchor>
          </>
        }
      />
      <Grid gap="xl">
        <Grid.Col span={{ base: 12, md: 7 }}>
          <Stack gap="lg">
            <Panel title="To whom">
              <AudienceFields audience={audience} change={setAudience} service={service} />
            </Panel>
            <Panel title="When">
              <TimingFields timing={timing} change={setTiming} />
            </Panel>
            <Accordion variant="contained">
              <Accordion.Item value="options">
                <Accordion.Control>Options</Accordion.Control>
                <Accordion.Panel>
                  <PushOptionFields options={options} change={setOptions} />
                </Accordion.Panel>
              </Accordion.Item>
            </Accordion>
            <DryRun dryRun={dryRun} missing={to === undefined ? audienceMissing[audience.kind] : ''} />
            <Group>
              <Button ref={button} size="md" disabled={!isReady} loading={isBusy} onClick={() => void push()}>
                {isSchedule ? 'Make the schedule' : buttonText(timing, data?.audienceSize)}
              </Button>
            </Group>
          </Stack>
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 5 }}>
          <Stack gap="lg">
            <Paper withBorder p="md">
              <LockScreen payload={storedPayload(notification)} app={app} />
            </Paper>
            <Panel title="Try it first on one device">
              <TestPush notification={notification} device={device} />
            </Panel>
          </Stack>
        </Grid.Col>
      </Grid>
    </>
  )
}

/** As much of a text as it is known by. */
function beginningOf(text: string): string {
  const characters = Array.from(text)
  return characters.length > 160 ? `${characters.slice(0, 160).join('')}…` : text
}

/** What it says, however often it was sent. */
function contentOf(notification: Schemas['Notification']): string {
  return JSON.stringify({ ...notification, lastSentAt: null })
}

const titles: Record<Timing['kind'], string> = {
  now: 'Push now',
  at: 'Push later',
  local: 'Push at a local time',
  cron: 'Push again and again',
}

function buttonText(timing: Timing, count: number | undefined): string {
  const devices = count === undefined ? '…' : counted(count, 'device')
  return timing.kind === 'now' ? `Push to ${devices} now` : `Push to ${devices} at that time`
}

function whenText({ kind, at }: Timing): string {
  if (kind === 'now') return 'now'
  const time = at.replace('T', ' ')
  return kind === 'at' ? `at ${time}` : `at ${time} of their own time`
}
