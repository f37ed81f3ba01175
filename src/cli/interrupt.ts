import { writeNote } from './terminal.js'

/**
 * How long after the first signal others are taken for the same one, in milliseconds: a terminal sends Ctrl-C to `npm` or
 * `npx` and to its child, and npm passes it on to the child once more.
 */
const sameSignalMs = 500

/**
 * Runs `work` with a signal that Ctrl-C (or SIGTERM) aborts, so that it can end in order; a second one ends the process
 * at once.
 */
export async function interruptible<T>(note: string, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController()
  let abortedAt = 0
  const onSignal = () => {
    if (controller.signal.aborted) {
      if (performance.now() - abortedAt >= sameSignalMs) process.exit(1)
      return
    }
    abortedAt = performance.now()
    // First the abort: it ends the display of progress, which the note must not run into.
    controller.abort('interrupted')
    writeNote(note)
  }
  process.on('SIGINT', onSignal)
  process.on('SIGTERM', onSignal)
  try {
    return await work(controller.signal)
  } finally {
    process.off('SIGINT', onSignal)
    process.off('SIGTERM', onSignal)
  }
}
