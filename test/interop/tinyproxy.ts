import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import type { InteropServer } from './interop-server.js'
import { startServerProcess } from './server-process.js'

/** A proxy with the text of its log. */
export interface Tinyproxy {
  port: number
  log: () => string
}

/** Starts tinyproxy, which lets connections through to one server's port only. `directives` are in its own words. */
export async function startTinyproxy(server: InteropServer, directives = ''): Promise<Tinyproxy> {
  const { file } = server.folder
  const { port } = await startServerProcess('tinyproxy', (port) => {
    const lines = [
      `Port ${port}`,
      'Listen 127.0.0.1',
      'Allow 127.0.0.1',
      `ConnectPort ${server.port}`,
      'Timeout 60',
      'LogLevel Connect',
      `LogFile "${file('tinyproxy.log')}"`,
      directives,
    ]
    writeFileSync(file('tinyproxy.conf'), `${lines.join('\n')}\n`)
    return ['-d', '-c', file('tinyproxy.conf')]
  })
  const logFile = file('tinyproxy.log')
  return { port, log: () => (existsSync(logFile) ? readFileSync(logFile, 'utf8') : '') }
}
