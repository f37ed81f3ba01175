import type { Command } from 'commander'
import type { Preflight } from '../app/index.js'
import { errorMessage, PushError } from '../base/index.js'
import { exitStatus } from './exit-status.js'
import { inWordsOfOptions } from './option-error.js'
import { writeError, writeFields, writeLine, writeNote } from './terminal.js'

/** Says what a push would be. */
export function writePreflight(preflight: Preflight): void {
  const { audienceSize, skippedInactive, skippedUnregistered, localTimePassed } = preflight
  const { chunks, payload, payloadBytes, headers } = preflight
  writeFields({
    devices: audienceSize,
    'skipped, inactive': skippedInactive,
    'skipped, not registered': skippedUnregistered,
    ...(localTimePassed > 0 && { 'of the devices, local time over': localTimePassed }),
    chunks,
    'payload bytes': payloadBytes,
    ...headers,
    payload,
  })
  writeLine('Nothing was sent.')
}

/** Says what is wrong with it, one line each; the command has failed then. What is only odd is said as well. */
export function refusePreflight({ problems, warnings }: Preflight, command: Command): void {
  for (const { message } of warnings) writeNote(`ios-notifications: warning: ${message}`)
  for (const { code, field, message } of problems) {
    const problem = new PushError(code, message, field === null ? {} : { field })
    writeError(errorMessage(inWordsOfOptions(problem, command)))
  }
  if (problems.length > 0) process.exitCode = exitStatus.failed
}
