import { CommanderError } from 'commander'
import { errorMessage, PushError } from '../base/index.js'
import { exitStatus } from './exit-status.js'
import { inWordsOfOptions } from './option-error.js'
import { createProgram } from './program.js'
import { writeError } from './terminal.js'

/** Runs one command line, without the program's name; resolves with the exit status and never throws. */
export async function run(args: readonly string[]): Promise<number> {
  const program = createProgram()
  let command = program
  program.hook('preAction', (_program, acting) => {
    command = acting
  })
  try {
    await program.parseAsync(args, { from: 'user' })
    return Number(process.exitCode ?? exitStatus.done)
  } catch (error) {
    // commander has said it already.
    if (error instanceof CommanderError)
      return error.exitCode === 0 ? exitStatus.done : exitStatus.usedWrongly
    writeError(errorMessage(inWordsOfOptions(error, command)))
    return statusOf(error)
  }
}

/** What was given is at fault: the use was wrong. What is missing, taken or out of order: it failed. */
function statusOf(error: unknown): number {
  if (!(error instanceof PushError)) return exitStatus.failed
  if (error.code === 'PUSH_ERR_CONFIG_INVALID') return exitStatus.usedWrongly
  if (error.code === 'PUSH_ERR_AUDIENCE_EMPTY') return exitStatus.failed
  return error.status === 400 || error.status === 413 ? exitStatus.usedWrongly : exitStatus.failed
}
