/** What the simulator has received against what the database says, device by device. */
import Database from 'better-sqlite3'
import { type ReceivedPush, readReceived } from './received-file.js'
import { type DeviceAnswer, type SweepPlan, tokenOf } from './sweep-plan.js'

/** Devices that a worker may have handed over and not recorded; docs/delivery.md. */
const WINDOW = 2_000

/** What one run has shown. */
export interface SweepFindings {
  /** One line each; none: all is well. */
  readonly problems: readonly string[]
  /** Devices without an end, or with one that the simulator knows nothing of. */
  readonly lost: number
  /** Devices received more often than Apple's own refusals explain. */
  readonly duplicates: number
  /** How many of them there may be. */
  readonly bound: number
  readonly accepted: number
  readonly rejected: number
  readonly unknown: number
  readonly unsent: number
  /** Workers that lost a part though nothing was done to them. */
  readonly slow: number
}

interface PushRow {
  uuid: string
  state: string
  audience_size: number
  accepted: number
  rejected: number
  unknown: number
  unsent: number
  deferred: number
}

interface DeviceRow {
  id: number
  token: string
  is_active: 0 | 1
  last_notified_at: number | null
  outcome: 'rejected' | 'unknown' | 'unsent' | null
  reason: string | null
  status: number | null
}

type Outcome = 'accepted' | 'rejected' | 'unknown' | 'unsent'

/**
 * @param workers how many were killed or stopped, and how many lost a part for other reasons
 */
export function compare(
  plan: SweepPlan,
  database: string,
  log: string,
  workers: { hit: number; slow: number },
): SweepFindings {
  const db = new Database(database, { readonly: true })
  try {
    const push = db.prepare('select * from pushes').get() as PushRow
    const devices = db
      .prepare(`select id, token, is_active, last_notified_at, outcome, reason, status from devices
        left join deliveries on device_id = devices.id order by id`)
      .all() as DeviceRow[]
    const comparison = new Comparison(plan, push, readReceived(log))
    comparison.sums(db)
    for (const device of devices) comparison.device(device)
    return comparison.findings(workers)
  } finally {
    db.close()
  }
}

class Comparison {
  readonly #plan: SweepPlan
  readonly #push: PushRow
  readonly #received = new Map<string, ReceivedPush[]>()
  readonly #answers: ReadonlyMap<string, DeviceAnswer['kind']>
  readonly #problems = new Map<string, { count: number; example: string }>()
  readonly #counts: Record<Outcome, number> = { accepted: 0, rejected: 0, unknown: 0, unsent: 0 }
  readonly #reasons = new Map<string, number>()
  #lost = 0
  #duplicates = 0

  constructor(plan: SweepPlan, push: PushRow, received: readonly ReceivedPush[]) {
    this.#plan = plan
    this.#push = push
    const final = plan.answers.filter(({ kind }) => kind === 'gone' || kind === 'bad')
    this.#answers = new Map(final.map(({ device, kind }) => [tokenOf(device), kind]))
    for (const one of received) {
      const before = this.#received.get(one.token)
      if (before === undefined) this.#received.set(one.token, [one])
      else before.push(one)
    }
  }

