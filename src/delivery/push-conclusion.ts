import { reasonDispositions, speaksAgainstDevice } from '../apns/index.js'
import { PushError } from '../base/index.js'
import { NOT_ATTEMPTED, type Push, type Service } from '../model/index.js'
import type { PushStore } from '../store/index.js'
import type { PushResult } from './push-options.js'
import type { PushRun } from './push-run.js'

/** Reasons that cost a device its place only when the whole push has shown that the service is right. */
const quarantineReasons = Object.keys(reasonDispositions).filter(
  (reason) => reasonDispositions[reason] === 'quarantine' && speaksAgainstDevice(reason),
)

/** Now, in milliseconds since 1970. */
export interface Now {
  at: number
  /** By which leases are judged: see `LeaseClock`. */
  leasesAt: number
}

/**
 * Draws the conclusion of a run: ends the push where all of it is done or the verdict says so, pauses it where it must rest, and
 * deactivates whom it has convicted. Returns how many devices that were.
 */
export async function concludeRun(
  pushes: PushStore,
  run: PushRun,
  service: Service,
  pushId: number,
  now: Now,
): Promise<number> {
  const { at } = now
  const { stop, commonestDoubt, counts } = run.verdict
  if (stop?.state === 'failed') await endPush(pushes, pushId, 'failed', stop.reason, null, now)
  if (stop?.state === 'paused') await restPush(pushes, pushId, stop.reason, stop.resumeAfterMs, at)
  if (stop?.state === 'failed' || stop?.state === 'paused' || stop?.state === 'left') return run.deactivated
  const doubt =
    commonestDoubt !== undefined && counts.accepted === 0
      ? `${commonestDoubt}: no push was accepted, so the service may be the wrong one; no device was deactivated for it`
      : null
  // A cancellation that came after the last answer has cancelled nothing.
  const done = await finishDone(pushes, pushId, service, doubt, at)
  if (done === undefined && stop !== undefined) await cancelPush(pushes, pushId, stop.reason, null, now)
  return run.deactivated + (done ?? 0)
}

/**
 * Ends a push of which nothing is left to do. Returns how many devices it has convicted and deactivated; undefined: something is
 * left.
 */
export async function finishDone(
  pushes: PushStore,
  pushId: number,
  service: Service,
  reason: string | null,
  at: number,
): Promise<number | undefined> {
  const convicting = service.feedback === 'immediate' ? quarantineReasons : []
  return (await pushes.conclude(pushId, reason, at, convicting))?.deactivated.length
}

/** Pauses a push that can't go on now; without `afterMs` until somebody resumes it. */
export async function restPush(
  pushes: PushStore,
  pushId: number,
  stateReason: string,
  afterMs: number | undefined,
  at: number,
): Promise<void> {
  const dueAt = afterMs === undefined ? null : at + afterMs
  const change = { state: 'paused' as const, stateReason, stateBy: null, dueAt, endingAs: null }
  await ignoringOthers(pushes.setState(pushId, ['queued', 'sending'], change))
}

/**
 * Ends a push before its time: at once where no worker holds a part of it and not too many devices wait for an attempt, else
 * a worker sees to the rest. One that has ended already stays as it is. Returns it as it is then; undefined where workers hold a part
 * of it. PUSH_ERR_PUSH_NOT_FOUND.
 */
export async function endPush(
  pushes: PushStore,
  pushId: number,
  endingAs: 'cancelled' | 'failed',
  stateReason: string,
  stateBy: string | null,
  { at, leasesAt }: Now,
): Promise<Push | undefined> {
  const push = await pushes.finish(pushId, endingAs, stateReason, at, stateBy, leasesAt)
  if (push !== undefined) return push
  const change = { state: 'paused' as const, stateReason, stateBy, dueAt: null, endingAs }
  await ignoringOthers(pushes.setState(pushId, ['scheduled', 'queued', 'sending', 'paused'], change))
  return undefined
}

/** Cancels a push. */
export function cancelPush(
  pushes: PushStore,
  pushId: number,
  reason: string,
  by: string | null,
  now: Now,
): Promise<Push | undefined> {
  return endPush(pushes, pushId, 'cancelled', reason, by, now)
}

/** Whoever changed the state of the push first was right. */
export async function ignoringOthers(change: Promise<unknown>): Promise<void> {
  try {
    await change
  } catch (error) {
    if (!(error instanceof PushError && error.code === 'PUSH_ERR_PUSH_STATE')) throw error
  }
}

/** Sums up a push as it is now. */
export async function resultOf(pushes: PushStore, pushId: number, deactivated: number): Promise<PushResult> {
  const push = (await pushes.get(pushId))!
  const { accepted, rejected, unknown, unsent, audienceSize, deferred, dueAt } = push
  return {
    pushId,
    state: push.state,
    stateReason: push.stateReason,
    audienceSize,
    skippedInactive: push.skippedInactive,
    skippedUnregistered: push.skippedUnregistered,
    accepted,
    rejected,
    unknown,
    unsent,
    deferred,
    waiting: Math.max(0, audienceSize - accepted - rejected - unknown - unsent),
    dueAt,
    deactivated,
    reasons: await reasonsOf(pushes, pushId, unsent),
  }
}

/** What the store has rows for, and the rest of the unsent: those that were never handed over. */
export async function reasonsOf(
  pushes: PushStore,
  pushId: number,
  unsent: number,
): Promise<PushResult['reasons']> {
  const reasons = await pushes.reasons(pushId)
  const told = reasons.reduce((sum, { outcome, count }) => sum + (outcome === 'unsent' ? count : 0), 0)
  if (unsent === told) return reasons
  const known = reasons.find(({ outcome, reason }) => outcome === 'unsent' && reason === NOT_ATTEMPTED)
  if (known === undefined) reasons.push({ outcome: 'unsent', reason: NOT_ATTEMPTED, count: unsent - told })
  else known.count += unsent - told
  return reasons
}
