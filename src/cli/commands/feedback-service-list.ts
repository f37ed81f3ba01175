import { Command } from 'commander'
import { withApp } from '../session.js'
import { writeJson, writeTable } from '../terminal.js'

/** `feedback-service list`. */
export function feedbackServiceListCommand(): Command {
  return new Command('list')
    .description('list the feedback services')
    .option('--json', 'print the feedback services as a JSON array')
    .action((options: { json?: true }, command: Command) =>
      withApp(command, async (app) => {
        const list = await app.feedbackServices.list()
        if (options.json) return writeJson(list)
        await writeTable(
          ['ID', 'NAME', 'HOST', 'SERVICE'],
          list.map(({ id, name, hostname, serviceId }) => [String(id), name, hostname, String(serviceId)]),
        )
      }),
    )
}
