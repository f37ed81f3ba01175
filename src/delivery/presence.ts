import { setTimeout as sleep } from 'node:timers/promises'
import { type Clock, errorMessage, type Logger } from '../base/index.js'
import type { WorkerPresence } from '../model/index.js'
import type { WorkerStore } from '../store/index.js'

/** How often a worker says that it is alive, in milliseconds. */
const BEAT_MS = 10_000
/** How long after its last sign of life a worker counts as alive, in milliseconds: a sign may be late on a busy machine. */
export const ALIVE_MS = 45_000

interface PresenceParts {
  workers: WorkerStore
  clock: Clock
  logger: Logger
  worker: Pick<WorkerPresence, 'id' | 'host' | 'pid'>
}

/** Tells the database that this worker is alive. Nothing is decided by it (leases are): it is for those who look. */
export class Presence {
  readonly #parts: PresenceParts
  readonly #closing = new AbortController()
  #done: Promise<void> | undefined

  constructor(parts: PresenceParts) {
    this.#parts = parts
  }

  /** From now on, until `close`. */
  start(): void {
    this.#done ??= this.#run()
  }

  async close(): Promise<void> {
    this.#closing.abort()
    await this.#done
  }

  async #run(): Promise<void> {
    const { workers, clock, worker } = this.#parts
    const startedAt = clock.now()
    while (!this.#closing.signal.aborted) {
      const seenAt = clock.now()
      await this.#quietly(workers.beat({ ...worker, startedAt, seenAt }, seenAt - ALIVE_MS))
      // It keeps no process alive.
      await sleep(BEAT_MS, undefined, { signal: this.#closing.signal, ref: false }).catch(() => {})
    }
    await this.#quietly(workers.leave(worker.id))
  }

  /** A database that can't be used is told by those who need it. */
  async #quietly(done: Promise<void>): Promise<void> {
    try {
      await done
    } catch (error) {
      this.#parts.logger.debug({ error: errorMessage(error) }, 'A sign of life could not be written')
    }
  }
}