  /** What the rows of push, chunks and retries say of each other. */
  sums(db: Database.Database): void {
    const { state, audience_size: size, accepted, rejected, unknown, unsent, deferred } = this.#push
    if (state !== 'done') this.#problem('the push is not done', state)
    if (size !== this.#plan.devices) this.#problem('the audience has another size than planned', size)
    if (accepted + rejected + unknown + unsent !== size) this.#problem('the sums are not the audience', size)
    if (deferred !== 0) this.#problem('some are still deferred', deferred)
    const one = (sql: string) => db.prepare(sql).pluck().get() as number
    const open = one(`select count(*) from chunks where state != 'done' or lease_until is not null`)
    if (open > 0) this.#problem('chunks are not done', open)
    const wrong = one(
      `select count(*) from chunks where size != accepted + rejected + unknown + unsent + deferred`,
    )
    if (wrong > 0) this.#problem('chunks have other sums than their sizes', wrong)
    if (one('select sum(size) from chunks') !== size) this.#problem('the chunks are not the audience', size)
    if (one('select count(*) from retries') > 0) this.#problem('retries are left', '')
  }

  /** What became of one device. */
  device(row: DeviceRow): void {
    const received = this.#received.get(row.token) ?? []
    this.#received.delete(row.token)
    if (row.id > this.#plan.devices) {
      if (received.length > 0 || row.outcome !== null || row.last_notified_at !== null)
        this.#problem('somebody outside of the audience', row.id)
      return
    }
    const outcome = row.outcome ?? (row.last_notified_at === null ? undefined : 'accepted')
    if (outcome === undefined) {
      this.#lost++
      this.#problem('a device has no end', row.id)
    } else {
      if (row.outcome !== null && row.last_notified_at !== null)
        this.#problem('a device has two ends', row.id)
      this.#counts[outcome]++
      this.#end(row, outcome, received)
    }
    const again = received.filter(({ status }) => status === 429 || status === 503).length
    if (received.length > 1 + again) this.#duplicates++
    const apnsId = `${this.#push.uuid.slice(0, 23)}-${row.id.toString(16).padStart(12, '0')}`
    if (received.some((push) => push.apnsId !== apnsId)) this.#problem('another apns-id', row.id)
  }

  #end(
    { id, token, reason, status, is_active: isActive }: DeviceRow,
    outcome: Outcome,
    received: ReceivedPush[],
  ): void {
    const kind = this.#answers.get(token)
    const answered = (wanted: number) => received.some((push) => push.status === wanted)
    if (outcome === 'accepted' || outcome === 'rejected') {
      if (!answered(outcome === 'accepted' ? 200 : status!)) {
        this.#lost++
        this.#problem(`a device is ${outcome} and was not`, id)
      }
    }
    if (outcome === 'accepted' && (kind === 'gone' || kind === 'bad'))
      this.#problem(`${kind} was accepted`, id)
    if (outcome === 'rejected') {
      const expected = kind === 'gone' ? 'Unregistered' : kind === 'bad' ? 'BadDeviceToken' : undefined
      if (reason !== expected) this.#problem(`rejected with ${reason}, not ${expected}`, id)
      if (isActive !== 0) this.#problem(`rejected with ${reason}, and still active`, id)
    } else if (isActive !== 1) this.#problem(`${outcome}, and not active any more`, id)
    if (outcome === 'unsent') {
      if (received.length > 0) this.#problem('a device is unsent and was received', id)
      // Everything is tried again: a push that nobody waits for gives nobody up.
      else this.#problem(`a device is unsent: ${reason}`, id)
    }
    if (outcome === 'unknown') this.#reasons.set(reason!, (this.#reasons.get(reason!) ?? 0) + 1)
  }

  findings({ hit, slow }: { hit: number; slow: number }): SweepFindings {
    const { mishap, duplicates: rule, collapseId } = this.#plan
    for (const [token] of this.#received) this.#problem('nobody has this token', token)
    for (const outcome of ['accepted', 'rejected', 'unknown', 'unsent'] as const)
      if (this.#counts[outcome] !== this.#push[outcome])
        this.#problem(
          `${outcome} is counted otherwise`,
          `${this.#push[outcome]}, not ${this.#counts[outcome]}`,
        )
    const workerLost = this.#reasons.get('WorkerLost') ?? 0
    if (workerLost > (rule === 'never' ? (hit + slow) * WINDOW : 0))
      this.#problem('unknown: WorkerLost', workerLost)
    // Both workers have pushes in flight when the simulator goes.
    const inFlight = mishap === 'restart' ? 2 * WINDOW : 0
    const unknown = this.#counts.unknown - workerLost
    if (unknown > inFlight) this.#problem('unknown for other reasons', [...this.#reasons].join(' '))
    const replays = rule === 'allowed' || (rule === 'bounded' && collapseId !== null)
    const bound = rule === 'never' ? 0 : (hit + slow) * WINDOW + (replays ? inFlight : 0)
    if (this.#duplicates > bound) this.#problem(`more than ${bound} duplicates`, this.#duplicates)
    const problems = [...this.#problems].map(([what, { count, example }]) =>
      count === 1 ? `${what}: ${example}` : `${what}: ${example}, and ${count - 1} more`,
    )
    return { problems, lost: this.#lost, duplicates: this.#duplicates, bound, slow, ...this.#counts }
  }

  #problem(what: string, example: string | number): void {
    const known = this.#problems.get(what)
    if (known === undefined) this.#problems.set(what, { count: 1, example: String(example) })
    else known.count++
  }
}
