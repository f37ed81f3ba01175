import type { Command } from 'commander'
import type { Preflight } from '../app/index.js'
import { errorMessage, PushError } from '../base/index.js'
import { exitStatus } from './exit-status.js'
import { inWordsOfOptions } from './option-error.js'
import { writeError, writeFields, writeLine } from './terminal.js'

/** Says what a push would be. */
export function writePreflight(preflight: Preflight): void {
  const { audienceSize, skippedInactive, skippedUnregistered, chunks, payload, payloadBytes, headers } =
    preflight
  writeFields({
    devices: audienceSize,
    'skipped, inactive': skippedInactive,
    'skipped, not registered': skippedUnregistered,
    chunks,
    'payload bytes': payloadBytes,
    ...headers,
    payload,
  })
  writeLine('Nothing was sent.')
}

/** Says what is wrong with it, one line each; the command has failed then. */
export function refusePreflight({ problems }: Preflight, command: Command): void {
  for (const { code, field, message } of problems) {
    const problem = new PushError(code, message, field === null ? {} : { field })
    writeError(errorMessage(inWordsOfOptions(problem, command)))
  }
  if (problems.length > 0) process.exitCode = exitStatus.failed
}
