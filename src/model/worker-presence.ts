/** A worker that is alive, or was until a moment ago. */
export interface WorkerPresence {
  /** Unique for each worker: several may run in a process. */
  readonly id: string
  readonly host: string
  readonly pid: number
  readonly startedAt: number
  /** When it last said that it is alive. */
  readonly seenAt: number
}
