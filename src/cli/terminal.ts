import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { PushError } from '../base/index.js'
import { exitStatus } from './exit-status.js'

/** One line of result on standard output. */
export function writeLine(line: string): void {
  process.stdout.write(`${line}\n`)
}

/** One line for the person at the terminal, on standard error, so that standard output holds results only. */
export function writeNote(line: string): void {
  process.stderr.write(`${line}\n`)
}

/** The one line that says what went wrong, on standard error. */
export function writeError(message: string): void {
  writeNote(`ios-notifications: ${message.replaceAll(/\s*\n\s*/g, ' ')}`)
}

/** A machine's answer: one JSON value on standard output, with times in ISO 8601. */
export function writeJson(value: unknown): void {
  writeLine(JSON.stringify(toJson(value)))
}

/** The same with every `...At` in milliseconds turned into ISO 8601. */
function toJson(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(toJson)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, field]) => [
      name,
      name.endsWith('At') && typeof field === 'number' ? isoTime(field) : toJson(field),
    ]),
  )
}

/** ISO 8601; null where there is no time. */
export function isoTime(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString()
}

/** A time for people; a dash where there is none. */
export function shownTime(at: number | null): string {
  return at === null ? '-' : new Date(at).toISOString().replace('T', ' ').slice(0, 19)
}

/** `1 device`, `2 devices`. */
export function counted(count: number, noun: string): string {
  return `${count.toLocaleString('en-US')} ${noun}${count === 1 ? '' : 's'}`
}

/** Rows under a header, in columns; plain when standard output is no terminal. */
export async function writeTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
): Promise<void> {
  const { default: Table } = await import('cli-table3')
  const none = Object.fromEntries(
    ['top', 'bottom', 'left', 'right', 'mid'].flatMap((side) =>
      ['', '-mid', '-left', '-right'].map((end) => [side + end, '']),
    ),
  )
  const table = new Table({
    head: [...head],
    chars: { ...none, middle: '  ' },
    style: { head: process.stdout.isTTY ? ['bold'] : [], border: [], 'padding-left': 0, 'padding-right': 0 },
  })
  table.push(...rows.map((row) => [...row]))
  for (const line of table.toString().split('\n')) writeLine(line.trimEnd())
}

/** A new password: like `readSecret`, but asked for twice, as nobody sees what is typed. */
export async function readNewPassword(prompt: string, fromStdin: boolean): Promise<string> {
  const option = '--password-stdin'
  const password = await readSecret(prompt, option, fromStdin)
  if (!fromStdin && password !== (await readSecret(`${prompt} again`, option, false)))
    throw new PushError('PUSH_ERR_INPUT_INVALID', 'the two passwords differ; nothing was changed')
  return password
}

/**
 * A secret: from standard input where its option says so (one line end at its end is dropped), else asked for at the
 * terminal without showing it. PUSH_ERR_INPUT_INVALID where there is no terminal to ask at.
 */
export async function readSecret(prompt: string, option: string, fromStdin: boolean): Promise<string> {
  if (fromStdin) return (await text(process.stdin)).replace(/\r?\n$/, '')
  if (!process.stdin.isTTY)
    throw new PushError('PUSH_ERR_INPUT_INVALID', `there is no terminal to ask at: use ${option}`, {
      field: option,
    })
  process.stderr.write(`${prompt}: `)
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() })
  const lines = createInterface({ input: process.stdin, output: silent, terminal: true })
  // Ctrl-C and Ctrl-D while typing mean to leave, not to enter nothing.
  const leave = () => {
    process.stderr.write('\n')
    process.exit(exitStatus.failed)
  }
  lines.on('SIGINT', leave).on('close', leave)
  const secret = await lines.question('')
  lines.off('close', leave).close()
  process.stderr.write('\n')
  return secret
}

/** Names and values, one a line. */
export function writeFields(fields: Readonly<Record<string, string | number>>): void {
  const width = Math.max(...Object.keys(fields).map((name) => name.length))
  for (const [name, value] of Object.entries(fields)) writeLine(`${`${name}:`.padEnd(width + 2)}${value}`)
}
