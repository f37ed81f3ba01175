import { Command } from 'commander'
import { integer } from '../arguments.js'
import { findDevice } from '../find-device.js'
import { withApp } from '../session.js'
import { writeLine } from '../terminal.js'

/** `device remove T`. */
export function deviceRemoveCommand(): Command {
  return new Command('remove')
    .description('delete a device; it comes back when its app registers again')
    .argument('<token>', 'the device token, hexadecimal')
    .requiredOption('--service <id>', 'the APN service', integer(1))
    .action((token: string, { service }: { service: number }, command: Command) =>
      withApp(command, async (app) => {
        const { id } = await findDevice(app, token, service)
        await app.devices.remove(id)
        writeLine(`Device ${id} was deleted.`)
      }),
    )
}
