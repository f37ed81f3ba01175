import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import {
  createSecureServer,
  type Http2Session,
  type SecureServerOptions,
  type ServerHttp2Stream,
} from 'node:http2'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'
import type { InteropServer, LoggedRequest } from './interop-server.js'
import { makeServerFolder } from './server-folder.js'

/** A request on node:http2: names and values of its fields in turns, as they came, and which connection it is on. */
export type OnStream = (stream: ServerHttp2Stream, rawHeaders: readonly string[], connection: number) => void

/** Starts a server on node:http2, which has nothing of the simulator but the certificate; closed when the test ends. */
export async function startHttp2Server(
  onStream: OnStream,
  options: SecureServerOptions = {},
): Promise<InteropServer> {
  const folder = makeServerFolder()
  const server = createSecureServer({
    cert: readFileSync(folder.certificateFile),
    key: readFileSync(folder.privateKeyFile),
    ...options,
  })
  const sessions = new Set<Http2Session>()
  let opened = 0
  server.on('session', (session) => {
    const connection = ++opened
    sessions.add(session)
    session.on('close', () => sessions.delete(session))
    session.on('error', () => {})
    // The types leave out the last argument.
    session.on('stream', (stream, _headers, _flags, rawHeaders: string[] = []) => {
      stream.on('error', () => {})
      onStream(stream, rawHeaders, connection)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(async () => {
    for (const session of sessions) session.destroy()
    server.close()
    await once(server, 'close')
  })
  return { port: (server.address() as AddressInfo).port, folder }
}

/** Starts one that accepts every push and logs it. */
export async function startNodeServer(options: SecureServerOptions = {}): Promise<InteropServer> {
  const log: LoggedRequest[] = []
  const server = await startHttp2Server((stream, rawHeaders, connection) => {
    const value = (name: string) => rawHeaders[rawHeaders.indexOf(name) + 1]
    log.push({ connection: String(connection), line: `${value(':method')} ${value(':path')} 200` })
    stream.resume()
    stream.on('end', () => stream.respond({ ':status': 200 }, { endStream: true }))
  }, options)
  return { ...server, requests: () => log }
}
