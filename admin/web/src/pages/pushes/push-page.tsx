import { Alert, Anchor, Grid, Group, Paper, SimpleGrid, Stack, Text, Title } from '@mantine/core'
import type { ReactNode } from 'react'
import { Link, useParams } from 'wouter'
import type { Schemas } from '../../api/client'
import { useServiceName } from '../../api/services'
import { counted } from '../../components/counted'
import { Loaded } from '../../components/loaded'
import { PageHeader } from '../../components/page-header'
import { Time } from '../../components/time'
import { useMinute } from '../../components/use-minute'
import { isObject } from '../notifications/fields'
import { LockScreen } from '../notifications/lock-screen'
import { Headers, PayloadCode } from '../notifications/wire-facts'
import { duplicatesWords } from '../push-now/push-options'
import { Failures } from './failures'
import { Outcomes } from './outcomes'
import { PushActions } from './push-actions'
import { PushState, pushStates, settledOf } from './push-state'
import { usePush } from './use-push'
import { useRate } from './use-rate'

type Push = Schemas['PushDetail']

/** A push, live. */
export default function PushPage() {
  const { id } = useParams<{ id: string }>()
  const query = usePush(Number(id))
  return (
    <Loaded query={query} head={<PageHeader title={`Push ${id}`} parent={parent} />}>
      {(push) => <LivePush key={id} push={push} />}
    </Loaded>
  )
}

const parent = { href: '/pushes', label: 'Pushes' }

function LivePush({ push }: { push: Push }) {
  const { id, state, stateReason, service } = push
  const serviceName = useServiceName()
  const rate = useRate(settledOf(push))
  return (
    <>
      <PageHeader
        title={`Push ${id}`}
        parent={parent}
        about={
          <Group gap="xs" role="status">
            <PushState state={state} />
            <span>{push.endingAs === null ? <Means push={push} /> : `It is ending: ${push.endingAs}.`}</span>
            {state === 'sending' && rate !== undefined && rate > 0 && (
              <span>{counted(Math.round(rate), 'device')} a second</span>
            )}
          </Group>
        }
        actions={<PushActions push={push} />}
      />
      {stateReason !== null && (
        <Alert color={state === 'failed' ? 'red' : 'orange'} title={`Why it is ${state}`} mb="md">
          {whyText(push)}
        </Alert>
      )}
      <Grid gap="xl">
        <Grid.Col span={{ base: 12, md: 7 }}>
          <Paper withBorder p="md">
            <Outcomes push={push} />
          </Paper>
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 5 }}>
          <Facts push={push} service={serviceName(service)} />
        </Grid.Col>
        <Grid.Col span={12}>
          <Failures push={push} />
        </Grid.Col>
        <Grid.Col span={12}>
          <Content push={push} app={serviceName(service)} />
        </Grid.Col>
      </Grid>
    </>
  )
}

/** What was given as the reason, and by whom; often a person gives none. */
function whyText({ state, stateReason, stateBy }: Push): string {
  if (stateBy === null) return stateReason ?? ''
  return stateReason === state ? `By ${stateBy}.` : `${stateReason} (by ${stateBy})`
}

const audiences: Record<Push['audienceKind'], string> = {
  all: 'All active devices of the service',
  tokens: 'Devices with named tokens',
  devices: 'Named devices',
  users: 'Devices of named users',
  where: 'Devices that fit a condition',
  retry: 'Those who did not get it before',
}

/** What its state means. One that rests goes on without anybody. */
function Means({ push }: { push: Push }) {
  const { state, dueAt, deferred, nextAt } = push
  useMinute()
  if (waitsForClocks(push))
    return (
      <>
        It waits for the local time of {counted(deferred, 'device')}; the next part begins{' '}
        <Time at={nextAt} ago />.
      </>
    )
  if (state !== 'paused' || dueAt === null) return pushStates[state].means
  return (
    <>
      It rests, and goes on by itself <Time at={dueAt} ago />.
    </>
  )
}

