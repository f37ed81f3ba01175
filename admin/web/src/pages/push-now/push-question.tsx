import { Text } from '@mantine/core'
import { counted } from '../../components/counted'
import type { Timing } from './timing'

interface About {
  timing: Timing
  /** The name of the service. */
  app: string
  /** The beginning of what it says. */
  says: string
  /** How many devices would get it by now. */
  size: number
  /** How many it was said to be until now. */
  before: number | undefined
}

/** What is asked before something is pushed, with the number of devices as it is now. */
export function questionOf({ timing, app, says, size, before }: About) {
  const devices = counted(size, 'device')
  const changed = before !== undefined && before !== size && (
    <Text size="sm" fw={600} mb="xs" role="alert">
      It was {counted(before, 'device')} when they were counted; by now it is {devices}.
    </Text>
  )
  if (timing.kind === 'cron')
    return {
      title: `Push it again and again to devices of ${app}?`,
      about: (
        <>
          {changed}
          It says “{says}”, at the times of {timing.cron} in {timing.timeZone}; today that would be {devices}.
          The schedule can be paused and removed at any time.
        </>
      ),
      action: 'Make the schedule',
    }
  return {
    title: `Push to ${devices} of ${app} ${whenText(timing)}?`,
    about: (
      <>
        {changed}
        It says “{says}”. What has been sent can’t be called back; a push that is running can be paused and
        cancelled.
      </>
    ),
    action: timing.kind === 'now' ? 'Push now' : 'Push then',
  }
}

function whenText({ kind, at }: Timing): string {
  if (kind === 'now') return 'now'
  const time = at.replace('T', ' ')
  return kind === 'at' ? `at ${time}` : `at ${time} of their own time`
}
