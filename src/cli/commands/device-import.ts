import { open } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import { Command } from 'commander'
import { errorMessage } from '../../base/index.js'
import { integer } from '../arguments.js'
import { exitStatus } from '../exit-status.js'
import { withApp } from '../session.js'
import { counted, writeJson, writeLine, writeNote } from '../terminal.js'
import { wrongUse } from '../wrong-use.js'

/** Of how many lines at fault it is said what is wrong: a file of another kind is at fault in each. */
const shownFaults = 20

interface Options {
  service: number
  json?: true
}

/** `device import FILE`. */
export function deviceImportCommand(): Command {
  return new Command('import')
    .description('register devices from a file: CSV with a header, NDJSON, or one token a line')
    .argument('<file>', 'the file; - is standard input')
    .requiredOption('--service <id>', 'the APN service', integer(1))
    .option('--json', 'print the sums as JSON')
    .addHelpText(
      'after',
      '\nColumns and keys: token, is_active, platform, display, os_version, app_version, locale, time_zone, tags (with spaces\n' +
        'between), and as JSON attributes, push_to_start_tokens, live_activities. Lines at fault are left out, and the first 20\n' +
        'are reported on standard error; the others are imported, and the exit status is 1.',
    )
    .action((file: string, { service, json }: Options, command: Command) =>
      withApp(command, async (app) => {
        const source = file === '-' ? process.stdin : await openFile(file)
        const name = file === '-' ? 'standard input' : file
        const { created, updated, faults, faultCount } = await app.devices.importFile(service, source, {
          name,
        })
        for (const { line, message } of faults.slice(0, shownFaults))
          writeNote(`${name}, line ${line}: ${message}`)
        if (faultCount > shownFaults)
          writeNote(`${name}: and ${counted(faultCount - shownFaults, 'more line')} at fault`)
        if (json) writeJson({ created, updated, faulty: faultCount })
        else writeLine(`created=${created} updated=${updated} faulty=${faultCount}`)
        if (faultCount > 0) process.exitCode = exitStatus.failed
      }),
    )
}

async function openFile(path: string): Promise<Readable> {
  try {
    const file = await open(path)
    if ((await file.stat()).isDirectory()) throw new Error('it is a folder')
    return file.createReadStream({ highWaterMark: 262_144 })
  } catch (error) {
    throw wrongUse('FILE', `${path} can't be read: ${errorMessage(error)}`)
  }
}
