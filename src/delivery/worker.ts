/*
 * The loop of a worker: looks at the pushes that something is to be done about, and does it.
 *
 *   scheduled, time has come ──> begin            paused, time has come ──> queued
 *   to be ended, nobody holds a part ──> finish   expired ──> failed
 *   a schedule whose time has come ──> a push of its own, or a feedback service is called
 *   something to lease ──> a PushRun, urgent pushes first     nothing left ──> done
 *
 * Several workers may run, in one process or in many: whatever they do is decided by the store, by leases and states, so that
 * none of them has to know of the others. A run that was paused, cancelled or ended elsewhere is stopped at the next look, that is
 * within half a second.
 *
 * It looks after all pushes and schedules (`start`), or only after those that somebody in this process waits for (`attend`).
 */
import { setImmediate as otherWork } from 'node:timers/promises'
import { type Clock, errorMessage, type Logger, monotonicNow } from '../base/index.js'
import type { OutcomeCounts, Push } from '../model/index.js'
import { isStoreOutage, type Store } from '../store/index.js'
import type { LeaseClock } from './lease-clock.js'
import { patient } from './patient-store.js'
import {
  cancelPush,
  concludeRun,
  endPush,
  finishDone,
  ignoringOthers,
  type Now,
  restPush,
} from './push-conclusion.js'
import { PushRun } from './push-run.js'
import { isExpired, lifeOf } from './retry-policy.js'
import type { ScheduleRunner } from './schedule-runner.js'
import { SendWindow } from './send-window.js'
import type { ServiceClients } from './service-clients.js'

/** How often the store is looked at, in milliseconds. */
const LOOK_MS = 250
/** Pushes of normal urgency that are sent at the same time; urgent ones have places of their own. */
const MAX_RUNS = 32
const MAX_URGENT_RUNS = 16
/** Of these, how many one service may have: a limit, or a server that is slow, keeps nobody else's from being sent. */
const MAX_RUNS_OF_SERVICE = 16
/** How long a push rests whose run failed for a reason that is not Apple's, in milliseconds: a key that can't be read. */
const REST_MS = 5 * 60_000
/** How long a push is left alone that can't be looked after, in milliseconds. */
const TROUBLE_REST_MS = 60_000
/** How long nothing is done after the store has failed, in milliseconds. */
const STORE_REST_MS = 1_000
/** How long a run that is to end at once waits for a database that can't be used, in milliseconds. */
const LAST_PATIENCE_MS = 4_000

export interface WorkerParts {
  store: Store
  clients: ServiceClients
  schedules: ScheduleRunner
  clock: Clock
  leaseClock: LeaseClock
  logger: Logger
  /** Who leases: unique for each worker. */
  owner: string
  /** How long a chunk is held without a sign of life, in milliseconds. */
  leaseMs: number
}

/** Somebody who waits for a push. */
interface Attendant {
  signal: AbortSignal
  onCounts: (counts: Readonly<OutcomeCounts>, audienceSize: number) => void
  /** Devices that runs of this process have deactivated. */
  deactivated: number
  resolve: (deactivated: number) => void
  reject: (error: unknown) => void
}

type ActivePush = Awaited<ReturnType<Store['pushes']['active']>>[number]

interface Running {
  run: PushRun | undefined
  push: Pick<Push, 'urgency' | 'serviceId'>
  /** Ends its patience with a database that can't be used. */
  impatience: AbortController
  done: Promise<void>
}

export class Worker {
  readonly #parts: WorkerParts
  readonly #attendants = new Map<number, Attendant>()
  readonly #running = new Map<number, Running>()
  readonly #window = new SendWindow()
  /** Pushes that can't be looked after, and until when they are left alone. */
  readonly #troubled = new Map<number, number>()
  #everything = false
  #closed = false
  #timer: NodeJS.Timeout | undefined
  #looking: Promise<void> | undefined
  #lookAgain = false
  #isStoreDown = false

  constructor(parts: WorkerParts) {
    this.#parts = parts
  }

  /** Looks after all pushes and schedules from now on. */
  start(): void {
    this.#everything = true
    this.wake()
  }

