import { Anchor, Badge, Button, Code, Collapse, Group, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { Link } from 'wouter'
import { Copy } from '../../components/copy'
import { Time } from '../../components/time'
import { type PushEntry, type TimelineEntry, type Tone, wordsOf } from './timeline-words'

export const toneColors: Record<Tone, string> = { good: 'green', bad: 'red', off: 'orange', plain: 'gray' }

/** What happened, when, and why. */
export function TimelineItem({ entry }: { entry: TimelineEntry }) {
  const { label, title, about, tone } = wordsOf(entry)
  return (
    <>
      <Group gap="xs" wrap="nowrap" align="flex-start" justify="space-between">
        <Text size="sm" fw={500} lineClamp={2} style={{ overflowWrap: 'anywhere' }}>
          {title}
        </Text>
        <Badge variant="light" color={toneColors[tone]} style={{ flexShrink: 0 }}>
          {label}
        </Badge>
      </Group>
      {entry.kind === 'push' && entry.reason !== null && (
        <Text size="sm" fw={600}>
          {entry.reason}
          {entry.status !== null && ` (${entry.status})`}
        </Text>
      )}
      {about && (
        <Text size="sm" c="dimmed">
          {about}
        </Text>
      )}
      <Text size="xs" c="dimmed" mt={2}>
        <Time at={entry.at} />
        {entry.kind === 'feedback' && (
          <>
            {' · dead since '}
            <Time at={entry.timestamp} />
            {' · '}
            <Anchor component={Link} href="/feedback" inherit>
              Feedback
            </Anchor>
          </>
        )}
        {entry.kind === 'push' && (
          <>
            {' · '}
            <Anchor component={Link} href={`/pushes/${entry.push}`} inherit>
              Push {entry.push}
            </Anchor>
            {entry.attempts !== null && entry.attempts > 1 && ` · ${entry.attempts} attempts`}
            {entry.dueAt !== null && (
              <>
                {' · next attempt '}
                <Time at={entry.dueAt} />
              </>
            )}
          </>
        )}
      </Text>
      {entry.kind === 'push' && <PushDetails entry={entry} />}
    </>
  )
}

/** What was sent, for who asks. */
function PushDetails({ entry }: { entry: PushEntry }) {
  const [isOpen, { toggle }] = useDisclosure()
  const { apnsId, apnsUniqueId, pushType, topic, priority, collapseId, payload } = entry
  const headers = [
    ['apns-id', apnsId],
    ['apns-unique-id', apnsUniqueId],
    ['apns-push-type', pushType],
    ['apns-topic', topic],
    ['apns-priority', priority],
    ['apns-collapse-id', collapseId],
  ] as const
  return (
    <>
      <Button variant="subtle" size="compact-xs" ml={-7} onClick={toggle} aria-expanded={isOpen}>
        {isOpen ? 'Hide the payload' : 'Show the payload'}
      </Button>
      <Collapse expanded={isOpen} keepMounted={false}>
        <Code block mt={4} style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
          {JSON.stringify(payload, null, 2)}
        </Code>
        {headers.map(
          ([name, value]) =>
            value !== null &&
            value !== '' && (
              <Group key={name} gap={4}>
                <Text size="xs" c="dimmed">
                  {name}
                </Text>
                <Text size="xs" className="mono">
                  {value}
                </Text>
                {(name === 'apns-id' || name === 'apns-unique-id') && (
                  <Copy text={String(value)} what={name} />
                )}
              </Group>
            ),
        )}
      </Collapse>
    </>
  )
}
