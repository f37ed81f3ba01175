import { setImmediate } from 'node:timers/promises'

/**
 * Lets whatever else this process has to do have its turn. A database in the same process answers without waiting for the outside
 * world: a long row of steps would let nothing through.
 */
export async function nextTurn(): Promise<void> {
  await setImmediate()
}
