import { Accordion, Anchor, Button, Grid, Group, Paper, Stack, Text } from '@mantine/core'
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
import { audienceInput, audienceMissing, newAudience, tokenLines } from './audience'
import { AudienceFields } from './audience-fields'
import { DryRun, reachedBy } from './dry-run'
import { defaultOptions, PushOptionFields } from './push-options'
import { questionOf } from './push-question'
import { submit } from './submit'
import { TestPush } from './test-push'
import { newTiming, nextTimes, type Timing, timeMissing, timingInput } from './timing'
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
  // Whom it would reach hangs on its time only where that is over for some.
  const dryRun = useDryRun(body && { ...body, ...(timing.kind === 'local' && time) }, contentOf(notification))
  const { data } = dryRun
  const count = data && reachedBy(data)
  const isSchedule = timing.kind === 'cron'
  const said = (message: string) => tokenLines(message, audience)
  const isReady =
    body !== undefined &&
    time !== undefined &&
    dryRun.isCurrent &&
    data !== undefined &&
    faultOf(data, isSchedule) === undefined &&
    (!isSchedule || 'times' in nextTimes(timing.cron, timing.timeZone))

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

  /** Whom it would reach by now; undefined: it can't be pushed any more, and that was said. */
  const look = async (): Promise<number | undefined> => {
    let size: number | undefined
    await runAction(async () => {
      await refuseChanged()
      const now = await dryRun.fresh()
      const fault = faultOf(now, isSchedule)
      if (fault !== undefined) throw new Error(`It can’t be pushed like this any more: ${said(fault)}`)
      size = reachedBy(now)
    })
    return size
  }

  /** The button is on again, and has the keyboard. */
  const rest = () => {
    flushSync(() => setBusy(false))
    const { activeElement, body } = document
    // In a question that is answered, and going away, it would be lost.
    if (activeElement === body || activeElement?.closest('[role=dialog]')) button.current?.focus()
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
    let shown = count
    let isSure = false
    // A question may be open for hours, too: it is asked once more where its number has become another one.
    for (let size = await look(); size !== undefined; size = await look()) {
      if (isSure && size === shown) {
        await runAction(make)
        break
      }
      // Before the question takes the keyboard: so it comes back.
      rest()
      isSure = await confirmed(questionOf({ timing, app, says, size, before: shown }))
      if (!isSure) break
      shown = size
      setBusy(true)
    }
    rest()
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
            <DryRun dryRun={dryRun} missing={to === undefined ? audienceMissing(audience) : ''} said={said} />
            <Group>
              <Button ref={button} size="md" disabled={!isReady} loading={isBusy} onClick={() => void push()}>
                {isSchedule ? 'Make the schedule' : buttonText(timing, count)}
              </Button>
              {timeMissing(timing) !== '' && (
                <Text size="sm" role="status">
                  {timeMissing(timing)}
                </Text>
              )}
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

/** Why it can't be pushed; undefined: it can. For a schedule it is no matter who is there today. */
function faultOf(preflight: Schemas['Preflight'], isSchedule: boolean): string | undefined {
  const { problems } = preflight
  const problem = problems.find(({ code }) => !isSchedule || code !== 'PUSH_ERR_AUDIENCE_EMPTY')
  if (problem !== undefined) return problem.message
  return reachedBy(preflight) === 0 && !isSchedule ? 'nobody would get it' : undefined
}
