import { writeFileSync } from 'node:fs'
import { type InteropServer, readLog } from './interop-server.js'
import { makeServerFolder, type ServerFolder } from './server-folder.js'
import { startServerProcess } from './server-process.js'

/** Starts h2o, which accepts every push and has an access log without names for connections. */
export async function startH2o(): Promise<InteropServer> {
  const folder = makeServerFolder()
  const process = await startServerProcess('h2o', (port) => {
    writeFileSync(folder.file('h2o.yaml'), configuration(folder, port))
    return ['-c', folder.file('h2o.yaml')]
  })
  return { ...process, folder, requests: () => readLog(folder.file('h2o-access.log')) }
}

function configuration(folder: ServerFolder, port: number): string {
  return `
num-threads: 1
access-log: { path: "${folder.file('h2o-access.log')}", format: "%p %m %U %s" }
hosts:
  localhost:
    listen:
      host: 127.0.0.1
      port: ${port}
      ssl: { certificate-file: "${folder.certificateFile}", key-file: "${folder.privateKeyFile}" }
    paths:
      /:
        mruby.handler: |
          Proc.new { |env| [200, {}, []] }
`
}
