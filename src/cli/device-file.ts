import { open } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import type { DeviceImport } from '../app/index.js'
import { errorMessage, type PushError, shown } from '../base/index.js'
import { splitLines } from './split-lines.js'
import { wrongUse } from './wrong-use.js'

/*
 * Files of devices, in three formats that tell themselves apart by their first line: NDJSON (it begins with `{`), CSV
 * (it has a column `token`), and one token a line. They are read as streams: memory does not grow with them.
 */

/** One line: what it says, yet to be checked, or what is wrong with it. Lines count from 1. */
export interface DeviceLine {
  readonly line: number
  readonly device?: DeviceImport
  readonly fault?: string
}

/** More than any line of use needs; a file without line ends must not fill the memory. */
const maxLineBytes = 65_536

/** Columns and keys, by the predecessor's names; the others of an export are known, and not imported. */
const fieldOf: Readonly<Record<string, keyof DeviceImport>> = {
  token: 'token',
  is_active: 'isActive',
  platform: 'platform',
  display: 'display',
  os_version: 'osVersion',
  time_zone: 'timeZone',
}
const notImported = [
  'id',
  'service',
  'users',
  'added_at',
  'last_notified_at',
  'deactivated_at',
  'deactivation_reason',
]

/** The lines of a file; `-` is standard input. PUSH_ERR_INPUT_INVALID where it can't be read or its header is at fault. */
export async function* readDeviceFile(path: string): AsyncGenerator<DeviceLine> {
  const source = path === '-' ? process.stdin : await openFile(path)
  const chunks: AsyncIterator<Buffer> = source[Symbol.asyncIterator]()
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
  else if (/(^|[,"])\s*token\s*([,"]|$)/i.test(firstLine)) yield* readCsv(all, path)
  else if (/^\[|[,;]/.test(firstLine)) throw noDeviceFile(path, firstLine)
  else yield* readTokens(all)
}

/** What would be at fault in every line. */
function noDeviceFile(path: string, firstLine: string): PushError {
  const what = firstLine.startsWith('[')
    ? 'begins as a JSON array; NDJSON has one object a line'
    : 'has no column "token" in its first line; CSV needs a header, its columns parted by commas'
  return wrongUse('FILE', `${path} ${what}`)
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

async function* rejoin(head: Buffer, rest: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  if (head.length > 0) yield head
  yield* { [Symbol.asyncIterator]: () => rest }
}

async function* readTokens(chunks: AsyncIterable<Buffer>): AsyncGenerator<DeviceLine> {
  for await (const { line, text, fault } of splitLines(chunks, maxLineBytes)) {
    if (fault !== undefined) yield { line, fault }
    else if (text !== '') yield { line, device: { token: text } }
  }
}

async function* readJsonLines(chunks: AsyncIterable<Buffer>): AsyncGenerator<DeviceLine> {
  for await (const { line, text, fault } of splitLines(chunks, maxLineBytes)) {
    if (fault !== undefined) yield { line, fault }
    else if (text !== '') yield { line, ...deviceOfJson(text) }
  }
}

function deviceOfJson(text: string): Omit<DeviceLine, 'line'> {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    return { fault: `no JSON: ${errorMessage(error)}` }
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return { fault: 'no JSON object' }
  const entries = Object.entries(value)
  const unknown = entries.find(([name]) => !isKnown(name))
  if (unknown !== undefined) return { fault: unknownName('key', unknown[0]) }
  return deviceOf(entries)
}

/**
 * A record is one line. Quoted fields may hold commas and quotes, but no line ends: so that a stray quote costs its own
 * line, not all that follow up to the next one.
 */
async function* readCsv(chunks: AsyncIterable<Buffer>, path: string): AsyncGenerator<DeviceLine> {
  const { parse } = await import('csv-parse/sync')
  // Most lines have no quotes, and need no parser.
  const fieldsOf = (text: string): string[] =>
    text.includes('"') ? (parse(text, { trim: true })[0] ?? []) : text.split(',').map((field) => field.trim())
  let header: string[] | undefined
  for await (const { line, text, fault } of splitLines(chunks, maxLineBytes)) {
    if (fault !== undefined) yield { line, fault }
    else if (text !== '' && header === undefined) header = checkHeader(fieldsOf(text), path)
    else if (text !== '') yield { line, ...deviceOfCsv(text, header!, fieldsOf) }
  }
}

function deviceOfCsv(
  text: string,
  header: readonly string[],
  fieldsOf: (text: string) => string[],
): Omit<DeviceLine, 'line'> {
  let fields: string[]
  try {
    fields = fieldsOf(text)
  } catch (error) {
    return { fault: `no CSV: ${errorMessage(error).replace(/ at line \d+/, '')}` }
  }
  if (fields.length !== header.length)
    return { fault: `it has ${fields.length} fields, the header ${header.length}` }
  const entries = fields.map((field, position) => [header[position]!, field] as const)
  return deviceOf(entries.filter(([, field]) => field !== ''))
}

function checkHeader(header: readonly string[], path: string): string[] {
  const names = header.map((name) => name.toLowerCase())
  const unknown = names.find((name) => !isKnown(name))
  if (unknown !== undefined) throw wrongUse('FILE', `${path}: ${unknownName('column', unknown)}`)
  return names
}

function deviceOf(entries: readonly (readonly [string, unknown])[]): Omit<DeviceLine, 'line'> {
  const device: Record<string, unknown> = {}
  for (const [name, value] of entries) {
    const field = fieldOf[name]
    if (field !== undefined) device[field] = field === 'isActive' ? flagOf(value) : value
  }
  if (device['token'] === undefined) return { fault: 'it has no token' }
  // Of which kind its values are is checked where it is imported.
  return { device: device as unknown as DeviceImport }
}

/** CSV has no booleans: `true`, `1` and their opposites, as exports of databases write them. */
function flagOf(value: unknown): unknown {
  if (typeof value !== 'string') return value
  if (/^(true|t|1|yes)$/i.test(value)) return true
  return /^(false|f|0|no)$/i.test(value) ? false : value
}

function isKnown(name: string): boolean {
  return Object.hasOwn(fieldOf, name) || notImported.includes(name)
}

function unknownName(kind: 'column' | 'key', name: string): string {
  return `unknown ${kind} ${shown(name)}; known are ${[...Object.keys(fieldOf), ...notImported].join(', ')}`
}
