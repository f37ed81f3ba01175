/** Where time comes from; injected, so that tests decide what time it is. */
export interface Clock {
  /** Milliseconds since 1970, UTC. */
  now(): number
}

/**
 * Milliseconds from some moment on, for durations: it never jumps when the machine's clock is set.
 * Not for anything that is stored or shown.
 */
export function monotonicNow(): number {
  return performance.now()
}

/** The machine's clock. */
export const systemClock: Clock = { now: () => Date.now() }
