import { Alert, Anchor, Button, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Link } from 'wouter'
import { api, type Schemas, take } from '../../api/client'
import { runAction } from '../../components/action'
import { usePush } from '../pushes/use-push'
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
  const hasFailed = push !== undefined && push.finishedAt !== null && push.accepted === 0
  const { data: reasons } = useQuery({
    queryKey: ['pushes', id, 'reasons', 'test'],
    queryFn: ({ signal }) =>
      take(api.GET('/api/v1/pushes/{push}/reasons', { params: { path: { push: id } }, signal })),
    enabled: hasFailed,
  })
  const link = (
    <Anchor component={Link} href={`/pushes/${id}`} size="sm">
      Push {id}
    </Anchor>
  )
  if (push === undefined || push.finishedAt === null)
    return (
      <Text size="sm" role="status">
        {push?.state === 'paused' ? `It is paused: ${push.stateReason ?? ''}` : 'On its way …'} {link}
      </Text>
    )
  return (
    <Alert color={hasFailed ? 'red' : 'green'} role="status" p="xs">
      {hasFailed ? failureText(push, reasons?.items) : 'Accepted by Apple.'} {link}
    </Alert>
  )
}

function failureText(push: Schemas['Push'], reasons: Schemas['ReasonCount'][] = []): string {
  const [first] = reasons
  if (push.stateReason !== null) return `${push.state}: ${push.stateReason}`
  if (first !== undefined) return `${first.outcome}: ${first.reason}.`
  return `The push is ${push.state}, and the device did not get it.`
}
