import { readFile } from 'node:fs/promises'
import { buffer } from 'node:stream/consumers'
import { errorMessage } from '../base/index.js'
import { wrongUse } from './wrong-use.js'

/** The bytes of a file that an option names; `-` is standard input. */
export async function readGivenFile(option: string, path: string): Promise<Buffer> {
  try {
    return path === '-' ? await buffer(process.stdin) : await readFile(path)
  } catch (error) {
    throw wrongUse(option, `${option} can't be read: ${errorMessage(error)}`)
  }
}

/** The same as text, without a byte order mark. */
export async function readGivenText(option: string, path: string): Promise<string> {
  return (await readGivenFile(option, path)).toString('utf8').replace(/^\uFEFF/, '')
}
