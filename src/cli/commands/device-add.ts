import { Command } from 'commander'
import { integer } from '../arguments.js'
import { withApp } from '../session.js'
import { writeJson, writeLine } from '../terminal.js'

interface Options {
  token: string
  service: number
  json?: true
}

/** `device add`. */
export function deviceAddCommand(): Command {
  return new Command('add')
    .description('register a device, or make it active again')
    .requiredOption('--token <token>', 'the device token, hexadecimal')
    .requiredOption('--service <id>', 'the APN service', integer(1))
    .option('--json', 'print the device as JSON')
    .action(({ token, service, json }: Options, command: Command) =>
      withApp(command, async (app) => {
        const { device, created } = await app.devices.register({ token, service })
        if (json) writeJson({ device, created })
        else
          writeLine(
            `Device ${device.token} ${created ? 'added' : 'was there and is active'}, id ${device.id}`,
          )
      }),
    )
}