  /** Sends one push as far as it can be sent now; resolves with the number of devices it deactivated on the way. */
  attend(pushId: number, signal: AbortSignal, onCounts: Attendant['onCounts']): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#attendants.set(pushId, { signal, onCounts, deactivated: 0, resolve, reject })
      this.wake()
    })
  }

  /** Something may have changed: looks at once. */
  wake(): void {
    if (this.#closed) return
    if (this.#looking !== undefined) {
      this.#lookAgain = true
      return
    }
    clearTimeout(this.#timer)
    this.#lookAgain = false
    this.#looking = this.#look().then((waitMs) => {
      this.#looking = undefined
      if (this.#closed || (!this.#everything && this.#attendants.size === 0)) return
      if (this.#lookAgain) this.wake()
      else this.#timer = setTimeout(() => this.wake(), waitMs)
    })
  }

  /** Takes nothing more; what is in flight gets its answers, the rest is left to other workers. */
  async close(reason: string): Promise<void> {
    this.#closed = true
    clearTimeout(this.#timer)
    const leave = () => {
      for (const { run } of this.#running.values()) run?.leave(reason)
    }
    leave()
    // A look that is under way may have begun another, and may have to wait for the database.
    await this.#looking
    leave()
    const timer = setTimeout(() => {
      for (const { impatience } of this.#running.values()) impatience.abort()
    }, LAST_PATIENCE_MS)
    await Promise.all([...this.#running.values()].map(({ done }) => done))
    clearTimeout(timer)
    for (const [, attendant] of this.#attendants) attendant.resolve(attendant.deactivated)
    this.#attendants.clear()
  }

  /** Returns after how long to look again. */
  async #look(): Promise<number> {
    try {
      await this.#control()
      if (this.#everything) await this.#parts.schedules.runDue()
      const active = await this.#parts.store.pushes.active(
        this.#parts.clock.now(),
        this.#parts.leaseClock.now(),
      )
      for (const one of active) {
        if (this.#closed || !this.#isMine(one.push.id)) continue
        const running = this.#running.get(one.push.id)
        if (running === undefined) await this.#tendOrRest(one)
        else if (isExpired(one.push, this.#parts.clock.now())) running.run?.leave('it has expired')
      }
      this.#dismiss(new Set(active.map(({ push }) => push.id)))
      this.#parts.leaseClock.goOn()
      if (this.#isStoreDown) this.#parts.logger.warn({}, 'The database can be used again')
      this.#isStoreDown = false
      return LOOK_MS
    } catch (error) {
      if (!this.#isStoreDown)
        this.#parts.logger.error(
          { error: errorMessage(error) },
          'The database can not be used; pushes rest until it can',
        )
      this.#isStoreDown = true
      this.#parts.leaseClock.stand()
      for (const [id, { signal }] of this.#attendants) {
        if (this.#running.has(id) || (isStoreOutage(error) && !signal.aborted)) continue
        this.#reject(id, error)
      }
      return STORE_REST_MS
    }
  }

  /** What goes wrong with one push is no reason not to look after the others. */
  async #tendOrRest(one: ActivePush): Promise<void> {
    const { id } = one.push
    if ((this.#troubled.get(id) ?? 0) > monotonicNow()) return
    this.#troubled.delete(id)
    try {
      await this.#tend(one)
    } catch (error) {
      if (isStoreOutage(error)) throw error
      if (this.#reject(id, error)) return
      this.#parts.logger.error({ pushId: id, error: errorMessage(error) }, 'A push can not be looked after')
      this.#troubled.set(id, monotonicNow() + TROUBLE_REST_MS)
    }
  }

  #isMine(pushId: number): boolean {
    return this.#everything || this.#attendants.has(pushId)
  }

  /** Stops runs whose push was paused or ended elsewhere. */
  async #control(): Promise<void> {
    for (const { id, state, stateReason, endingAs } of await this.#parts.store.pushes.states([
      ...this.#running.keys(),
    ])) {
      if ((state === 'queued' || state === 'sending') && endingAs === null) continue
      this.#running.get(id)?.run?.leave(stateReason ?? `it is ${state}`)
    }
  }

  /** Lets those go whose push has ended, or is paused. */
  #dismiss(active: ReadonlySet<number>): void {
    for (const id of this.#attendants.keys()) if (!this.#running.has(id) && !active.has(id)) this.#letGo(id)
  }

  /** Tells somebody who waits for a push; false: nobody does. */
  #reject(pushId: number, error: unknown): boolean {
    const attendant = this.#attendants.get(pushId)
    this.#attendants.delete(pushId)
    attendant?.reject(error)
    return attendant !== undefined
  }

  #letGo(pushId: number): void {
    const attendant = this.#attendants.get(pushId)
    this.#attendants.delete(pushId)
    attendant?.resolve(attendant.deactivated)
  }

  #now(): Now {
    return { at: this.#parts.clock.now(), leasesAt: this.#parts.leaseClock.now() }
  }

  async #tend({ push, hasWork, isHeld, isOpen }: ActivePush): Promise<void> {
    const { pushes, services } = this.#parts.store
    const times = this.#now()
    const { at: now, leasesAt } = times
    const attendant = this.#attendants.get(push.id)
    if (push.endingAs !== null) {
      const ended = await pushes.finish(push.id, push.endingAs, push.stateReason, now, push.stateBy, leasesAt)
      if (ended?.finishedAt !== null) return
      // So many wait for an attempt that it takes many calls.
      this.#lookAgain = true
      await otherWork()
    } else if (attendant?.signal.aborted) {
      await cancelPush(pushes, push.id, reasonOf(attendant.signal), null, times)
    } else if (push.state === 'scheduled') {
      await pushes.begin(push.id, now)
      this.#lookAgain = true
      // It may take many calls: whatever else this process has to do comes in between.
      await otherWork()
    } else if (push.state === 'paused') {
      await this.#resume(push)
    } else if (isExpired(push, now)) {
      await endPush(
        pushes,
        push.id,
        'failed',
        `it expired at ${new Date(lifeOf(push)).toISOString()}`,
        null,
        times,
      )
    } else if (hasWork) {
      if (this.#hasPlace(push)) this.#start(push, attendant)
    } else if (!isOpen) {
      const service = await services.get(push.serviceId)
      const deactivated = service && (await finishDone(pushes, push.id, service, push.stateReason, now))
      if (attendant === undefined) return
      attendant.deactivated += deactivated ?? 0
      this.#letGo(push.id)
    } else if (!isHeld) {
      // All that is left waits for its time.
      this.#letGo(push.id)
    }
  }

  async #resume(push: Push): Promise<void> {
    const change = { state: 'queued' as const, stateReason: null, stateBy: null, dueAt: null, endingAs: null }
    await ignoringOthers(this.#parts.store.pushes.setState(push.id, ['paused'], change, push.dueAt))
    this.#lookAgain = true
  }

  #hasPlace({ urgency, serviceId }: Push): boolean {
    if (urgency === 'urgent') return this.#runs((push) => push.urgency === 'urgent') < MAX_URGENT_RUNS
    const normal = (push: Running['push']) => push.urgency === 'normal'
    return (
      this.#runs(normal) < MAX_RUNS &&
      this.#runs((push) => normal(push) && push.serviceId === serviceId) < MAX_RUNS_OF_SERVICE
    )
  }

  #runs(which: (push: Running['push']) => boolean): number {
    return [...this.#running.values()].filter(({ push }) => which(push)).length
  }

  #start(push: Push, attendant: Attendant | undefined): void {
    const impatience = new AbortController()
    const running: Running = { run: undefined, push, impatience, done: Promise.resolve() }
    const hurry = () => setTimeout(() => impatience.abort(), LAST_PATIENCE_MS).unref()
    attendant?.signal.addEventListener('abort', hurry, { once: true })
    this.#running.set(push.id, running)
    running.done = this.#run(push, running, attendant)
      .catch((error: unknown) => this.#onFailure(push, error))
      .finally(() => {
        attendant?.signal.removeEventListener('abort', hurry)
        this.#running.delete(push.id)
        // Whoever found nothing need not look again at once.
        if (running.run?.isIdle === false) this.wake()
      })
  }

  async #run(push: Push, running: Running, attendant: Attendant | undefined): Promise<void> {
    const { store, clients, clock, leaseClock, logger, owner, leaseMs } = this.#parts
    const service = await store.services.get(push.serviceId)
    if (service === undefined) return
    const pushes = patient(store.pushes, running.impatience.signal, logger)
    await clients.use(service, async (client) => {
      const run = new PushRun({
        pushes,
        client,
        clock,
        leaseClock,
        logger,
        owner,
        leaseMs,
        service,
        push,
        window: this.#window,
        attended: attendant !== undefined,
        signal: attendant?.signal ?? never,
        onCounts: (counts) => attendant?.onCounts(counts, push.audienceSize),
      })
      running.run = run
      if (this.#closed) return
      await run.run()
      const deactivated = await concludeRun(pushes, run, service, push.id, this.#now())
      if (attendant !== undefined) attendant.deactivated += deactivated
    })
  }

  /** A store that fails, or a credential that can't be read: somebody who waits is told, others find the push paused. */
  async #onFailure(push: Push, error: unknown): Promise<void> {
    if (this.#reject(push.id, error)) return
    const reason = errorMessage(error)
    this.#parts.logger.error({ pushId: push.id, error: reason }, 'A push can not go on')
    if (isStoreOutage(error)) return
    await restPush(this.#parts.store.pushes, push.id, reason, REST_MS, this.#parts.clock.now()).catch(ignore)
  }
}

const never = new AbortController().signal
const ignore = () => {}

function reasonOf({ reason }: AbortSignal): string {
  return typeof reason === 'string' ? reason : 'stopped by the caller'
}
