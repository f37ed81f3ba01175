import { PushError } from '../base/index.js'
import { checkDeviceImport, type DeviceImport } from '../model/index.js'
import type { DeviceStore } from '../store/index.js'
import { type DeviceLine, readDeviceLines } from './device-lines.js'
import { nextTurn } from './next-turn.js'

/** Rows of devices and of their tags a transaction: large enough to be fast, small enough that others need not wait long for theirs. */
const ROWS_AT_ONCE = 2000
/** Characters of lines that wait for their transaction. */
const CHARACTERS_AT_ONCE = 1_000_000
/** Of how many lines at fault it is kept what is wrong: a file of another kind is at fault in each. */
const FAULTS_KEPT = 1000

/** A line of a file that could not be imported. Lines count from 1. */
export interface LineFault {
  line: number
  message: string
}

/** What became of a file. Lines at fault are left out; the others are in the registry. */
export interface FileImport {
  created: number
  updated: number
  /** The first thousand of them. */
  faults: LineFault[]
  faultCount: number
}

/** How a file is imported. */
export interface FileImportOptions {
  /** What it is called in messages; `file` by default. */
  name?: string
}

/** See `Devices.importFile`. */
export async function importFile(
  store: DeviceStore,
  serviceId: number,
  source: AsyncIterable<Buffer>,
  { name = 'file' }: FileImportOptions,
  now: () => number,
): Promise<FileImport> {
  const result: FileImport = { created: 0, updated: 0, faults: [], faultCount: 0 }
  const note = (line: number, message: string) => {
    if (++result.faultCount <= FAULTS_KEPT) result.faults.push({ line, message })
  }
  let batch: DeviceImport[] = []
  let rows = 0
  let characters = 0
  const flush = async () => {
    if (batch.length === 0) return
    const { created, updated } = await store.importMany(serviceId, batch, now())
    result.created += created
    result.updated += updated
    batch = []
    rows = 0
    characters = 0
    await nextTurn()
  }
  for await (const line of readDeviceLines(source, name)) {
    const device = checked(line, note)
    if (device === undefined) continue
    batch.push(device)
    rows += 1 + (device.tags?.length ?? 0)
    characters += line.size
    if (rows >= ROWS_AT_ONCE || characters > CHARACTERS_AT_ONCE) await flush()
  }
  await flush()
  return result
}

function checked(
  { line, device, fault = 'unreadable' }: DeviceLine,
  note: (line: number, message: string) => void,
): DeviceImport | undefined {
  if (device === undefined) {
    note(line, fault)
    return undefined
  }
  try {
    return checkDeviceImport(device)
  } catch (error) {
    if (!(error instanceof PushError)) throw error
    note(line, error.message)
    return undefined
  }
}
