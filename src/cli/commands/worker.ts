import { once } from 'node:events'
import { Command } from 'commander'
import { interruptible } from '../interrupt.js'
import { configOf } from '../session.js'
import { writeLine } from '../terminal.js'

/** `worker`. */
export function workerCommand(): Command {
  return new Command('worker')
    .description('send scheduled and submitted pushes until Ctrl-C or SIGTERM; logs go to standard error')
    .action((_options: object, command: Command) =>
      interruptible('Closing: waiting for what is in flight. Ctrl-C again ends at once.', async (signal) => {
        const config = await configOf(command)
        const { createProcessLogger, open } = await import('../../app/index.js')
        const logger = await createProcessLogger(config.logLevel)
        await using app = await open({ ...config, logger })
        app.work()
        writeLine('Working')
        if (!signal.aborted) await once(signal, 'abort')
      }),
    )
}
