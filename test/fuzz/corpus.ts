import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** One file a target, one input a line, in hexadecimal. */
function fileOf(target: string): string {
  return join(import.meta.dirname, 'corpus', `${target}.txt`)
}

/** The inputs that earlier runs have kept, and those that something was wrong with. */
export function readCorpus(target: string): Buffer[] {
  if (!existsSync(fileOf(target))) return []
  const lines = readFileSync(fileOf(target), 'utf8').split('\n')
  return lines.filter((line) => line !== '').map((line) => Buffer.from(line, 'hex'))
}

export function writeCorpus(target: string, inputs: readonly Buffer[]): void {
  const lines = new Set(inputs.map((input) => input.toString('hex')))
  writeFileSync(fileOf(target), [...lines, ''].join('\n'))
}
