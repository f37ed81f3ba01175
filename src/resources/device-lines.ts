import { errorMessage, PushError, shown } from '../base/index.js'
import type { DeviceImport } from '../model/index.js'
import { notImported } from './exported-device.js'
import { unguardFormulas } from './formula-guard.js'
import { splitLines } from './split-lines.js'

/*
 * Devices as text, in three formats that tell themselves apart by their first line: NDJSON (it begins with `{`), CSV
 * (it has a column `token`), and one token a line. They are read as streams: memory does not grow with them.
 */

/** One line: what it says, yet to be checked, or what is wrong with it. Lines count from 1. */
export interface DeviceLine {
  readonly line: number
  readonly device?: DeviceImport
  readonly fault?: string
  /** Characters of the line. */
  readonly size: number
}

/** More than any line of use needs; a file without line ends must not fill the memory. */
const maxLineBytes = 65_536

/** Columns and keys; an export has the predecessor's names, and those of the API are known, too: see `plain`. */
const fields = [
  ...(['token', 'is_active', 'platform', 'display', 'os_version', 'app_version', 'locale'] as const),
  ...(['time_zone', 'tags', 'attributes', 'push_to_start_tokens', 'live_activities'] as const),
]
/** What each name is of a device; null: it is known, and left alone. */
const fieldOf = new Map<string, keyof DeviceImport | null>([
  ...fields.map((name) => [plain(name), camel(name)] as const),
  ...notImported.map((name) => [plain(name), null] as const),
])

/** `os_version`, `osVersion` and `OS_VERSION` are the same name. */
function plain(name: string): string {
  return name.toLowerCase().replaceAll('_', '')
}

function camel(name: string): keyof DeviceImport {
  return name.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase()) as keyof DeviceImport
}

/** What a name is of a device; undefined: there is no such name. Spellings are remembered: a file has them in each line. */
function meant(name: string): keyof DeviceImport | null | undefined {
  let field = fieldOf.get(name)
  if (field === undefined) {
    field = fieldOf.get(plain(name))
    if (field !== undefined && fieldOf.size < 1000) fieldOf.set(name, field)
  }
  return field
}

/**
 * The lines of a file of devices. PUSH_ERR_INPUT_INVALID where it is no such file at all.
 *
 * @param name what the file is called in messages
 */
export async function* readDeviceLines(
  source: AsyncIterable<Buffer>,
  name: string,
): AsyncGenerator<DeviceLine> {
  const chunks = source[Symbol.asyncIterator]()
  let head = Buffer.alloc(0)
  let firstLine = ''
  // As much as shows the first line that is not empty.
  for (let isWhole = false; !isWhole && head.length < maxLineBytes; ) {
    const { value, done = false } = await chunks.next()
    if (!done) head = Buffer.concat([head, value])
    const text = head
      .toString('utf8')
      .replace(/^\uFEFF/, '')
      .trimStart()
    const end = text.indexOf('\n')
    isWhole = done || end !== -1
    firstLine = text.slice(0, end === -1 ? maxLineBytes : end).trim()
  }
  const all = rejoin(head, chunks)
  if (firstLine.startsWith('{')) yield* readJsonLines(all)
  else if (firstLine.startsWith('[')) throw noDeviceFile(name, firstLine)
  else if (/(^|[,"])\s*token\s*([,"]|$)/i.test(firstLine)) yield* readCsv(all, name)
  else if (/[,;]/.test(firstLine)) throw noDeviceFile(name, firstLine)
  else yield* readTokens(all)
}

/** What would be at fault in every line. */
function noDeviceFile(name: string, firstLine: string): PushError {
  const what = firstLine.startsWith('[')
    ? 'begins as a JSON array; NDJSON has one object a line'
    : 'has no column "token" in its first line; CSV needs a header, its columns parted by commas'
  return wrongFile(`${name} ${what}`)
}

function wrongFile(message: string): PushError {
  return new PushError('PUSH_ERR_INPUT_INVALID', message, { field: 'file' })
}

async function* rejoin(head: Buffer, rest: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  if (head.length > 0) yield head
  yield* { [Symbol.asyncIterator]: () => rest }
}

