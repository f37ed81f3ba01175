import { Group, Radio, SimpleGrid, Stack, Text, TextInput } from '@mantine/core'
import { Time } from '../../components/time'
import { TimeZoneSelect } from './time-zone-select'
import { isOver, nextTimes, type Timing } from './timing'

const kinds = [
  ['now', 'Now'],
  ['at', 'At a time'],
  ['local', 'At a local time of each device'],
  ['cron', 'Again and again'],
] as const

interface TimingFieldsProps {
  timing: Timing
  change: (timing: Timing) => void
}

/** When? */
export function TimingFields({ timing, change }: TimingFieldsProps) {
  const { kind, at, timeZone } = timing
  return (
    <Stack>
      <Radio.Group
        aria-label="When"
        value={kind}
        onChange={(value) => change({ ...timing, kind: value as Timing['kind'] })}
      >
        <Group gap="md">
          {kinds.map(([value, label]) => (
            <Radio key={value} value={value} label={label} />
          ))}
        </Group>
      </Radio.Group>
      {(kind === 'at' || kind === 'local') && (
        <SimpleGrid cols={{ base: 1, xs: 2 }}>
          <TextInput
            type="datetime-local"
            label={kind === 'at' ? 'Begins' : 'Local time'}
            description={
              kind === 'at'
                ? 'In your time zone. Who belongs to the audience is found out then.'
                : 'Each device gets it when it is so late in its own time zone.'
            }
            required
            error={isOver(timing) && 'This time is over'}
            value={at}
            onChange={({ currentTarget: { value } }) => change({ ...timing, at: value })}
          />
          {kind === 'local' && (
            <TimeZoneSelect
              label="Time zone of the others"
              description="For devices whose time zone is not known."
              value={timeZone}
              onChange={(zone) => zone !== null && change({ ...timing, timeZone: zone })}
            />
          )}
        </SimpleGrid>
      )}
      {kind === 'cron' && <CronFields timing={timing} change={change} />}
    </Stack>
  )
}

/** A cron line in a time zone, with the next times that it gives. */
export function CronFields({ timing, change }: TimingFieldsProps) {
  const { cron, timeZone } = timing
  const next = nextTimes(cron, timeZone)
  return (
    <Stack gap="xs">
      <SimpleGrid cols={{ base: 1, xs: 2 }}>
        <TextInput
          label="Cron line"
          description="Minute, hour, day of month, month, day of week. “0 9 * * MON-FRI”: at nine on working days."
          required
          spellCheck={false}
          classNames={{ input: 'mono' }}
          error={'fault' in next && next.fault}
          value={cron}
          onChange={({ currentTarget: { value } }) => change({ ...timing, cron: value })}
        />
        <TimeZoneSelect
          description="Its clock is the one that counts, in summer and in winter."
          value={timeZone}
          onChange={(zone) => zone !== null && change({ ...timing, timeZone: zone })}
        />
      </SimpleGrid>
      {'times' in next && (
        <Text size="sm" component="div" role="status">
          Next times, in your time zone: <NextTimes times={next.times} />
        </Text>
      )}
    </Stack>
  )
}

/** Times, one after the other. */
function NextTimes({ times }: { times: readonly string[] }) {
  return times.map((at, index) => (
    <span key={at}>
      {index > 0 && ' · '}
      <Time at={at} />
    </span>
  ))
}
