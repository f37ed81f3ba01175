import { dispositionOf, type Rejected } from '../apns/index.js'
import { apnsIdOf, NOT_ATTEMPTED, type OutcomeCounts, type Push, type Service } from '../model/index.js'
import type { PageRecord, Retry, RetryRecord } from '../store/index.js'
import type { Refusal, SettledPage } from './in-flight.js'
import { nextAttempt } from './retry-policy.js'

/** How a page is turned into a record. */
export interface RecordRules {
  service: Service
  push: Push
  /** Whether devices that were not sent to are to be tried again: the push goes on, though not here and now. */
  keepsUnsent: boolean
  at: number
}

type DeviceRecord = Omit<RetryRecord, 'pushId' | 'lease'>

/** Turns a page of a chunk of which everything is known into what the store is to write of it. */
export function pageRecord(settled: SettledPage, rules: RecordRules): PageRecord {
  const { chunk } = settled.page.source as Extract<SettledPage['page']['source'], { kind: 'chunk' }>
  const position = settled.page.numbers.at(-1)!
  return { ...deviceRecord(settled, rules), chunkId: chunk.chunk.id, fence: chunk.chunk.fence, position }
}

/** The same for devices that were tried again. */
export function retryRecord(settled: SettledPage, rules: RecordRules): RetryRecord {
  const { retries } = settled.page.source as Extract<SettledPage['page']['source'], { kind: 'retries' }>
  return { ...deviceRecord(settled, rules), pushId: retries.pushId, lease: retries.lease }
}

function deviceRecord(
  { page, refusals, named }: SettledPage,
  { service, push, keepsUnsent, at }: RecordRules,
): DeviceRecord {
  const { numbers: ids, start, source } = page
  const deviceIdOf = (refusal: Refusal) => ids[refusal.index - start]!
  const attemptsOf = (refusal: Refusal) =>
    source.kind === 'retries' ? source.retries.attempts[refusal.index - start]! : 0
  const again: Retry[] = []
  const final: Refusal[] = []
  for (const refusal of refusals) {
    const retry = againOf(refusal, attemptsOf(refusal), push, keepsUnsent, at)
    if (retry === undefined) final.push(refusal)
    else again.push({ deviceId: deviceIdOf(refusal), ...retry })
  }
  const counts: OutcomeCounts = { accepted: ids.length - refusals.length, rejected: 0, unknown: 0, unsent: 0 }
  for (const refusal of final) counts[refusal.kind]++
  return {
    counts,
    acceptedIds: acceptedIds(ids, refusals.map(deviceIdOf)),
    again,
    deliveries: [
      ...final.map((refusal) => ({
        deviceId: deviceIdOf(refusal),
        outcome: refusal.kind,
        reason: reasonOf(refusal),
        status: refusal.kind === 'rejected' ? refusal.status : null,
        apnsId: refusal.apnsId ?? null,
        at,
      })),
      ...named.map(({ index, apnsUniqueId }) => {
        const deviceId = ids[index - start]!
        const apnsId = apnsIdOf(push.uuid, deviceId)
        return { deviceId, outcome: 'accepted' as const, reason: '', status: 200, apnsId, apnsUniqueId, at }
      }),
    ],
    feedback: final.filter(isDead).map((refusal) => ({
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

/** What Apple has said to an earlier push to a device that it wants left alone. */
const slowed = { status: 429, reason: 'TooManyRequests' }

/** When a device is to be tried again, and what is known of it; undefined: it has its end. */
function againOf(
  refusal: Refusal,
  before: number,
  push: Push,
  keepsUnsent: boolean,
  at: number,
): Omit<Retry, 'deviceId'> | undefined {
  if (refusal.kind === 'unknown') return undefined
  if (refusal.kind === 'unsent') {
    const { code } = refusal.cause
    if (code === 'PUSH_ERR_APNS_DEVICE_SLOWED') {
      const dueAt = nextAttempt(slowed, 1, push, at)
      return dueAt === undefined ? undefined : { attempts: before, dueAt, reason: null, status: null }
    }
    if (!keepsUnsent || code === 'PUSH_ERR_DEVICE_TOKEN_INVALID') return undefined
    // It was no attempt.
    return { attempts: before, dueAt: at, reason: null, status: null }
  }
  const dueAt = nextAttempt(refusal, before + 1, push, at)
  if (dueAt === undefined) return undefined
  return { attempts: before + 1, dueAt, reason: refusal.reason, status: refusal.status }
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
