import { Command } from 'commander'
import { integer } from '../arguments.js'
import { withApp } from '../session.js'
import { counted, writeJson, writeLine } from '../terminal.js'
import { wrongUse } from '../wrong-use.js'

interface Options {
  service: number
  unseen?: number
  inactive?: number
  yes?: true
  json?: true
}

/** `device prune`. Without `--yes` it only counts, so that a wrong number wipes no registry. */
export function devicePruneCommand(): Command {
  return new Command('prune')
    .description(
      'delete devices that have not been seen or not been active for some days; only counts without --yes',
    )
    .requiredOption('--service <id>', 'of this APN service', integer(1))
    .option('--unseen <days>', 'whose apps have not registered for so many days', integer(1, 36_500))
    .option('--inactive <days>', 'that have been inactive for so many days', integer(1, 36_500))
    .option('--yes', 'delete them')
    .option('--json', 'print the counts as JSON')
    .action((options: Options, command: Command) =>
      withApp(command, async (app) => {
        const { service, unseen, inactive, yes, json } = options
        if ((unseen === undefined) === (inactive === undefined))
          throw wrongUse('--unseen', 'give either --unseen or --inactive')
        const age = unseen === undefined ? { inactiveDays: inactive! } : { unseenDays: unseen }
        const result = await app.devices.prune({ service, ...age, dryRun: !yes })
        if (json) return writeJson({ ...result, deleted: yes ?? false })
        const { devices, active, activeDevices } = result
        if (yes) return writeLine(`${counted(devices, 'device')} ${devices === 1 ? 'was' : 'were'} deleted.`)
        writeLine(
          `${counted(devices, 'device')} would be deleted, ${active} of them active. Nothing was deleted; with --yes it is.`,
        )
        if (active * 2 > activeDevices)
          writeLine(
            `That is more than half of the ${counted(activeDevices, 'active device')} of service ${service}.`,
          )
      }),
    )
}
