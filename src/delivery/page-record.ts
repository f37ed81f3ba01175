import { dispositionOf, type Rejected } from '../apns/index.js'
import type { OutcomeCounts, Push, Service } from '../model/index.js'
import type { PageRecord } from '../store/index.js'
import type { Refusal, SettledPage } from './in-flight.js'
import { NOT_ATTEMPTED } from './push-options.js'

/** Turns a page of which everything is known into what the store is to write of it. */
export function pageRecord(
  { page, refusals }: SettledPage,
  service: Service,
  push: Push,
  at: number,
): PageRecord {
  const { numbers: ids, start, chunk } = page
  const deviceIdOf = (refusal: Refusal) => ids[refusal.index - start]!
  const counts: OutcomeCounts = { accepted: ids.length - refusals.length, rejected: 0, unknown: 0, unsent: 0 }
  for (const refusal of refusals) counts[refusal.kind]++
  return {
    chunkId: chunk.chunk.id,
    fence: chunk.chunk.fence,
    position: ids.at(-1)!,
    counts,
    acceptedIds: acceptedIds(ids, refusals.map(deviceIdOf)),
    deliveries: refusals.map((refusal) => ({
      deviceId: deviceIdOf(refusal),
      outcome: refusal.kind,
      reason: reasonOf(refusal),
      status: refusal.kind === 'rejected' ? refusal.status : null,
      apnsId: refusal.apnsId ?? null,
      at,
    })),
    feedback: refusals.filter(isDead).map((refusal) => ({
      deviceId: deviceIdOf(refusal),
      token: refusal.token,
      reason: refusal.reason,
      // Apple sends a timestamp with every 410. Without one, only who has not registered since the push was made is dead.
      timestamp: refusal.timestamp ?? push.createdAt,
    })),
    deactivate: service.feedback === 'immediate',
    at,
  }
}

/** Who was handed over and did not leave because the push was stopped is no other case than who was not handed over. */
function reasonOf(refusal: Refusal): string {
  if (refusal.kind === 'rejected') return refusal.reason
  const { code } = refusal.cause
  return refusal.kind === 'unsent' && code === 'PUSH_ERR_ABORTED' ? NOT_ATTEMPTED : code
}

function isDead(refusal: Refusal): refusal is Rejected {
  return refusal.kind === 'rejected' && dispositionOf(refusal.status, refusal.reason) === 'drop-device'
}

/** The ids themselves where nobody refused, which is the common case and costs nothing. */
function acceptedIds(ids: readonly number[], refused: readonly number[]): readonly number[] {
  if (refused.length === 0) return ids
  const left = new Set(refused)
  return ids.filter((id) => !left.has(id))
}
