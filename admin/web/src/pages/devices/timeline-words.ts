import type { Schemas } from '../../api/client'
import { reasonText } from '../../components/reason-text'
import { alertText } from '../pushes/alert-text'
import { outcomeMeans } from '../pushes/outcome-words'

export type TimelineEntry = Schemas['TimelineEntry']
export type PushEntry = Extract<TimelineEntry, { kind: 'push' }>
/** How an entry looks; the word and the sign of it say the same. */
export type Tone = 'good' | 'bad' | 'off' | 'plain'

interface Words {
  tone: Tone
  /** One word: what came of it. */
  label: string
  title: string
  /** Why, in a sentence or two. */
  about?: string | undefined
}

/** What became of a push, in a word. */
const outcomes: Record<PushEntry['outcome'], { tone: Tone; label: string; about?: string }> = {
  accepted: {
    tone: 'good',
    label: 'accepted',
    about: outcomeMeans.accepted,
  },
  rejected: { tone: 'bad', label: 'rejected' },
  unknown: { tone: 'off', label: 'unknown', about: outcomeMeans.unknown },
  unsent: { tone: 'off', label: 'unsent', about: outcomeMeans.unsent },
  waiting: {
    tone: 'plain',
    label: 'waiting',
    about: 'It has not come to this device yet, or is tried again.',
  },
  skipped: { tone: 'off', label: 'skipped' },
  notKnown: { tone: 'plain', label: 'not known' },
}

/** An entry of a timeline in words. */
export function wordsOf(entry: TimelineEntry): Words {
  const { kind } = entry
  if (kind === 'push') {
    const { tone, label, about } = outcomes[entry.outcome]
    const why = reasonText(entry.reason)
    return {
      tone,
      label,
      title: titleOf(entry.payload),
      about: [about, why].filter(Boolean).join(' ') || undefined,
    }
  }
  if (kind === 'added') return { tone: 'plain', label: 'added', title: 'The device came into the registry.' }
  if (kind === 'feedback')
    return {
      tone: 'bad',
      label: 'dead token',
      title: `Apple said that the token is dead: ${entry.reason}.`,
      about: entry.undoneAt === null ? undefined : 'Somebody has taken this back.',
    }
  switch (kind) {
    case 'registered':
      return { tone: 'plain', label: 'registered', title: 'The app registered again.' }
    case 'returned':
      return {
        tone: 'good',
        label: 'active again',
        title: 'The app registered again, and the device is active since.',
        about: entry.reason === null ? undefined : `It had been inactive: ${entry.reason}.`,
      }
    case 'reactivated':
      return {
        tone: 'good',
        label: 'reactivated',
        title: 'An operator or an import made the device active again.',
        about: entry.reason === null ? undefined : `It had been inactive: ${entry.reason}.`,
      }
    default:
      return {
        tone: 'bad',
        label: 'deactivated',
        title: `Switched off${entry.reason === null ? '' : `: ${entry.reason}`}.`,
        about: reasonText(entry.reason),
      }
  }
}

/** Whether an entry is one of those that tell why somebody did not get something. */
export function isTrouble(entry: TimelineEntry): boolean {
  return entry.kind === 'push'
    ? entry.outcome !== 'accepted'
    : ['deactivated', 'feedback'].includes(entry.kind)
}

/** What a push shows, in a line. */
function titleOf(payload: Record<string, unknown>): string {
  const { aps } = payload as { aps?: { 'content-available'?: unknown } }
  return (
    alertText(payload) ??
    (aps?.['content-available'] === 1 ? 'A background push, which shows nothing' : 'A push without an alert')
  )
}
