import { writeNote } from './terminal.js'

/**
 * Runs `work` with a signal that Ctrl-C (or SIGTERM) aborts, so that it can end in order; a second one ends the process
 * at once.
 */
export async function interruptible<T>(note: string, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController()
  const onSignal = () => {
    if (controller.signal.aborted) process.exit(1)
    writeNote(note)
    controller.abort('interrupted')
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
