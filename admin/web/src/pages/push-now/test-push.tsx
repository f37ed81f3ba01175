import { Alert, Anchor, Button, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import { Link } from 'wouter'
import type { Schemas } from '../../api/client'
import { runAction } from '../../components/action'
import { usePush } from '../pushes/use-push'
import { useReasons } from '../pushes/use-reasons'
import { DeviceSelect } from './device-select'
import { submit } from './submit'

/** Sends a notification to one device at once, and says what came of it. */
export function TestPush({
  notification: { id, service },
  device,
}: {
  notification: Schemas['Notification']
  device: number | undefined
}) {
  const [devices, setDevices] = useState(device === undefined ? [] : [device])
  const [push, setPush] = useState<number>()
  const [isBusy, setBusy] = useState(false)
  const send = async () => {
    setBusy(true)
    await runAction(async () => {
      setPush(undefined)
      setPush((await submit({ notification: id, devices, urgency: 'urgent' })).id)
    })
    setBusy(false)
  }
  return (
    <Stack gap="xs">
      <DeviceSelect
        label="Test device"
        service={service}
        maxValues={1}
        value={devices}
        onChange={(ids) => setDevices(ids.slice(-1))}
      />
      <Button variant="default" disabled={devices.length === 0} loading={isBusy} onClick={() => void send()}>
        Send a test
      </Button>
      {push !== undefined && <TestResult id={push} />}
    </Stack>
  )
}

function TestResult({ id }: { id: number }) {
  const { data: push } = usePush(id)
  const link = (
    <Anchor component={Link} underline="always" href={`/pushes/${id}`} size="sm">
      Push {id}
    </Anchor>
  )
  if (push === undefined || push.finishedAt === null)
    return (
      <Text size="sm" role="status">
        {push?.state === 'paused' ? `It is paused: ${push.stateReason ?? ''}` : 'On its way …'} {link}
      </Text>
    )
  const hasFailed = push.accepted === 0
  return (
    <Alert color={hasFailed ? 'red' : 'green'} role="status" p="xs">
      {hasFailed ? <Failure push={push} /> : 'Accepted by Apple.'} {link}
    </Alert>
  )
}

function Failure({ push }: { push: Schemas['Push'] }) {
  const { data } = useReasons(push)
  return failureText(push, data?.items)
}

function failureText(push: Schemas['Push'], reasons: Schemas['ReasonCount'][] = []): string {
  const [first] = reasons
  if (push.stateReason !== null) return `${push.state}: ${push.stateReason}`
  if (first !== undefined) return `${first.outcome}: ${first.reason}.`
  return `The push is ${push.state}, and the device did not get it.`
}
