import { Command } from 'commander'
import { integer } from '../arguments.js'
import { withApp } from '../session.js'
import { writeJson, writeLine } from '../terminal.js'

/** `service remove ID`. */
export function serviceRemoveCommand(): Command {
  return new Command('remove')
    .description('remove an APN service')
    .argument('<id>', 'the service', integer(1))
    .option('--cascade', 'also remove its devices, notifications and pushes')
    .option('--json', 'print the result as JSON')
    .action((id: number, options: { cascade?: true; json?: true }, command: Command) =>
      withApp(command, async (app) => {
        await app.services.remove(id, { cascade: options.cascade ?? false })
        if (options.json) writeJson({ id, removed: true })
        else writeLine(`Service ${id} removed`)
      }),
    )
}
