import { setTimeout as sleep } from 'node:timers/promises'
import { errorMessage, type Logger } from '../base/index.js'
import { isStoreOutage, type PushStore } from '../store/index.js'

/** How long to wait before the first repetition, and at most, in milliseconds. */
const FIRST_WAIT_MS = 100
const MAX_WAIT_MS = 1000

/**
 * The same store, whose calls wait where the database can't be used for now (locked, read-only, the disk full), and are made again
 * until they succeed: answers of Apple's that have come are not forgotten because they can't be written down at once. Every call
 * is one transaction, so that a failed one has done nothing.
 *
 * @param signal ends the patience: from then on calls throw what the database throws
 */
export function patient(pushes: PushStore, signal: AbortSignal, logger: Logger): PushStore {
  // Several calls may wait at once; it is told once.
  let isTold = false
  const insist = async (call: () => Promise<unknown>): Promise<unknown> => {
    for (let waitMs = FIRST_WAIT_MS; ; waitMs = Math.min(waitMs * 2, MAX_WAIT_MS)) {
      try {
        const result = await call()
        if (isTold) logger.warn({}, 'The database can be used again; the push goes on')
        isTold = false
        return result
      } catch (error) {
        if (!isStoreOutage(error) || signal.aborted) throw error
        if (!isTold)
          logger.error({ error: errorMessage(error) }, 'The database can not be used; the push waits')
        isTold = true
        await sleep(waitMs, undefined, { signal }).catch(() => {})
      }
    }
  }
  return new Proxy(pushes, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name)
      if (typeof member !== 'function') return member
      return (...values: unknown[]) => insist(() => member.apply(target, values))
    },
  })
}
