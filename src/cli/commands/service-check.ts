import { Command } from 'commander'
import { integer } from '../arguments.js'
import { exitStatus } from '../exit-status.js'
import { withApp } from '../session.js'
import { writeJson, writeLine } from '../terminal.js'

/** `service check ID`. */
export function serviceCheckCommand(): Command {
  return new Command('check')
    .description('connect to APNs with the credential of a service; no device gets a push')
    .argument('<id>', 'the service', integer(1))
    .option('--json', 'print the result as JSON')
    .action((id: number, options: { json?: true }, command: Command) =>
      withApp(command, async (app) => {
        const check = await app.services.check(id)
        if (options.json) writeJson(check)
        else writeLine(`${check.isUsable ? 'OK' : 'FAILED'}: ${check.message}`)
        if (!check.isUsable) process.exitCode = exitStatus.failed
      }),
    )
}
