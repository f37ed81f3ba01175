import { Badge } from '@mantine/core'
import type { Schemas } from '../../api/client'
import { alertText } from './alert-text'
import type { OutcomeCounts } from './outcome-words'

type Push = Schemas['Push']

/** Every state of a push, with its colour and what it means. */
export const pushStates: Record<Push['state'], { color: string; means: string }> = {
  scheduled: { color: 'grape', means: 'It waits for its time, or its devices are being looked for.' },
  queued: { color: 'gray', means: 'It waits for a worker.' },
  sending: { color: 'blue', means: 'It is being sent.' },
  paused: { color: 'orange', means: 'Nothing is sent until it is resumed.' },
  done: { color: 'green', means: 'Every device has its outcome.' },
  cancelled: { color: 'gray', means: 'It was ended before everybody had it.' },
  failed: { color: 'red', means: 'It could not go on.' },
}

/** The state of a push. */
export function PushState({ state }: { state: Push['state'] }) {
  return (
    <Badge variant="light" color={pushStates[state].color} miw="max-content">
      {state}
    </Badge>
  )
}

/** Devices of a push that have their outcome. */
export function settledOf({ accepted, rejected, unknown, unsent }: OutcomeCounts): number {
  return accepted + rejected + unknown + unsent
}

/** The text of a push, for lists; where there is none, what it is. */
export function pushText({ payload, pushType }: Pick<Push, 'payload' | 'pushType'>): string {
  let text: string | undefined
  try {
    text = alertText(JSON.parse(payload))
  } catch {
    // It is shown as it is on its own page.
  }
  return text ?? `${pushType} push without a text`
}
