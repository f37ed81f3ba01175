/*
 * What became of a push for one device. Who accepted has no row of his own: that follows from what is there, and from what is not.
 */
import type { Device } from './device.js'
import { type Chunk, type Delivery, NOT_ATTEMPTED, type Push } from './push.js'
import type { DeviceEvent, DeviceOutcome } from './timeline.js'

/** What is kept of a push and a device. */
export interface PushTraces {
  push: Push
  /** Whether what became of single devices has been removed, or is about to be. */
  isPruned: boolean
  /** Whether its audience is not resolved, or not all of it. */
  isPlan: boolean
  /** From when on events of devices are kept; 0: since the push was made. */
  eventsSince: number
  delivery: Delivery | undefined
  retry: { attempts: number; dueAt: number; reason: string | null; status: number | null } | undefined
  /** The chunk in whose range the device lies. */
  chunk: Pick<Chunk, 'position' | 'state'> | undefined
  /** Whether it was named by the audience; of no meaning where the audience is all devices. */
  isTarget: boolean
}

/** The parts of an entry of a timeline that tell the outcome. */
export interface Judgement {
  outcome: DeviceOutcome
  reason: string | null
  at?: number
  status?: number | null
  apnsId?: string | null
  apnsUniqueId?: string | null
  attempts?: number
  dueAt?: number | null
}

/** Tells it; undefined where the push had nothing to do with the device, or that is not known of one that did not go to all. */
export function judgePush(
  traces: PushTraces,
  device: Pick<Device, 'id' | 'addedAt' | 'lastNotifiedAt'>,
  events: Activity,
): Judgement | undefined {
  const { push, isPruned, isPlan, delivery, retry, isTarget, eventsSince } = traces
  const activity = events.knownSince(eventsSince)
  if (delivery !== undefined) {
    const { outcome, at, status, apnsId, apnsUniqueId } = delivery
    const reason = delivery.reason === '' ? null : delivery.reason
    return { outcome, reason, at, status, apnsId, apnsUniqueId }
  }
  if (retry !== undefined) return { outcome: 'waiting', ...retry }
  if (push.finishedAt !== null && push.finishedAt < device.addedAt) return undefined
  const isMeant = push.audienceKind === 'all' || isTarget
  if (isPruned) return push.audienceKind === 'all' ? notKnown('Pruned') : undefined
  if (!isMeant) return undefined
  if (isPlan) return { outcome: 'waiting', reason: null, dueAt: push.dueAt }
  return push.localTime === null ? inChunks(traces, device, activity) : atLocalTime(push, device, activity)
}

function inChunks(
  { push, chunk }: PushTraces,
  { id, addedAt, lastNotifiedAt }: Pick<Device, 'id' | 'addedAt' | 'lastNotifiedAt'>,
  activity: Activity,
): Judgement {
  const { createdAt, startedAt, finishedAt, state } = push
  const begun = startedAt ?? createdAt
  // A push that ended before it was cut has no chunks.
  if (chunk === undefined && startedAt === null && state !== 'done' && finishedAt !== null)
    return atTheEnd(activity, finishedAt)
  // Chunks reach from the first device that was active to the last.
  if (chunk === undefined) return addedAt > createdAt ? notRegistered : inactive
  if (id <= chunk.position) {
    // Whoever accepts is marked.
    if (lastNotifiedAt === null || lastNotifiedAt < begun) return inactive
    return whereSent(push, id, activity.within(begun, finishedAt ?? Number.MAX_SAFE_INTEGER))
  }
  if (chunk.state !== 'done') return { outcome: 'waiting', reason: null }
  // It was read to its end, and the device was not among the active ones; unless somebody has put an end to it.
  return state === 'done' || finishedAt === null ? inactive : atTheEnd(activity, finishedAt)
}

/** Every device that is active when it begins waits in a row of its own; who has no row any more has accepted. */
function atLocalTime(
  { createdAt, beginsAt, startedAt, finishedAt, ...push }: Push,
  { id, addedAt, lastNotifiedAt }: Pick<Device, 'id' | 'addedAt' | 'lastNotifiedAt'>,
  activity: Activity,
): Judgement {
  const from = Math.max(beginsAt ?? 0, createdAt)
  const end = finishedAt ?? Number.MAX_SAFE_INTEGER
  if (startedAt !== null && addedAt > startedAt) return notRegistered
  if (lastNotifiedAt === null || lastNotifiedAt < from) {
    const then = activity.within(from, end)
    if (then === 'notKnown') return notKnown('Pruned')
    if (then === 'inactive') return inactive
    return addedAt > from ? notRegistered : notKnown('ActivityChanged')
  }
  return addedAt > from ? notKnown('ActivityChanged') : whereSent(push, id, activity.within(from, end))
}

/** Its turn has passed and it did not refuse: it accepted, if it was active then. */
function whereSent(
  { uuid }: Pick<Push, 'uuid'>,
  deviceId: number,
  activity: ReturnType<Activity['within']>,
): Judgement {
  if (activity === 'inactive') return inactive
  if (activity === 'changed') return notKnown('ActivityChanged')
  if (activity === 'notKnown') return notKnown('Pruned')
  return { outcome: 'accepted', reason: null, apnsId: apnsIdOf(uuid, deviceId) }
}

function atTheEnd(activity: Activity, finishedAt: number): Judgement {
  const then = activity.within(finishedAt, finishedAt)
  if (then === 'notKnown') return notKnown('Pruned')
  return then === 'active' ? { outcome: 'unsent', reason: NOT_ATTEMPTED, at: finishedAt } : inactive
}

const inactive: Judgement = { outcome: 'skipped', reason: 'Inactive' }
const notRegistered: Judgement = { outcome: 'skipped', reason: 'NotRegistered' }

function notKnown(reason: string): Judgement {
  return { outcome: 'notKnown', reason }
}

/** Four groups of the push and one of the device: see `Push.uuid`. */
export function apnsIdOf(uuid: string, deviceId: number): string {
  return `${uuid.slice(0, 23)}-${deviceId.toString(16).padStart(12, '0')}`
}

/** When a device was active, as far as what is written down of it goes back. */
export class Activity {
  readonly #isActive: boolean
  readonly #changes: readonly DeviceEvent[]
  readonly #since: number

  /**
   * @param isActive whether it is now
   * @param events in ascending order of time
   * @param since before this, events are not kept
   */
  constructor(isActive: boolean, events: readonly DeviceEvent[], since = 0) {
    this.#since = since
    this.#isActive = isActive
    this.#changes = events.filter(({ kind }) => kind !== 'registered')
  }

  /** The same, where nothing is known of the time before. */
  knownSince(since: number): Activity {
    return new Activity(this.#isActive, this.#changes, since)
  }

  /** What it was from one time to another, both included. */
  within(from: number, to: number): 'active' | 'inactive' | 'changed' | 'notKnown' {
    if (from < this.#since) return 'notKnown'
    const next = this.#changes.find(({ at }) => at >= from)
    if (next !== undefined && next.at <= to && from < to) return 'changed'
    const isActive = next === undefined ? this.#isActive : next.kind === 'deactivated'
    return isActive ? 'active' : 'inactive'
  }
}
