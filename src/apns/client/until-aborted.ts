import { PushError } from '../../base/errors.js'

/** What `work` brings, unless the signal is quicker: then PUSH_ERR_ABORTED, and `work` goes on for others. */
export function untilAborted<T>(signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
  if (signal === undefined) return work()
  return new Promise((resolve, reject) => {
    const abort = () => reject(new PushError('PUSH_ERR_ABORTED', 'the waiting was ended by its caller'))
    if (signal.aborted) {
      abort()
      return
    }
    signal.addEventListener('abort', abort, { once: true })
    work()
      .finally(() => signal.removeEventListener('abort', abort))
      .then(resolve, reject)
  })
}
