import type { Settings } from 'node:http2'
import type { InteropServer } from './interop-server.js'
import { startHttp2Server } from './node-server.js'
import type { Field } from './push-requests.js'

/** A request as it arrived: every field in its order, and the bytes of the body in hexadecimal. */
export interface RecordedRequest {
  fields: Field[]
  body: string
}

/** A server that accepts everything and keeps it. */
export interface RequestRecorder extends InteropServer {
  /** Takes what has arrived since, by the order of the streams. */
  take: () => RecordedRequest[]
}

/** Starts one on node:http2. */
export async function startRequestRecorder(settings: Settings): Promise<RequestRecorder> {
  let recorded: (RecordedRequest & { id: number })[] = []
  const server = await startHttp2Server(
    (stream, rawHeaders) => {
      const fields: Field[] = []
      for (let at = 0; at < rawHeaders.length; at += 2) fields.push([rawHeaders[at]!, rawHeaders[at + 1]!])
      const body: Uint8Array[] = []
      stream.on('data', (chunk: Buffer) => body.push(chunk))
      stream.on('end', () => {
        recorded.push({ id: stream.id ?? 0, fields, body: Buffer.concat(body).toString('hex') })
        stream.respond({ ':status': 200 }, { endStream: true })
      })
    },
    { settings },
  )
  const take = () => {
    const inOrder = recorded.sort((a, b) => a.id - b.id).map(({ fields, body }) => ({ fields, body }))
    recorded = []
    return inOrder
  }
  return { ...server, take }
}
