import type { Clock } from '../base/index.js'
import { ALIVE_MS } from '../delivery/index.js'
import type { WorkerPresence } from '../model/index.js'
import type { WorkerStore } from '../store/index.js'

/** Who sends. */
export class Workers {
  readonly #store: WorkerStore
  readonly #clock: Clock

  constructor(store: WorkerStore, clock: Clock) {
    this.#store = store
    this.#clock = clock
  }

  /** Those that are alive, the first ones to start first: a worker says so every ten seconds, and is forgotten after 45 without a word. */
  list(): Promise<WorkerPresence[]> {
    return this.#store.list(this.#clock.now() - ALIVE_MS)
  }
}
