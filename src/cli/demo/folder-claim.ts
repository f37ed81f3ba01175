import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { hasErrorCode } from '../../base/index.js'
import type { Simulator } from '../../simulator/index.js'

/** How long a simulator may take to answer before it passes for gone, in milliseconds. */
const answerMs = 2000

/**
 * Claims a folder for the demonstration whose simulator this is, until it is disposed of: a second one in the same folder
 * would turn the service of the first to its own simulator. The claim is a file with the address of the simulator; one
 * that answers no more, as after a kill, claims nothing. (A process id would not do: in containers they come again.)
 */
export async function claimFolder(folder: string, simulator: Simulator): Promise<Disposable> {
  const file = join(folder, 'demo.url')
  if (!create(file, simulator.controlUrl)) {
    const url = readFileSync(file, 'utf8')
    if (await isRunning(url, simulator.describe().dir))
      throw new Error(
        `a demo is running in ${folder} already (its simulator: ${url}); end it, or give another folder with --data`,
      )
    writeFileSync(file, simulator.controlUrl)
  }
  return { [Symbol.dispose]: () => rmSync(file, { force: true }) }
}

function create(file: string, content: string): boolean {
  try {
    writeFileSync(file, content, { flag: 'wx' })
    return true
  } catch (error) {
    if (hasErrorCode(error, 'EEXIST')) return false
    throw error
  }
}

/** Whether a simulator answers there, with the files of this folder: the port may be somebody else's by now. */
async function isRunning(url: string, dir: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(answerMs) })
    return ((await response.json()) as { dir?: unknown } | null)?.dir === dir
  } catch {
    return false
  }
}
