import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createSecureServer, type Http2Session, type SecureServerOptions } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'
import type { InteropServer, LoggedRequest } from './interop-server.js'
import { makeServerFolder } from './server-folder.js'

/** Starts a server on node:http2 that accepts every push; it has nothing of the simulator but the certificate. */
export async function startNodeServer(options: SecureServerOptions = {}): Promise<InteropServer> {
  const folder = makeServerFolder()
  const server = createSecureServer({
    cert: readFileSync(folder.certificateFile),
    key: readFileSync(folder.privateKeyFile),
    ...options,
  })
  const sessions = new Set<Http2Session>()
  const log: LoggedRequest[] = []
  let opened = 0
  server.on('session', (session) => {
    const connection = String(++opened)
    sessions.add(session)
    session.on('close', () => sessions.delete(session))
    session.on('error', () => {})
    session.on('stream', (stream, headers) => {
      log.push({ connection, line: `${headers[':method']} ${headers[':path']} 200` })
      stream.on('error', () => {})
      stream.resume()
      stream.on('end', () => stream.respond({ ':status': 200 }, { endStream: true }))
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(async () => {
    for (const session of sessions) session.destroy()
    server.close()
    await once(server, 'close')
  })
  return { port: (server.address() as AddressInfo).port, folder, requests: () => log }
}
