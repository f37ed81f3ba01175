import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import type { InteropServer } from './interop-server.js'
import { makeServerFolder } from './server-folder.js'
import { startServerProcess } from './server-process.js'

/** A running nghttpd. */
export interface Nghttpd extends InteropServer {
  /** What it wrote; with `-v` every frame, with the fields of the header blocks. */
  output: () => string
}

/** Starts nghttpd, which accepts pushes to these devices only: it serves files, and has an empty one for each. */
export async function startNghttpd(
  tokens: readonly string[],
  options: readonly string[] = [],
): Promise<Nghttpd> {
  const folder = makeServerFolder()
  const devices = folder.file('www/3/device')
  mkdirSync(devices, { recursive: true })
  for (const token of tokens) writeFileSync(`${devices}/${token}`, '')
  const outputFile = folder.file('nghttpd.out')
  const process = await startServerProcess(
    'nghttpd',
    (port) => [
      ...['-d', folder.file('www'), '-a', '127.0.0.1', ...options],
      ...[String(port), folder.privateKeyFile, folder.certificateFile],
    ],
    outputFile,
  )
  return { ...process, folder, output: () => readFileSync(outputFile, 'latin1') }
}
