import { Command } from 'commander'
import type { App, DeviceImport } from '../../app/index.js'
import { integer } from '../arguments.js'
import { readDeviceFile } from '../device-file.js'
import { exitStatus } from '../exit-status.js'
import { withApp } from '../session.js'
import { writeJson, writeLine, writeNote } from '../terminal.js'

/** Rows a transaction: large enough to be fast, small enough that other processes need not wait long for theirs. */
const batchSize = 5000

interface Options {
  service: number
  json?: true
}

interface Sums {
  created: number
  updated: number
  faulty: number
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
      '\nColumns and keys: token, is_active, platform, display, os_version. Lines at fault are reported on\n' +
        'standard error and left out; the others are imported, and the exit status is 1.',
    )
    .action((file: string, { service, json }: Options, command: Command) =>
      withApp(command, async (app) => {
        const sums = await importFile(app, file, service)
        if (json) writeJson(sums)
        else writeLine(`created=${sums.created} updated=${sums.updated} faulty=${sums.faulty}`)
        if (sums.faulty > 0) process.exitCode = exitStatus.failed
      }),
    )
}

async function importFile(app: App, file: string, service: number): Promise<Sums> {
  const sums: Sums = { created: 0, updated: 0, faulty: 0 }
  const report = (line: number, fault: string) => {
    sums.faulty++
    writeNote(`line ${line}: ${fault}`)
  }
  let devices: DeviceImport[] = []
  let lines: number[] = []
  const flush = async () => {
    const { created, updated, faults } = await app.devices.importMany(service, devices)
    sums.created += created
    sums.updated += updated
    for (const { index, error } of faults) report(lines[index]!, error.message)
    devices = []
    lines = []
  }
  // An empty batch first: a service that does not exist is said before anything is read.
  await flush()
  for await (const { line, device, fault } of readDeviceFile(file)) {
    if (device === undefined) {
      report(line, fault ?? 'unreadable')
      continue
    }
    devices.push(device)
    lines.push(line)
    if (devices.length === batchSize) await flush()
  }
  await flush()
  return sums
}
