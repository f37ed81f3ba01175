/*
 * One run of the sweep: a new database, a simulator and two workers in processes of their own, a push, and what the plan says that
 * happens to them. Somebody resumes the push where it rests because the simulator was away, as an operator would. In the end the
 * simulator's log is compared with the database.
 */
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { hasErrorCode, silentLogger, systemClock } from '../../src/base/index.js'
import { Delivery } from '../../src/delivery/index.js'
import type { Push } from '../../src/model/index.js'
import type { SimulatorDescription, SimulatorKey } from '../../src/simulator/index.js'
import { openStore, type Store } from '../../src/store/index.js'
import { Child } from './child.js'
import { receivedCount } from './received-file.js'
import { compare, type SweepFindings } from './sweep-findings.js'
import { LEASE_MS, type SweepPlan, tokenOf } from './sweep-plan.js'

/** A push that has not ended by then hangs, in milliseconds. */
const PATIENCE_MS = 180_000
const LOOK_MS = 10

type Where = SimulatorDescription & { ca: string; key: SimulatorKey }

class SweepRun {
  readonly #plan: SweepPlan
  readonly #folder: string
  readonly #children = new Set<Child>()
  readonly #deadline = performance.now() + PATIENCE_MS
  #workers = 0
  #simulator: Child | undefined
  #port = 0
  #isAway = false
  #hasEnded = false
  /** By the numbers of workers. */
  readonly hit = new Set<number>()

  constructor(plan: SweepPlan, folder: string) {
    this.#plan = plan
    this.#folder = folder
  }

  get database(): string {
    return join(this.#folder, 'registry.sqlite')
  }

  get log(): string {
    return join(this.#folder, 'received.txt')
  }

  async run(): Promise<void> {
    mkdirSync(this.#folder, { recursive: true })
    const where = await this.#startSimulator()
    const store = await openStore({ database: this.database })
    const delivery = new Delivery({ store, clock: systemClock, logger: silentLogger })
    try {
      await store.migrate()
      const serviceId = await this.#prepare(store, where)
      const workers = [this.#startWorker(), this.#startWorker()]
      await Promise.all(workers.map(({ child }) => child.ready))
      const { collapseId, others, devices, duplicates, chunkSize } = this.#plan
      const tokens = Array.from({ length: devices }, (_, index) => tokenOf(index + 1))
      const { id } = await delivery.submit(
        { serviceId, message: 'Hi', ...(collapseId !== null && { collapseId }) },
        { duplicates, chunkSize, audience: others > 0 ? { kind: 'tokens', tokens } : { kind: 'all' } },
      )
      const ended = this.#end(delivery, store, id)
      await Promise.all([ended, this.#hitWorker(workers), this.#hitSimulator()])
    } finally {
      await delivery.close()
      await store.close()
    }
  }

  async close(): Promise<void> {
    for (const child of this.#children) await child.kill()
  }

  /** Workers that lost a part to another without having been killed or stopped: the machine was too slow for the lease. */
  get slow(): number {
    let slow = 0
    for (let worker = 0; worker < this.#workers; worker++)
      if (
        !this.hit.has(worker) &&
        readFileSync(this.#complaints(worker), 'utf8').includes('another worker goes on')
      )
        slow++
    return slow
  }

  async #prepare(store: Store, { hostname, port, ca, key }: Where): Promise<number> {
    const credential = { kind: 'key', key } as const
    const topic = 'com.example.app'
    const service = await store.services.create(
      { name: 'sweep', hostname, port, ca, credential, topic },
      Date.now(),
    )
    const count = this.#plan.devices + this.#plan.others
    const devices = Array.from({ length: count }, (_, index) => ({ token: tokenOf(index + 1) }))
    await store.devices.importMany(service.id, devices, Date.now() - 60_000)
    return service.id
  }

  async #startSimulator(): Promise<Where> {
    const { responseDelayMs, answers } = this.#plan
    const settings = JSON.stringify({ responseDelayMs, answers })
    const args = [join(this.#folder, 'simulator'), String(this.#port), this.log, settings]
    this.#simulator = this.#start('simulator-in-a-child.ts', args, join(this.#folder, 'simulator.err'))
    const where = JSON.parse(await this.#simulator.ready) as Where
    this.#port = where.port
    return where
  }

  #startWorker(): { number: number; child: Child } {
    const number = this.#workers++
    const args = [this.database, String(LEASE_MS)]
    return { number, child: this.#start('../delivery/worker-in-a-child.ts', args, this.#complaints(number)) }
  }

  #start(program: string, args: readonly string[], complaints: string): Child {
    const child = new Child(program, args, complaints)
    this.#children.add(child)
    return child
  }

  #complaints(worker: number): string {
    return join(this.#folder, `worker-${worker}.err`)
  }

  async #hitWorker(workers: readonly { number: number; child: Child }[]): Promise<void> {
    const { mishap, victim, moment, stopMs, replaceMs } = this.#plan
    const { number, child } = workers[victim]!
    await this.#received(moment)
    this.hit.add(number)
    if (mishap === 'stop') {
      child.process.kill('SIGSTOP')
      await sleep(stopMs)
      child.process.kill('SIGCONT')
      return
    }
    await child.kill()
    await sleep(replaceMs)
    await this.#startWorker().child.ready
  }

  async #hitSimulator(): Promise<void> {
    if (this.#plan.mishap !== 'restart') return
    await this.#received(this.#plan.restartMoment)
    this.#isAway = true
    await this.#simulator!.kill()
    await sleep(this.#plan.awayMs)
    await this.#startSimulator()
    this.#isAway = false
  }

  /** Or the push has ended: who was in flight when the simulator went has not been received. */
  async #received(count: number): Promise<void> {
    while (receivedCount(this.log) < count && !this.#hasEnded)
      await this.#tick(`${count} pushes are received`)
  }

  async #end(delivery: Delivery, store: Store, pushId: number): Promise<void> {
    for (;;) {
      const push = (await store.pushes.get(pushId))!
      this.#hasEnded = push.finishedAt !== null
      if (this.#hasEnded) return
      if (push.state === 'paused' && !this.#isAway) await resume(delivery, push)
      await this.#tick('the push has ended')
    }
  }

  async #tick(until: string): Promise<void> {
    if (performance.now() > this.#deadline) throw new Error(`waited in vain until ${until}`)
    await sleep(LOOK_MS)
  }
}

/** Unless its own time has come in this moment. */
async function resume(delivery: Delivery, { id }: Push): Promise<void> {
  try {
    await delivery.resume(id)
  } catch (error) {
    if (!hasErrorCode(error, 'PUSH_ERR_PUSH_STATE')) throw error
  }
}

/** Does one run in a folder, which is removed if nothing was wrong. */
export async function sweepOnce(plan: SweepPlan, folder: string): Promise<SweepFindings> {
  rmSync(folder, { recursive: true, force: true })
  const run = new SweepRun(plan, folder)
  try {
    await run.run()
  } finally {
    await run.close()
  }
  const findings = compare(plan, run.database, run.log, { hit: run.hit.size, slow: run.slow })
  if (findings.problems.length === 0) rmSync(folder, { recursive: true, force: true })
  return findings
}
