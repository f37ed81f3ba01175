import { Command } from 'commander'
import type { ActivityChange, App, DeviceChoice } from '../../app/index.js'
import { integer } from '../arguments.js'
import { withApp } from '../session.js'
import { counted, writeJson, writeLine, writeNote } from '../terminal.js'
import { wrongUse } from '../wrong-use.js'

interface Options {
  push?: number
  service?: number
  token?: string[]
  dryRun?: true
  json?: true
}

/** `device deactivate`. */
export function deviceDeactivateCommand(): Command {
  const command = new Command('deactivate').description('switch devices off, until their apps register again')
  return change(command, 'deactivated', async (app, options) =>
    app.devices.deactivate(await namedDevices(options), { dryRun: options.dryRun ?? false }),
  )
}

/** `device reactivate`. */
export function deviceReactivateCommand(): Command {
  const command = new Command('reactivate')
    .description('take deactivations back: those of a push, or of some devices')
    .option('--push <id>', 'the devices that this push has deactivated', integer(1))
  return change(command, 'reactivated', async (app, options) => {
    const { push, service, token, dryRun = false } = options
    if (push === undefined) return await app.devices.reactivate(await namedDevices(options), { dryRun })
    if (service !== undefined || token !== undefined)
      throw wrongUse('--push', '--push goes with neither --service nor --token')
    return await app.devices.reactivate({ push }, { dryRun })
  })
}

function change(
  command: Command,
  done: string,
  act: (app: App, options: Options) => Promise<ActivityChange>,
): Command {
  return command
    .option('--service <id>', 'the APN service of the tokens', integer(1))
    .option('--token <token...>', 'the devices with these tokens')
    .option('--dry-run', 'count them, and change nothing')
    .option('--json', 'print the counts as JSON')
    .action((options: Options, command: Command) =>
      withApp(command, async (app) => {
        const result = await act(app, options)
        if (options.json) return writeJson(result)
        const { devices, unregistered } = result
        if (unregistered > 0) writeNote(`${counted(unregistered, 'token')}: no device of the service has it`)
        const verb = options.dryRun ? 'would be' : devices === 1 ? 'was' : 'were'
        writeLine(`${counted(devices, 'device')} ${verb} ${done}.`)
      }),
    )
}

async function namedDevices({ service, token }: Options): Promise<DeviceChoice> {
  if (service === undefined || token === undefined)
    throw wrongUse('--token', 'say which devices are meant: --service and --token')
  const { normalizeDeviceToken } = await import('../../app/index.js')
  return { service, tokens: token.map((one) => normalizeDeviceToken(one, '--token')) }
}
