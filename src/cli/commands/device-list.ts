import { Command } from 'commander'
import { integer } from '../arguments.js'
import { type DeviceFilterOptions, deviceFilter, withDeviceFilter } from '../device-filter.js'
import { withApp } from '../session.js'
import { shownTime, writeJson, writeNote, writeTable } from '../terminal.js'

interface Options extends DeviceFilterOptions {
  limit: number
  after: number
  json?: true
}

/** `device list`. */
export function deviceListCommand(): Command {
  const command = new Command('list').description('list devices, in the order of their ids')
  return withDeviceFilter(command)
    .option('--limit <n>', 'at most so many, 1 to 10000', integer(1, 10_000), 100)
    .option('--after <id>', 'go on after this device id', integer(0), 0)
    .option('--json', 'print the devices as a JSON array')
    .action((options: Options, command: Command) =>
      withApp(command, async (app) => {
        const filter = await deviceFilter(app, options)
        const devices = await app.devices.list(filter, { after: options.after, limit: options.limit })
        if (options.json) return writeJson(devices)
        await writeTable(
          [
            'ID',
            'TOKEN',
            'SERVICE',
            'ACTIVE',
            'PLATFORM',
            'DISPLAY',
            'OS VERSION',
            'LAST NOTIFIED',
            'WHY INACTIVE',
          ],
          devices.map((device) => [
            String(device.id),
            device.token,
            String(device.serviceId),
            device.isActive ? 'yes' : 'no',
            device.platform || '-',
            device.display || '-',
            device.osVersion || '-',
            shownTime(device.lastNotifiedAt),
            device.deactivationReason ?? '-',
          ]),
        )
        const total = await app.devices.count(filter)
        const last = devices.at(-1)
        if (devices.length === options.limit && last !== undefined)
          writeNote(`${total} devices match; the next ones: --after ${last.id}`)
      }),
    )
}
