import { once } from 'node:events'
import { Command, Option } from 'commander'
import type { Device } from '../../app/index.js'
import { type DeviceFilterOptions, deviceFilter, withDeviceFilter } from '../device-filter.js'
import { csvHeader, csvRow, exportedDevice } from '../exported-device.js'
import { withApp } from '../session.js'

interface Options extends DeviceFilterOptions {
  format: 'csv' | 'ndjson'
  json?: true
}

/** Devices a page: read by key, so that memory does not grow with their number. */
const pageSize = 1000

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
        const isCsv = options.format === 'csv' && !options.json
        const write = async (text: string) => {
          if (!process.stdout.write(text)) await once(process.stdout, 'drain')
        }
        if (isCsv) await write(csvHeader)
        let page: Device[]
        let after = 0
        do {
          page = await app.devices.list(filter, { after, limit: pageSize })
          after = page.at(-1)?.id ?? after
          const line = (device: Device) =>
            isCsv ? csvRow(device) : `${JSON.stringify(exportedDevice(device))}\n`
          await write(page.map(line).join(''))
        } while (page.length === pageSize)
      }),
    )
}
