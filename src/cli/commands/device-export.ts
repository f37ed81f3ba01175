import { once } from 'node:events'
import { Command, Option } from 'commander'
import { type DeviceFilterOptions, deviceFilter, withDeviceFilter } from '../device-filter.js'
import { withApp } from '../session.js'

interface Options extends DeviceFilterOptions {
  format: 'csv' | 'ndjson'
  json?: true
}

/** `device export`. */
export function deviceExportCommand(): Command {
  const command = new Command('export').description(
    'write devices to standard output, in the order of their ids',
  )
  return withDeviceFilter(command)
    .addOption(new Option('--format <format>', 'how').choices(['csv', 'ndjson']).default('csv'))
    .option('--json', 'the same as --format ndjson')
    .action((options: Options, command: Command) =>
      withApp(command, async (app) => {
        const filter = await deviceFilter(app, options)
        for await (const text of app.devices.export(filter, options.json ? 'ndjson' : options.format))
          if (!process.stdout.write(text)) await once(process.stdout, 'drain')
      }),
    )
}