/** Whether those who are left are to get it later only, at their local time. */
function waitsForClocks({ state, localTime, deferred, nextAt }: Push): boolean {
  if (state !== 'queued' && state !== 'sending') return false
  return localTime !== null && deferred > 0 && nextAt !== null && Date.parse(nextAt) > Date.now()
}

/** When it was asked to begin. A local time may be over in the first zones of the world when the push is made. */
function Beginning({ push: { beginsAt, createdAt, localTime } }: { push: Push }) {
  const isOver = beginsAt !== null && Date.parse(beginsAt) < Date.parse(createdAt)
  return (
    <>
      <Time at={beginsAt} />
      {localTime !== null && ', in the first time zone'}
      {isOver && '; that was over, so it began at once'}
    </>
  )
}

function Facts({ push, service }: { push: Push; service: string }) {
  const { notification, retryOf, audienceKind, skippedInactive, skippedUnregistered } = push
  const facts: [string, ReactNode][] = [
    [
      'Service',
      <Anchor key="service" component={Link} href={`/services/${push.service}`} size="sm">
        {service}
      </Anchor>,
    ],
    ...fact(notification, 'Notification', (value) => (
      <Anchor component={Link} href={`/notifications/${value}`} size="sm">{`Notification ${value}`}</Anchor>
    )),
    ...fact(retryOf, 'Tries again', (value) => (
      <Anchor component={Link} href={`/pushes/${value}`} size="sm">{`Push ${value}`}</Anchor>
    )),
    ['To', audiences[audienceKind]],
    ...fact(skippedInactive || null, 'Inactive, left out', (value) => value.toLocaleString()),
    ...fact(skippedUnregistered || null, 'Not registered, left out', (value) => value.toLocaleString()),
    ['Made', <Time key="made" at={push.createdAt} />],
    ...fact(push.beginsAt, 'To begin', () => <Beginning push={push} />),
    ...fact(push.localTime, 'At the local time', (time) => time.replace('T', ' ')),
    ...fact(push.finishedAt === null ? push.dueAt : null, 'Goes on', (at) => <Time at={at} />),
    ...fact(push.startedAt, 'Began', (at) => <Time at={at} />),
    ...fact(push.finishedAt, 'Ended', (at) => <Time at={at} />),
    ['Urgency', push.urgency],
    ['Duplicates when a worker is killed', duplicatesWords[push.duplicates]],
  ]
  return (
    <Stack gap="xs">
      <Title order={2} size="h4">
        About it
      </Title>
      {facts.map(([name, value]) => (
        <Group key={name} justify="space-between" gap="xs" wrap="nowrap">
          <Text size="sm" c="dimmed">
            {name}
          </Text>
          <Text size="sm" component="div" ta="right">
            {value}
          </Text>
        </Group>
      ))}
    </Stack>
  )
}

function fact<Value>(
  value: Value | null,
  name: string,
  show: (value: Value) => ReactNode,
): [string, ReactNode][] {
  return value === null ? [] : [[name, show(value)]]
}

/** What is sent, exactly. */
function Content({ push, app }: { push: Push; app: string }) {
  const { payload, topic, pushType, priority, expiration, collapseId } = push
  const parsed: unknown = JSON.parse(payload)
  const headers = {
    'apns-topic': topic,
    'apns-push-type': pushType,
    ...(priority !== null && { 'apns-priority': String(priority) }),
    ...(expiration !== null && { 'apns-expiration': String(expiration) }),
    ...(collapseId !== null && { 'apns-collapse-id': collapseId }),
  }
  return (
    <Stack gap="xs">
      <Title order={2} size="h4">
        What is sent
      </Title>
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="xl">
        <div>{isObject(parsed) && <LockScreen payload={parsed} app={app} />}</div>
        <Stack gap="xs">
          <Headers headers={headers} />
          <PayloadCode payload={payload} />
        </Stack>
      </SimpleGrid>
    </Stack>
  )
}
