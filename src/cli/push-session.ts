import type { App, NotificationInput, PushOptions, PushResult } from '../app/index.js'
import { exitStatus } from './exit-status.js'
import { createProgressDisplay } from './push-progress.js'
import { writeError } from './terminal.js'

/** Sends a notification, with progress on standard error. */
export async function pushWithProgress(
  app: App,
  notification: NotificationInput,
  options: PushOptions,
): Promise<PushResult> {
  const display = await createProgressDisplay()
  // What is written after an interruption must not run into the display.
  options.signal?.addEventListener('abort', display.end)
  try {
    return await app.push(notification, { ...options, onProgress: display.show })
  } finally {
    options.signal?.removeEventListener('abort', display.end)
    display.end()
  }
}

/** Whether Apple's answer is known for every device. What it was is another matter. */
export function isComplete({ state, unknown, unsent }: PushResult): boolean {
  return state === 'done' && unknown === 0 && unsent === 0
}

/** Says what is missing of a push that is not complete; the command has failed then. */
export function concludePush(result: PushResult): void {
  if (isComplete(result)) return
  const { state, stateReason, unknown, unsent, waiting, deferred, pushId } = result
  const what =
    {
      done: 'is not complete',
      sending: 'is not complete',
      failed: 'was given up',
      cancelled: 'was stopped',
    }[state as string] ?? `is ${state}`
  const why = stateReason === null ? '' : `: ${stateReason}`
  const deferredPart =
    deferred > 0
      ? `; Apple refuses ${deferred} for now, a worker (serve or worker) tries them again: push-status ${pushId}`
      : ''
  const waitingPart =
    waiting > deferred ? `; ${waiting - deferred} are still to be sent: push-resume ${pushId}` : ''
  const unsentPart = unsent > 0 ? `; ${unsent} were not sent` : ''
  const unknownPart = unknown > 0 ? `; of ${unknown} it is not known whether they arrived` : ''
  writeError(`the push ${what}${why}${unsentPart}${unknownPart}${deferredPart}${waitingPart}`)
  process.exitCode = exitStatus.failed
}
