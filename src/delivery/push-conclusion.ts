import { reasonDispositions, speaksAgainstDevice } from '../apns/index.js'
import type { Push, Service } from '../model/index.js'
import type { PushStore } from '../store/index.js'
import { NOT_ATTEMPTED, type PushResult } from './push-options.js'
import type { PushRun } from './push-run.js'

/** Reasons that cost a device its place only when the whole push has shown that the service is right. */
const quarantineReasons = Object.keys(reasonDispositions).filter(
  (reason) => reasonDispositions[reason] === 'quarantine' && speaksAgainstDevice(reason),
)

/** Ends a push that a run has worked off or stopped, deactivates whom it has convicted, and sums up. */
export async function concludePush(
  pushes: PushStore,
  run: PushRun,
  service: Service,
  push: Push,
  at: number,
): Promise<PushResult> {
  await end(pushes, run, push.id, at)
  const ended = (await pushes.get(push.id)) ?? push
  let { deactivated } = run
  // One accepted answer is the evidence that environment and topic are right, so that the others' tokens are wrong.
  if (ended.state === 'done' && ended.accepted > 0 && service.feedback === 'immediate')
    deactivated += (await pushes.deactivateRejected(push.id, quarantineReasons, at)).length
  const { accepted, rejected, unknown, unsent, audienceSize } = ended
  return {
    pushId: push.id,
    state: ended.state,
    stateReason: ended.stateReason,
    audienceSize,
    skippedInactive: ended.skippedInactive,
    skippedUnregistered: ended.skippedUnregistered,
    accepted,
    rejected,
    unknown,
    unsent,
    deactivated,
    reasons: await reasonsOf(pushes, push.id, unsent),
  }
}

async function end(pushes: PushStore, { verdict }: PushRun, pushId: number, at: number): Promise<void> {
  const { stop, commonestDoubt, counts } = verdict
  if (stop?.state === 'failed') {
    await pushes.finish(pushId, 'failed', stop.reason, at)
    return
  }
  const doubt =
    commonestDoubt !== undefined && counts.accepted === 0
      ? `${commonestDoubt}: no push was accepted, so the service may be the wrong one; no device was deactivated for it`
      : null
  // A cancellation that came after the last answer has cancelled nothing.
  const done = await pushes.finish(pushId, 'done', doubt, at)
  if (done === undefined && stop !== undefined) await pushes.finish(pushId, 'cancelled', stop.reason, at)
}

/** What the store has rows for, and the rest of the unsent: those that were never handed over. */
async function reasonsOf(pushes: PushStore, pushId: number, unsent: number): Promise<PushResult['reasons']> {
  const reasons = await pushes.reasons(pushId)
  const told = reasons.reduce((sum, { outcome, count }) => sum + (outcome === 'unsent' ? count : 0), 0)
  if (unsent === told) return reasons
  const known = reasons.find(({ outcome, reason }) => outcome === 'unsent' && reason === NOT_ATTEMPTED)
  if (known === undefined) reasons.push({ outcome: 'unsent', reason: NOT_ATTEMPTED, count: unsent - told })
  else known.count += unsent - told
  return reasons
}
