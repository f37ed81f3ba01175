import { Alert, Text } from '@mantine/core'
import { IconCheck, IconInfoCircle, IconX } from '@tabler/icons-react'
import type { Schemas } from '../../api/client'
import { reasonText } from '../../components/reason-text'
import { Time } from '../../components/time'
import { type PushEntry, type TimelineEntry, wordsOf } from './timeline-words'

/** At a glance: does this device get pushes, and if not, why? */
export function DeviceVerdict({
  device: { isActive, deactivatedAt, deactivationReason },
  entries,
}: {
  device: Schemas['Device']
  entries: readonly TimelineEntry[] | undefined
}) {
  if (!isActive)
    return (
      <Alert color="red" icon={<IconX aria-hidden />} title="This device gets no pushes: it is inactive">
        <Text size="sm">
          Since <Time at={deactivatedAt} />
          {deactivationReason !== null && `: ${deactivationReason}`}. {reasonText(deactivationReason)} It
          becomes active again when its app registers, or by “Reactivate”.
        </Text>
      </Alert>
    )
  const last = entries?.find(
    // What was pushed before it was there says nothing of it, nor what has not come to it yet.
    (entry): entry is PushEntry =>
      entry.kind === 'push' && entry.reason !== 'NotRegistered' && entry.outcome !== 'waiting',
  )
  if (last === undefined)
    return (
      <Alert color="gray" icon={<IconInfoCircle aria-hidden />} title="This device is active">
        <Text size="sm">
          {entries === undefined ? '…' : 'Nothing has been pushed to it yet, as far as is known.'}
        </Text>
      </Alert>
    )
  const { label, about } = wordsOf(last)
  const isGood = last.outcome === 'accepted'
  return (
    <Alert
      color={isGood ? 'green' : 'orange'}
      icon={isGood ? <IconCheck aria-hidden /> : <IconInfoCircle aria-hidden />}
      title={isGood ? 'This device gets pushes' : `This device is active; its last push: ${label}`}
    >
      <Text size="sm">
        {isGood && 'Apple accepted the last one, '}
        {!isGood && last.reason !== null && `${last.reason}, `}
        <Time at={last.at} ago />. {!isGood && about}
        {isGood &&
          ' If its user saw nothing, look there: the app’s notifications may be turned off, a Focus may be on, or the push shows nothing.'}
      </Text>
    </Alert>
  )
}