async function* readTokens(chunks: AsyncIterable<Buffer>): AsyncGenerator<DeviceLine> {
  for await (const { line, text, fault } of splitLines(chunks, maxLineBytes)) {
    if (fault !== undefined) yield { line, fault, size: 0 }
    else if (text !== '') yield { line, device: { token: text }, size: text.length }
  }
}

async function* readJsonLines(chunks: AsyncIterable<Buffer>): AsyncGenerator<DeviceLine> {
  for await (const { line, text, fault } of splitLines(chunks, maxLineBytes)) {
    if (fault !== undefined) yield { line, fault, size: 0 }
    else if (text !== '') yield { line, ...deviceOfJson(text), size: text.length }
  }
}

function deviceOfJson(text: string): Omit<DeviceLine, 'line' | 'size'> {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    return { fault: `no JSON: ${errorMessage(error)}` }
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return { fault: 'no JSON object' }
  const entries = Object.entries(value)
  const unknown = entries.find(([name]) => meant(name) === undefined)
  if (unknown !== undefined) return { fault: unknownName('key', unknown[0]) }
  return deviceOf(entries)
}

/**
 * A record is one line. Quoted fields may hold commas and quotes, but no line ends: so that a stray quote costs its own
 * line, not all that follow up to the next one.
 */
async function* readCsv(chunks: AsyncIterable<Buffer>, name: string): AsyncGenerator<DeviceLine> {
  const { parse } = await import('csv-parse/sync')
  // Most lines have no quotes, and need no parser.
  const fieldsOf = (text: string): string[] =>
    text.includes('"') ? (parse(text, { trim: true })[0] ?? []) : text.split(',').map((field) => field.trim())
  let header: readonly string[] | undefined
  for await (const { line, text, fault } of splitLines(chunks, maxLineBytes)) {
    if (fault !== undefined) yield { line, fault, size: 0 }
    else if (text !== '' && header === undefined) header = checkHeader(fieldsOf(text), name)
    else if (text !== '') yield { line, ...deviceOfCsv(text, header!, fieldsOf), size: text.length }
  }
}

function deviceOfCsv(
  text: string,
  header: readonly string[],
  fieldsOf: (text: string) => string[],
): Omit<DeviceLine, 'line' | 'size'> {
  let fields: string[]
  try {
    fields = fieldsOf(text)
  } catch (error) {
    return { fault: `no CSV: ${errorMessage(error).replace(/ at line \d+/, '')}` }
  }
  if (fields.length !== header.length)
    return { fault: `it has ${fields.length} fields, the header ${header.length}` }
  const entries = fields.map((field, position) => [header[position]!, unguardFormulas(field)] as const)
  return deviceOf(entries.filter(([, field]) => field !== ''))
}

function checkHeader(header: readonly string[], name: string): readonly string[] {
  const unknown = header.find((column) => meant(column) === undefined)
  if (unknown !== undefined) throw wrongFile(`${name}: ${unknownName('column', unknown)}`)
  return header
}

function deviceOf(entries: readonly (readonly [string, unknown])[]): Omit<DeviceLine, 'line' | 'size'> {
  const device: Record<string, unknown> = {}
  for (const [name, value] of entries) {
    const field = meant(name)
    if (field != null) device[field] = typeof value === 'string' ? meaning(field, value) : value
  }
  if (device['token'] === undefined) return { fault: 'it has no token' }
  // Of which kind its values are is checked where it is imported.
  return { device: device as unknown as DeviceImport }
}

/**
 * CSV has texts only. Flags are `true`, `1` and their opposites, as exports of databases write them; tags have spaces between,
 * everything else is JSON.
 */
function meaning(field: keyof DeviceImport, text: string): unknown {
  switch (field) {
    case 'isActive':
      if (/^(true|t|1|yes)$/i.test(text)) return true
      return /^(false|f|0|no)$/i.test(text) ? false : text
    case 'tags':
      return text.split(/\s+/).filter((tag) => tag !== '')
    case 'attributes':
    case 'pushToStartTokens':
    case 'liveActivities':
      return json(text)
    default:
      return text
  }
}

/** A text that is no JSON stays one, and is refused as such. */
function json(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

function unknownName(kind: 'column' | 'key', name: string): string {
  return `unknown ${kind} ${shown(name)}; known are ${[...fields, ...notImported].join(', ')}`
}
