import { Command } from 'commander'
import { withApp } from '../session.js'
import { shownService } from '../shown-service.js'
import { writeJson, writeTable } from '../terminal.js'

/** `service list`. */
export function serviceListCommand(): Command {
  return new Command('list')
    .description('list the APN services')
    .option('--json', 'print the services as a JSON array')
    .action((options: { json?: true }, command: Command) =>
      withApp(command, async (app) => {
        const services = await app.services.list()
        if (options.json) return writeJson(services)
        await writeTable(
          ['ID', 'NAME', 'ADDRESS', 'TOPIC', 'AUTHENTICATION'],
          await Promise.all(
            services.map(async (service) => {
              const { address, authentication } = await shownService(service)
              return [String(service.id), service.name, address, service.topic, authentication]
            }),
          ),
        )
      }),
    )
}
