import { Command } from 'commander'
import type { App, DeviceImport } from '../../app/index.js'
import { integer } from '../arguments.js'
import { type DeviceLine, readDeviceFile } from '../device-file.js'
import { exitStatus } from '../exit-status.js'
import { withApp } from '../session.js'
import { counted, writeJson, writeLine, writeNote } from '../terminal.js'

/** Rows a transaction: large enough to be fast, small enough that other processes need not wait long for theirs. */
const batchSize = 5000
/** Of how many lines at fault it is said what is wrong: a file of another kind is at fault in each. */
const shownFaults = 20

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
      '\nColumns and keys: token, is_active, platform, display, os_version, time_zone. Lines at fault are left out, and\n' +
        'the first 20 are reported on standard error; the others are imported, and the exit status is 1.',
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
  const name = file === '-' ? 'standard input' : file
  let batch: DeviceLine[] = []
  const flush = async () => {
    const { created, updated, faults } = await importBatch(app, service, batch)
    sums.created += created
    sums.updated += updated
    for (const { line, fault } of faults)
      if (++sums.faulty <= shownFaults) writeNote(`${name}, line ${line}: ${fault}`)
    batch = []
  }
  // An empty batch first: a service that does not exist is said before anything is read.
  await flush()
  for await (const line of readDeviceFile(file)) {
    batch.push(line)
    if (batch.length === batchSize) await flush()
  }
  await flush()
  if (sums.faulty > shownFaults)
    writeNote(`${name}: and ${counted(sums.faulty - shownFaults, 'more line')} at fault`)
  return sums
}

/** Imports the lines that hold a device. The faults are in the order of the lines, whoever found them. */
async function importBatch(app: App, service: number, batch: readonly DeviceLine[]) {
  const devices: DeviceImport[] = []
  const lines: number[] = []
  const faults: { line: number; fault: string }[] = []
  for (const { line, device, fault = 'unreadable' } of batch) {
    if (device === undefined) {
      faults.push({ line, fault })
    } else {
      devices.push(device)
      lines.push(line)
    }
  }
  const result = await app.devices.importMany(service, devices)
  for (const { index, error } of result.faults) faults.push({ line: lines[index]!, fault: error.message })
  return { ...result, faults: faults.sort((a, b) => a.line - b.line) }
}
